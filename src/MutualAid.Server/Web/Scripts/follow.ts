/** A page about one need is asked for again when the need has changed, and only what differs is put in place. */
export function follow(): void {
  const followed = document.querySelector<HTMLElement>("[data-follow]");
  if (!followed) return;
  let shown = followed.dataset.tag;
  // One after the other: an answer that another overtakes would bring back what was.
  let last = Promise.resolve();
  const changed = () => void (last = last.then(renew, renew));
  const events = new EventSource(followed.dataset.follow!);
  events.addEventListener("request", (event) => {
    const before = shown;
    shown = event.lastEventId;
    // Without a tag the page shows more than these events tell of: the first of them is the state that it shows.
    if (before && before !== shown) changed();
  });
  events.addEventListener("ended", () => {
    events.close();
    changed();
  });
  addEventListener("pagehide", () => events.close());
}

/** A page of numbers is asked for again while somebody looks at it. */
export function keepFresh(): void {
  const page = document.querySelector<HTMLElement>("[data-live]");
  if (!page) return;
  const seconds = Number(page.dataset.live);
  let last = Date.now();
  const look = () => {
    if (document.hidden || Date.now() - last < seconds * 1000) return;
    last = Date.now();
    void renew();
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}

async function renew(): Promise<void> {
  const main = document.querySelector("main")!;
  // Somebody is typing: they are told, and look when they are ready.
  const typing = [...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=hidden]), textarea")].some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
  const next = typing ? null : await fresh();
  if (next) {
    // What the script itself has said there stays.
    next.querySelector(".notices")?.replaceWith(main.querySelector(".notices")?.cloneNode(true) ?? "");
    put(main, next);
    for (const button of main.querySelectorAll<HTMLElement>("[data-script]")) button.hidden = false;
  }
  const told = document.querySelector<HTMLElement>("[data-changed]");
  if (!told) return;
  told.hidden = false;
  told.textContent = (next ? told.dataset.changed : told.dataset.look) ?? "";
}

/** Null when there is no such page now, or no network. */
async function fresh(): Promise<Element | null> {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return null;
  const page = await answer.text().catch(() => "");
  return new DOMParser().parseFromString(page, "text/html").querySelector("main");
}

// A part that is as it was stays the very same, so that whoever reads it or stands on its button is not moved. A focus whose
// part was replaced goes to the same link or button; to none that does something else.
function put(main: Element, next: Element): void {
  const focus = document.activeElement;
  const within = focus instanceof HTMLElement && focus !== main && main.contains(focus);
  let at = main.firstElementChild;
  for (const part of [...next.children]) {
    let same = at;
    while (same && said(same) !== said(part)) same = same.nextElementSibling;
    if (!same) {
      main.insertBefore(part, at);
      continue;
    }
    while (at !== same) at = removed(at!);
    at = same.nextElementSibling;
  }
  while (at) at = removed(at);
  if (!within || focus.isConnected) return;
  const again = [...main.querySelectorAll<HTMLElement>(focus.tagName)].find(
    (one) => one.outerHTML === focus.outerHTML && one.closest("form")?.action === focus.closest("form")?.action,
  );
  (again ?? (main as HTMLElement)).focus({ preventScroll: true });
}

function removed(part: Element): Element | null {
  const after = part.nextElementSibling;
  part.remove();
  return after;
}

// A form's key and token are new in every answer, and the old ones are as good; what is unfolded or shown by script is no change.
function said(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  for (const one of [copy, ...copy.querySelectorAll("*")])
    if (one.matches("input[name=key], input[name=__RequestVerificationToken]")) one.remove();
    else if (one.matches("details")) one.removeAttribute("open");
    else if (one.matches("[data-script]")) one.setAttribute("hidden", "");
  return copy.outerHTML;
}
