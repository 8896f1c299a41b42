// The page's side of what was written without a network: it says what is kept, takes it up again, throws it away.
import { draft, drafts, forget, keep, type Draft } from "./outbox";

const reader = document.documentElement.dataset.reader ?? "";

export async function startDrafts(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("indexedDB" in window)) return;
  await restore();
  // What the page itself needs comes first on a slow line.
  if (document.readyState !== "complete") await new Promise((done) => window.addEventListener("load", done, { once: true }));
  const first = !(await navigator.serviceWorker.getRegistration());
  const worker = await navigator.serviceWorker.register("/worker.js", { type: "module" });
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data === "filled") localStorage.setItem("shell", kept());
    else void show();
  });
  addEventListener("online", () => ask("send"));
  await show();
  await navigator.serviceWorker.ready;
  ask({ reader });
  // A worker is not ready before it has kept the pages a first time.
  if (first) localStorage.setItem("shell", kept());
  else keepShellFresh();
  if (navigator.onLine && worker.active) ask("send");
}

function ask(what: "send" | "fill" | { reader: string }): void {
  void navigator.serviceWorker.ready.then((worker) => worker.active?.postMessage(what));
}

// The kept pages carry a language, a reader and files of one version. Said to be kept only once they are: a network that goes
// in between would leave one reader the pages of another.
function keepShellFresh(): void {
  if (navigator.onLine && localStorage.getItem("shell") !== kept()) ask("fill");
}

const kept = () =>
  [document.documentElement.lang, reader, document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")?.href].join(" ");

/** Not written by somebody else who was signed in on this phone. */
const mine = (one: Draft) => !one.reader || one.reader === reader;

/** A form that was begun is filled in again, key and all. */
async function restore(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form[data-keeps]");
  if (!form || form.querySelector("[aria-invalid]")) return;
  const path = new URL(form.action).pathname;
  const begun = (await drafts()).filter((one) => one.path === path && one.state === "writing" && one.reader === reader);
  const latest = begun.sort((a, b) => b.at - a.at)[0];
  if (!latest) return;
  const carried = new Set<string>();
  for (const [name, value] of latest.fields) {
    const fields = [...form.elements].filter((one): one is HTMLInputElement => (one as HTMLInputElement).name === name);
    if (fields.length === 0) form.append(hidden(name, value));
    for (const field of fields)
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
      else field.value = value;
    carried.add(name);
  }
  for (const folded of form.querySelectorAll("details"))
    folded.open ||= [...folded.querySelectorAll<HTMLInputElement>("[name]")].some((field) => carried.has(field.name));
  const note = document.querySelector<HTMLElement>("[data-restored]");
  if (note) note.hidden = false;
}

/** The line on every page, and the list on the page about being without a network. */
async function show(): Promise<void> {
  const waiting = await drafts();
  const line = document.querySelector<HTMLElement>("[data-outbox]");
  if (line) line.hidden = waiting.length === 0;
  const said = document.querySelector<HTMLElement>("[data-sent]");
  const shell = await caches.open("shell");
  if (said && (await shell.delete("/sent"))) said.hidden = false;
  const list = document.querySelector<HTMLElement>("[data-drafts]");
  const pattern = document.querySelector<HTMLTemplateElement>("#draft");
  if (!list || !pattern) return;
  list.replaceChildren(...waiting.sort((a, b) => a.at - b.at).map((one) => item(one, pattern)));
}

function item(one: Draft, pattern: HTMLTemplateElement): Node {
  const copy = pattern.content.cloneNode(true) as DocumentFragment;
  const part = (name: string) => copy.querySelector<HTMLElement>(`[data-part="${name}"]`);
  const waits = !mine(one) ? "other" : one.state === "ready" && (!reader || one.reader !== reader) ? "code" : one.state;
  for (const text of copy.querySelectorAll<HTMLElement>("[data-state]")) text.hidden = text.dataset.state !== waits;
  for (const kind of copy.querySelectorAll<HTMLElement>("[data-path]")) kind.hidden = kind.dataset.path !== one.path;
  const at = part("at");
  if (at) at.textContent = new Date(one.at).toLocaleString(document.documentElement.lang);
  const words = part("words");
  // An address, a note: what another has written on this phone is not for the next one who holds it.
  if (words && mine(one)) words.textContent = one.fields.filter(([name]) => /details|publicNote|note|ward$|address/.test(name)).map(([, value]) => value).join(" · ");
  const take = part("take");
  if (take) take.hidden = !mine(one);
  take?.addEventListener("click", () => void takeUp(one.key));
  part("drop")?.addEventListener("click", (event) => {
    const button = event.currentTarget as HTMLElement;
    // The second press means it: what is thrown away is gone.
    if (button.dataset.sure === undefined) {
      button.dataset.sure = "";
      button.textContent = button.dataset.again ?? button.textContent;
      return;
    }
    void forget(one.key).then(show);
  });
  return copy;
}

// By an ordinary form, so that what the service has to say (a code, an error) is shown by its own pages.
async function takeUp(key: string): Promise<void> {
  const one = await draft(key);
  if (!one || !mine(one)) return;
  if (one.state === "writing" || !navigator.onLine) {
    location.href = one.path === "/requests/new" ? "/requests/new/all" : one.path;
    return;
  }
  await keep({ ...one, takenUp: true });
  const { token } = (await (await fetch("/offline/form", { cache: "no-store" })).json()) as { token: string };
  const form = document.createElement("form");
  form.method = "post";
  form.action = one.path;
  form.hidden = true;
  for (const [name, value] of one.fields) form.append(hidden(name, value));
  form.append(hidden("__RequestVerificationToken", token));
  form.append(hidden("do", one.path === "/offers/new" ? "offer" : one.state === "wrong" ? "check" : "post"));
  document.body.append(form);
  form.submit();
}

function hidden(name: string, value: string): HTMLInputElement {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}
