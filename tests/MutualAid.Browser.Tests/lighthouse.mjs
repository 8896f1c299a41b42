// node lighthouse.mjs ADDRESS RUNS CATEGORY… <PAGES: what Lighthouse says of each page, as JSON. The slow line
// and the slow processor of its mid-range phone are reckoned afterwards ("simulate"), nothing is held back meanwhile.
import lighthouse from "lighthouse";
import { median, open, pages, signIn } from "./chromium.mjs";

const [address, runs, ...categories] = process.argv.slice(2);
const browser = await open();
const said = [];
for (const { path, cookie } of await pages()) {
  const reports = [];
  await signIn(browser, address, cookie);
  for (let run = 0; run < Number(runs); run++) {
    const lhr = await look(new URL(path, address).href, {
      port: Number(new URL(browser.wsEndpoint()).port),
      logLevel: "error",
      disableFullPageScreenshot: true,
      onlyCategories: categories,
    });
    // A page that sends elsewhere would be judged under the wrong name.
    if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(path, address).pathname)
      throw new Error(`${path} leads to ${lhr.finalDisplayedUrl}`);
    reports.push(lhr);
  }
  said.push({
    path,
    scores: Object.fromEntries(
      categories.map((category) => [category, median(reports.map((one) => Math.round(one.categories[category].score * 100)))]),
    ),
    firstPaintMs: median(reports.map((one) => Math.round(one.audits["first-contentful-paint"]?.numericValue ?? 0))),
    largestPaintMs: median(reports.map((one) => Math.round(one.audits["largest-contentful-paint"]?.numericValue ?? 0))),
    failing: [...new Set(reports.flatMap(failing))],
  });
}
await browser.close();
console.log(JSON.stringify(said));

// On a busy machine the browser now and then loses a piece of its own record, of which Lighthouse says itself: once more.
async function look(url, flags) {
  for (let again = 2; ; again--) {
    const { lhr } = await lighthouse(url, flags);
    if (!lhr.runtimeError) return lhr;
    if (again === 0) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    console.error(`${url}: ${lhr.runtimeError.code}, once more`);
  }
}

function failing(report) {
  return Object.values(report.categories).flatMap((category) =>
    category.auditRefs
      .filter(({ id, weight }) => weight > 0 && report.audits[id].score !== null && report.audits[id].score < 0.9)
      .map(({ id }) => {
        const { title, details } = report.audits[id];
        const places = (details?.items ?? []).map((item) => item.node?.snippet ?? item.description ?? item.url).filter(Boolean);
        return `${category.id}: ${title} ${places.slice(0, 3).join(" ")}`.trim();
      }),
  );
}
