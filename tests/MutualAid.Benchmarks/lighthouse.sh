#!/usr/bin/env bash
# Lighthouse's performance of the main pages on its mid-range phone and slow line, median of RUNS
set -euo pipefail
source scripts/serving.sh
source scripts/pages.sh
pages

echo "# ./bench lighthouse ${1:-}"
echo "$(nproc) cores, $(chromium --version 2>/dev/null), Lighthouse's default throttling for phones; medians of ${1:-5} runs; browser, service and database share the machine"
echo
node tests/MutualAid.Browser.Tests/lighthouse.mjs "$SERVICE" "${1:-5}" performance <<<"$PAGES" | node -e '
    let said = "";
    process.stdin.on("data", (part) => (said += part)).on("end", () => {
        console.log("| page | performance | first paint s | largest paint s |\n| --- | --- | --- | --- |");
        for (const { path, scores, firstPaintMs, largestPaintMs } of JSON.parse(said))
            console.log(`| ${path.replace(/[0-9a-f-]{36}/, "…")} | ${scores.performance} | ${(firstPaintMs / 1000).toFixed(2)} | ${(largestPaintMs / 1000).toFixed(2)} |`);
    });'
