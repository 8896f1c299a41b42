#!/usr/bin/env bash
# from the post of a need to its proposal, at 50 posts a second for 2 minutes; SECONDS
set -euo pipefail
export SECONDS_OF_LOAD=${1:-120}
export SERVICE=http://127.0.0.1:5097
source scripts/serving.sh

dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests 20000 --offers 60000 --seed 1
psql -qc 'vacuum (analyze)'
# What waits already is asked for first.
dotnet "$MUTUALAID_APP" match-once >/dev/null 2>&1

serve_beside
# A matcher that takes over reads everything first: ./bench rounds measures that.
sleep 40

echo "# ./bench latency ${1:-}"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); clients, service, matcher and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll latency
