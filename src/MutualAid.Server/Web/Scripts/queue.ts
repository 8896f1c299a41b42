/**
 * A queue by keys alone: j and k go from one to the next, x ticks, Enter opens. Only while the list has the focus, so that
 * no key means something else to whoever reads the page by voice.
 */
export function queue(): void {
  const list = document.querySelector<HTMLElement>("[data-queue]");
  if (!list) return;
  const boxes = () => [...list.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  const all = document.querySelector<HTMLInputElement>("[data-all]");
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  list.addEventListener("change", () => {
    if (all) all.checked = boxes().every((box) => box.checked);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = (event.target as HTMLElement).closest("li");
    const rows = boxes();
    const at = rows.findIndex((box) => box.closest("li") === row);
    if (event.key === "j" || event.key === "k") {
      rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]?.focus();
      event.preventDefault();
    } else if (event.key === "x" && at >= 0) {
      rows[at]?.click();
      event.preventDefault();
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      // Else Enter in a box would send the form.
      event.preventDefault();
      row?.querySelector<HTMLAnchorElement>("h3 a")?.click();
    }
  });
}
