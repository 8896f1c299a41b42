// node firstvisit.mjs ADDRESS VISITS <PAGES: how long a phone on a poor line waits, the first time it comes: until text is painted and
// until its first field takes what is typed.
import { median, open, pages, signIn } from "./chromium.mjs";

const kilobitsPerSecond = 400;
const latencyMs = 400;
const giveUpMs = 60_000;
const [address, visits] = process.argv.slice(2);
const kinds = { Document: "html", Stylesheet: "css", Script: "js", Font: "fonts" };
const all = ["html", "css", "js", "fonts", "other"];

console.log(`| page | text s | typed s | ${all.map((kind) => `${kind} KB`).join(" | ")} | all KB |`);
console.log(`| --- | --- | --- | ${all.map(() => "---").join(" | ")} | --- |`);
for (const { path, cookie } of await pages()) {
  const seen = [];
  for (let visit = 0; visit < Number(visits); visit++) seen.push(await first(path, cookie));
  const typed = seen.every((one) => one.typed) ? seconds(median(seen.map((one) => one.typed))) : "–";
  const bytes = all.map((kind) => median(seen.map((one) => one.bytes[kind] ?? 0)));
  const [text, whole] = [seconds(median(seen.map((one) => one.painted))), bytes.reduce((sum, one) => sum + one, 0)];
  console.log(`| ${path.replace(/[0-9a-f-]{36}/, "…")} | ${text} | ${typed} | ${[...bytes, whole].map(kilobytes).join(" | ")} |`);
}

// A browser of its own each time: nothing is kept, no connection is open.
async function first(path, cookie) {
  const browser = await open();
  try {
    await signIn(browser, address, cookie);
    const page = await browser.newPage();
    await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await page.setExtraHTTPHeaders({ "Accept-Language": "vi-VN" });
    const line = await page.createCDPSession();
    await line.send("Network.enable");
    const throughput = (kilobitsPerSecond * 1000) / 8;
    await line.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: latencyMs,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
    const asked = new Map();
    const bytes = {};
    line.on("Network.responseReceived", ({ requestId, type }) => asked.set(requestId, kinds[type] ?? "other"));
    line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const kind = asked.get(requestId) ?? "other";
      bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
    });
    const start = performance.now();
    const loaded = page.goto(new URL(path, address).href, { waitUntil: "load", timeout: giveUpMs });
    const typed = await typing(page, start);
    await loaded;
    // What comes after the page itself: its letters.
    await page.waitForNetworkIdle({ idleTime: 1500, concurrency: 1, timeout: giveUpMs });
    const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
    return { painted, typed, bytes };
  } finally {
    await browser.close();
  }
}

// As a hand that taps the field again and again until a letter stands in it. Null: the page has no field.
async function typing(page, start) {
  while (performance.now() - start < giveUpMs) {
    const [took, done] = await page
      .evaluate(() => {
        const field = document.querySelector("main input:is(:not([type]), [type=text], [type=radio]), main textarea, main select");
        const shown = performance.getEntriesByName("first-contentful-paint").length > 0;
        if (field && shown) field.focus();
        return [Boolean(field && shown && document.activeElement === field), document.readyState === "complete" && !field];
      })
      // The page is just being put in the place of the empty one.
      .catch(() => [false, false]);
    if (done) return null;
    if (took) {
      await page.keyboard.press("Space");
      const there = await page.evaluate(() => document.activeElement.checked || document.activeElement.value?.includes(" "));
      if (there) return performance.now() - start;
    }
    await new Promise((on) => setTimeout(on, 20));
  }
  throw new Error("no field can be typed in");
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}

function kilobytes(bytes) {
  return (bytes / 1024).toFixed(1);
}
