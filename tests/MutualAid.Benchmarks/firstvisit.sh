#!/usr/bin/env bash
# a first visit on a line of 400 kbit/s and 400 ms: until text is painted and the first field takes a key; VISITS
set -euo pipefail
source scripts/serving.sh
source scripts/pages.sh
pages

echo "# ./bench firstvisit ${1:-}"
echo "$(nproc) cores, $(chromium --version 2>/dev/null), 400 kbit/s both ways, 400 ms, an empty cache; medians of ${1:-5} visits; browser, service and database share the machine"
echo
node tests/MutualAid.Browser.Tests/firstvisit.mjs "$SERVICE" "${1:-5}" <<<"$PAGES"
