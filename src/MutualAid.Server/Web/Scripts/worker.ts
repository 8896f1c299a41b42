// Stands between the pages and the network: without one, pages that can do without come from the phone, and what is posted is
// kept and sent later, once, under the key that its form carries.
import { drafts, forget, keep, typed, type Draft } from "./outbox";

declare const self: ServiceWorkerGlobalScope & { registration: { sync?: { register(tag: string): Promise<void> } } };

/** Forms that are kept, the page that asks all of one's questions at once, and what its last button says. */
const outgoing: Record<string, { whole: string; act: string }> = {
  "/requests/new": { whole: "/requests/new/all", act: "post" },
  "/offers/new": { whole: "/offers/new", act: "offer" },
};
const shell = ["/offline", ...Object.values(outgoing).map((form) => form.whole)];
const name = "shell";

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && request.mode === "navigate") event.respondWith(page(request, url));
  else if (request.method === "GET" && url.searchParams.has("v")) event.respondWith(file(request));
  else if (request.method === "POST" && request.mode === "navigate" && outgoing[url.pathname])
    event.respondWith(post(request, url.pathname));
});

self.addEventListener("sync", ((event: ExtendableEvent & { tag: string }) => {
  if (event.tag === "send") event.waitUntil(send(true));
}) as EventListener);

self.addEventListener("message", (event) => {
  if (event.data === "send") event.waitUntil(send(false));
  // Another language, another reader, another version: the kept pages are made anew.
  if (event.data === "fill") event.waitUntil(fill().then(() => event.source?.postMessage("filled")));
  if (typeof event.data?.reader === "string") event.waitUntil(remember(event.data.reader));
});

// Who reads on this phone now, for what is written once the network is gone.
async function remember(reader: string): Promise<void> {
  await (await caches.open(name)).put("/reader", new Response(reader));
}

async function reader(): Promise<string> {
  return (await kept("/reader"))?.text() ?? "";
}

// A browser that keeps nothing (a private window, a full disk) has kept nothing: that is no reason not to open a page.
async function kept(what: RequestInfo): Promise<Response | undefined> {
  return caches.open(name).then((cache) => cache.match(what)).catch(() => undefined);
}

/** The pages that do without a network, each kept once everything that it names is. */
async function fill(): Promise<void> {
  const cache = await caches.open(name);
  const pages: [string, Response][] = [];
  const files = new Set<string>();
  for (const path of shell) {
    const answer = await fetch(path, { cache: "no-store" });
    if (!answer.ok || answer.redirected) continue;
    for (const found of (await answer.clone().text()).matchAll(/(?:href|src)="(\/[^"]+\?v=[0-9a-f]+)"/g)) files.add(found[1]!);
    pages.push([path, answer]);
  }
  for (const path of files) {
    if (await cache.match(path)) continue;
    const answer = await fetch(path);
    if (!answer.ok) continue;
    if (path.includes(".css"))
      for (const found of (await answer.clone().text()).matchAll(/url\("?([\w.-]+\?v=[0-9a-f]+)"?\)/g))
        await cache.add(new URL(found[1]!, new URL(path, self.location.origin)).href);
    await cache.put(path, answer);
  }
  for (const [path, answer] of pages) await cache.put(path, answer);
}

async function page(request: Request, url: URL): Promise<Response> {
  try {
    return await fetch(request);
  } catch (lost) {
    const instead = (shell.includes(url.pathname) && (await kept(url.pathname))) || (await kept("/offline"));
    if (!instead) throw lost;
    return afresh(instead);
  }
}

// A kept form has the key of the day it was kept: each use of it is another post.
async function afresh(page: Response): Promise<Response> {
  const html = (await page.text()).replace(/(name="key" value=")[^"]*"/, `$1${crypto.randomUUID()}"`);
  const headers = new Headers(page.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(html, { headers });
}

async function file(request: Request): Promise<Response> {
  return (await kept(request)) ?? fetch(request);
}

async function post(request: Request, path: string): Promise<Response> {
  const copy = request.clone();
  // Where it cannot be kept either, the browser says that there is no network, and offers to send it again.
  const answer = await fetch(request).catch(() => Response.error());
  // A gateway that cannot reach the service is no network either.
  if (answer.type === "error" || answer.status >= 502) return hold(copy, path).catch(() => answer);
  // It has arrived, whatever becomes of what was kept: what stays there is sent once more, under its key.
  if (answer.type === "opaqueredirect") await arrived(copy).catch(() => undefined);
  return answer;
}

async function arrived(copy: Request): Promise<void> {
  const waiting = await drafts();
  if (waiting.length === 0) return;
  const key = (await copy.formData()).get("key");
  if (typeof key === "string") await forget(key);
}

async function hold(copy: Request, path: string): Promise<Response> {
  const { whole, act } = outgoing[path]!;
  const form = await copy.formData();
  const asked = form.get("do");
  // Whoever filled in the page with all questions is done with it; its "check" needs the service and is skipped.
  const ready = asked === act || (asked === "check" && form.get("all") === "yes");
  await keep({
    key: String(form.get("key") ?? crypto.randomUUID()),
    path,
    fields: typed(form),
    state: ready ? "ready" : "writing",
    reader: await reader(),
    at: Date.now(),
  });
  if (!ready) return Response.redirect(whole, 303);
  await self.registration.sync?.register("send").catch(() => undefined);
  return Response.redirect("/offline?kept", 303);
}

/** Sends what is ready. One at a time in all tabs: the key would make two of them one, but why ask twice. */
async function send(again: boolean): Promise<void> {
  await navigator.locks.request("send", async () => {
    for (const draft of await drafts())
      if (draft.state === "ready" && !(await sent(draft))) {
        // The browser tries a failed sync again by itself.
        if (again) throw new Error("later");
        return;
      }
  });
}

// False when it is of no use to go on now.
async function sent(draft: Draft): Promise<boolean> {
  let answer: Response;
  try {
    const now = (await (await fetch("/offline/form", { cache: "no-store" })).json()) as { token: string; reader: string };
    // Written signed out, or by somebody else on this phone: it waits until its writer takes it up.
    if (!now.reader || (draft.reader ? now.reader !== draft.reader : !draft.takenUp)) return true;
    const body = new URLSearchParams(draft.fields);
    body.set("__RequestVerificationToken", now.token);
    body.set("do", outgoing[draft.path]!.act);
    answer = await fetch(draft.path, { method: "POST", body, redirect: "manual" });
  } catch {
    return false;
  }
  if (answer.status === 429 || answer.status >= 500) return false;
  const done = answer.type === "opaqueredirect";
  await (done ? forget(draft.key) : keep({ ...draft, state: "wrong" }));
  // Said by the page that is open, or by the next one.
  if (done) await caches.open(name).then((cache) => cache.put("/sent", new Response("yes"))).catch(() => undefined);
  for (const client of await self.clients.matchAll()) client.postMessage(done ? "sent" : "wrong");
  return true;
}
