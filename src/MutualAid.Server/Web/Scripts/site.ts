// Everything works without this file; with it pages follow what happens, the phone can say where it is, and nothing typed is
// lost with the network.
import { startDrafts } from "./drafts";
import { follow, keepFresh } from "./follow";
import { leaveAtOnce } from "./leave";
import { locate } from "./locate";
import { queue } from "./queue";
import { share } from "./share";

for (const button of document.querySelectorAll<HTMLElement>("[data-script]")) button.hidden = false;
follow();
keepFresh();
leaveAtOnce();
locate();
queue();
share();
void startDrafts();

const map = document.querySelector<HTMLElement>("[data-map]");
map?.querySelector("button")?.addEventListener("click", async () => {
  const { showMap } = (await import(/* @vite-ignore */ map.dataset.map!)) as typeof import("./map");
  await showMap(map);
});
