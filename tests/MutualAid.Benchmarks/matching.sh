#!/usr/bin/env bash
# the cheapest plan by MutualAid.Matching and by LEMON's network simplex, same instances; --quick; --instance FILE
# needs no service
set -euo pipefail
project=tests/MutualAid.Matching.Benchmarks
dotnet build "$project" -c Release -v q --nologo >/dev/null
program=$project/bin/Release/net10.0/MutualAid.Matching.Benchmarks
if [[ ${1:-} == --instance ]]; then
    exec "$program" solve "${2:?--instance needs a FILE}"
fi

if ! [[ -e /usr/include/lemon/network_simplex.h ]] || ! command -v g++ >/dev/null; then
    echo "Installing LEMON and g++ …" >&2
    apt-get install -y liblemon-dev g++ >/dev/null
fi
lemon=$(mktemp -d)
trap 'rm -rf "$lemon"' EXIT
g++ -O2 -DNDEBUG -std=c++17 "$project/network_simplex.cpp" -o "$lemon/network_simplex"

echo "# ./bench matching $*"
echo "$(nproc) cores; both solvers on the same instance in turn, the median of 5; seconds from the instance in memory to the plan"
echo
"$program" compare "$lemon/network_simplex" "$@"
