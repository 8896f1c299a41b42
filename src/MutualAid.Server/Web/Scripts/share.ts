/** The phone's own sheet for sharing; where there is none, the address is copied. */
export function share(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-share]");
    if (!button) return;
    const url = new URL(button.dataset.share || location.pathname, location.origin).href;
    if (navigator.share) {
      await navigator.share({ title: button.dataset.title ?? document.title, url }).catch(() => undefined);
      return;
    }
    await navigator.clipboard.writeText(url);
    button.textContent = button.dataset.copied ?? button.textContent;
  });
}
