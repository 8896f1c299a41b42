/** A page about one need is asked for again when the need has changed, and only its main part is put in place. */
export function follow(): void {
  const followed = document.querySelector<HTMLElement>("[data-follow]");
  if (!followed) return;
  let shown = followed.dataset.tag;
  const events = new EventSource(followed.dataset.follow!);
  events.addEventListener("request", (event) => {
    if (event.lastEventId === shown) return;
    shown = event.lastEventId;
    void renew();
  });
  events.addEventListener("ended", () => {
    events.close();
    void renew();
  });
  addEventListener("pagehide", () => events.close());
}

async function renew(): Promise<void> {
  const main = document.querySelector("main")!;
  const told = document.querySelector<HTMLElement>("[data-changed]");
  // Somebody is typing: they are told, and look when they are ready.
  const typing = [...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=hidden]), textarea")].some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
  if (!typing) {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (!next) return;
    // What the script itself has said there stays.
    const notices = main.querySelector(".notices");
    next.querySelector(".notices")?.replaceWith(notices ?? "");
    main.replaceChildren(...next.childNodes);
    for (const button of main.querySelectorAll<HTMLElement>("[data-script]")) button.hidden = false;
  }
  if (told) {
    told.hidden = false;
    told.textContent = (typing ? told.dataset.look : told.dataset.changed) ?? "";
  }
}
