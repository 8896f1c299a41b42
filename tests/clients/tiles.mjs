// What a map makes of a service: node tiles.mjs SERVICE ZOOM LON LAT. The style is checked, each of its sources is opened by its
// TileJSON, and the tile at that place is decoded by the library that map programs use. One JSON document on standard output.
import { VectorTile } from '@mapbox/vector-tile';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { PbfReader } from 'pbf';

const [service, zoom, lon, lat] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const style = await (await fetch(`${service}tiles/style.json`)).json();
const sources = {};
for (const [name, source] of Object.entries(style.sources)) {
  const tileJson = await (await fetch(source.url)).json();
  const side = 2 ** zoom;
  const x = Math.floor(((lon + 180) / 360) * side);
  const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * side);
  const address = tileJson.tiles[0].replace('{z}', zoom).replace('{x}', x).replace('{y}', y);
  const answer = await fetch(address);
  const tile = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
  sources[name] = {
    status: answer.status,
    layers: Object.keys(tile.layers),
    features: Object.values(tile.layers).flatMap(layer =>
      Array.from({ length: layer.length }, (_, at) => layer.feature(at).toGeoJSON(x, y, zoom)),
    ),
  };
}
console.log(JSON.stringify({ complaints: validateStyleMin(style).map(one => one.message), sources }));
