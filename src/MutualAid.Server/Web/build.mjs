// dist/: what browsers are given beside the pages. The server takes it in when it is built.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const letters = "node_modules/@fontsource/be-vietnam-pro";
await rm("dist", { recursive: true, force: true });
await mkdir("dist");

await build({
  entryPoints: ["Scripts/site.ts", "Scripts/map.ts", "Scripts/worker.ts", "Scripts/map.css"],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  legalComments: "none",
  // Markers are drawn by our own style; Leaflet's pictures are not used.
  loader: { ".png": "empty" },
});

// Two weights; the Vietnamese letters are a file of their own, so that a page in English does not fetch them.
let sheet = "";
for (const weight of [400, 600]) {
  const faces = (await readFile(`${letters}/${weight}.css`, "utf8")).match(/@font-face\s*{[^}]*}/g);
  for (const set of ["vietnamese", "latin"]) {
    const file = `be-vietnam-pro-${set}-${weight}-normal.woff2`;
    const face = faces.find((one) => one.includes(file));
    const range = /unicode-range:[^;]*;/.exec(face)[0];
    const hash = createHash("sha256").update(await readFile(`${letters}/files/${file}`)).digest("hex").slice(0, 12);
    await cp(`${letters}/files/${file}`, `dist/${file}`);
    sheet += `@font-face{font-family:"Be Vietnam Pro";font-weight:${weight};font-display:swap;src:url("${file}?v=${hash}") format("woff2");${range}}\n`;
  }
}

// Until they have come, a font of the phone stands in, made as wide and as high as they are (measured on the site's own
// sentences), so that nothing moves when they come: 1000 above and 265 below the line of 1000 units.
const standIns = [
  ["Stand-in", 400, 1.105, ["Roboto", "Arial", "ArialMT", "Liberation Sans", "Helvetica Neue"]],
  ["Stand-in", 600, 1.06, ["Roboto Bold", "Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Helvetica Neue Bold"]],
  ["Wide stand-in", 400, 0.958, ["DejaVu Sans", "Verdana"]],
  ["Wide stand-in", 600, 0.873, ["DejaVu Sans Bold", "Verdana Bold"]],
];
for (const [family, weight, wider, fonts] of standIns)
  sheet += `@font-face{font-family:"${family}";font-weight:${weight};src:${fonts.map((font) => `local("${font}")`).join(",")};size-adjust:${(100 * wider).toFixed(1)}%;ascent-override:${(100 / wider).toFixed(1)}%;descent-override:${(26.5 / wider).toFixed(1)}%;line-gap-override:0%}\n`;
await writeFile("dist/letters.css", sheet);
