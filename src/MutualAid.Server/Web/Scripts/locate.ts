/** "I am here": the phone's own place goes into the form's fields. Never asked for unless the button is pressed. */
export function locate(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-locate]");
    const form = button?.form;
    if (!button || !form || !("geolocation" in navigator)) return;
    // For somebody else it is their place, never that of the phone that writes.
    if (new FormData(form).get("whom") === "other") return;
    const said = button.parentElement?.querySelector<HTMLElement>("[data-located]");
    const say = (text: string | undefined) => {
      if (said) said.textContent = text ?? "";
    };
    say(button.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place(form, coords.longitude, coords.latitude);
        say(button.dataset.found);
        if (button.dataset.locate === "go") form.requestSubmit();
      },
      () => say(button.dataset.failed),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

/** Five decimals are a metre: what a phone adds to that is noise. */
export function place(form: HTMLFormElement, lon: number, lat: number): void {
  for (const [name, value] of Object.entries({ lon, lat })) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) continue;
    field.value = value.toFixed(5);
    field.closest("details")?.setAttribute("open", "");
  }
}
