// The map, loaded when it is asked for. The list beside it is the same in words, and says everything that the map says.
import * as L from "leaflet";
import { place } from "./locate";

interface Spot {
  location: { coordinates: [number, number] };
  requests: number;
  area: string | null;
  needs: { id: string; title: string }[];
}

export async function showMap(section: HTMLElement): Promise<void> {
  await style(section.dataset.style!);
  const box = section.querySelector<HTMLElement>(".map-place")!;
  section.querySelector("button")!.hidden = true;
  for (const part of section.querySelectorAll<HTMLElement>("[data-with-map]")) part.hidden = false;
  box.hidden = false;
  const [lon, lat] = section.dataset.at!.split(",").map(Number) as [number, number];
  const map = L.map(box, { center: [lat, lon], zoom: 14, minZoom: 8, maxZoom: 18, maxBoundsViscosity: 1 });
  map.attributionControl.setPrefix(false);
  map.zoomControl.setPosition("bottomright");
  for (const [kind, text] of [["in", section.dataset.closer], ["out", section.dataset.farther]] as const) {
    const button = box.querySelector(`.leaflet-control-zoom-${kind}`);
    button?.setAttribute("aria-label", text ?? "");
    button?.setAttribute("title", text ?? "");
  }
  if (section.dataset.base) L.tileLayer(section.dataset.base, { attribution: section.dataset.credit }).addTo(map);
  wards(map, section);
  if (section.dataset.pick === undefined) needs(map, section);
  else pick(map, box, section);
  box.focus();
}

function style(address: string): Promise<void> {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = () => done();
    link.onerror = () => failed(new Error(address));
    document.head.append(link);
  });
}

/** What the map shows now: west, south, east, north. */
const shown = (map: L.Map) => {
  const b = map.getBounds();
  return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((degrees) => degrees.toFixed(5)).join(",");
};

function wards(map: L.Map, section: HTMLElement): void {
  const layer = L.geoJSON(undefined, {
    style: (ward) => ({
      className: ["ward", ward?.properties.helped ? "helped" : "", ward?.properties.needs ? "needs" : ""].join(" "),
    }),
    onEachFeature: (ward, drawn) => {
      const { name, needs: waiting, helped } = ward.properties as { name: string; needs: number; helped: number | null };
      const words = [name, fill(section.dataset.needsWord, waiting), helped ? fill(section.dataset.helpedWord, helped) : ""];
      drawn.bindTooltip(words.filter(Boolean).join(" · "), { sticky: true });
    },
    interactive: section.dataset.pick === undefined,
  }).addTo(map);
  renewed(map, (signal) => ask<GeoJSON.FeatureCollection>(`/api/map/wards?box=${shown(map)}&zoom=${map.getZoom()}`, signal), (found) => {
    layer.clearLayers();
    layer.addData(found);
    layer.bringToBack();
  });
}

function needs(map: L.Map, section: HTMLElement): void {
  const layer = L.layerGroup().addTo(map);
  const byNeed = new Map<string, L.Marker>();
  const filters = section.dataset.filters ?? "";
  // The need that has the focus in the list.
  let here: string | undefined;
  const mark = () => {
    for (const marker of byNeed.values()) marker.getElement()?.classList.remove("here");
    if (here) byNeed.get(here)?.getElement()?.classList.add("here");
  };
  renewed(map, (signal) => ask<{ items: Spot[]; closer: boolean }>(`/api/map/needs?box=${shown(map)}&zoom=${map.getZoom()}${filters}`, signal), ({ items, closer }) => {
    const note = section.querySelector<HTMLElement>("[data-closer-first]");
    if (note) note.hidden = !closer;
    // A marker that has the focus keeps it: what is redrawn under a reader's hands is lost to them.
    const focused = document.activeElement?.closest<HTMLElement>(".cluster")?.dataset.at;
    layer.clearLayers();
    byNeed.clear();
    for (const spot of items) {
      const marker = draw(spot, section).addTo(layer);
      for (const need of spot.needs) byNeed.set(need.id, marker);
      const element = marker.getElement();
      if (!element) continue;
      element.dataset.at = spot.location.coordinates.join();
      if (element.dataset.at === focused) element.focus();
    }
    mark();
  });
  // From the list to the map: whatever need has the focus is marked.
  document.addEventListener("focusin", (event) => {
    here = (event.target as Element).closest<HTMLElement>("[data-need]")?.dataset.need;
    mark();
  });
}

function draw(spot: Spot, section: HTMLElement): L.Marker {
  const [lon, lat] = spot.location.coordinates;
  const size = Math.min(72, 48 + 6 * Math.log2(spot.requests));
  const name = [fill(section.dataset.needsWord, spot.requests), spot.area].filter(Boolean).join(", ");
  const marker = L.marker([lat, lon], {
    title: name,
    alt: name,
    icon: L.divIcon({ className: "cluster", html: String(spot.requests), iconSize: [size, size] }),
  });
  marker.on("add", () => marker.getElement()?.setAttribute("aria-label", name));
  const list = document.createElement("ul");
  for (const need of spot.needs) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/requests/${need.id}`;
    link.textContent = need.title;
    line.append(link);
    list.append(line);
  }
  const look = () => {
    const map = (marker as L.Marker & { _map: L.Map })._map;
    // From the map to the list, where the list has it; many at once are looked at closer.
    const listed = spot.needs.length === 1 && document.querySelector<HTMLElement>(`[data-need="${spot.needs[0]!.id}"] a`);
    if (listed) listed.focus();
    else if (spot.needs.length === 0) map.setView([lat, lon], Math.max(14, map.getZoom() + 2));
    else {
      L.popup({ autoPan: true }).setLatLng([lat, lon]).setContent(list).openOn(map);
      list.querySelector("a")?.focus();
    }
  };
  marker.on("click", look);
  marker.on("keydown", ({ originalEvent }) => {
    if (originalEvent.key === "Enter") look();
  });
  return marker;
}

/** The map moves under a pin, by finger or by the arrow keys; a press takes its place. */
function pick(map: L.Map, box: HTMLElement, section: HTMLElement): void {
  const pin = document.createElement("div");
  pin.className = "pin";
  box.append(pin);
  section.querySelector("[data-take]")?.addEventListener("click", () => {
    const form = section.closest("form");
    // Whoever has gone round the world still stands within 180 degrees.
    const at = map.getCenter().wrap();
    if (form) place(form, at.lng, at.lat);
    const said = section.querySelector<HTMLElement>("[data-taken]");
    if (said) said.textContent = `${said.dataset.taken} ${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`;
  });
}

// Now, and whenever the map has moved; an answer that another has overtaken is thrown away.
function renewed<T>(map: L.Map, read: (signal: AbortSignal) => Promise<T>, use: (answer: T) => void): void {
  let latest = new AbortController();
  const renew = () => {
    latest.abort();
    latest = new AbortController();
    // An answer that makes no sense is like none: the list beside the map says it all.
    read(latest.signal).then(use).catch(() => undefined);
  };
  map.on("moveend", renew);
  renew();
}

async function ask<T>(address: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

const fill = (text: string | undefined, count: number) =>
  (text ?? "{0}").replace("{0}", count.toLocaleString(document.documentElement.lang));
