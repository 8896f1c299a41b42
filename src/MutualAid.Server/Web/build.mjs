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
await writeFile("dist/letters.css", sheet);
