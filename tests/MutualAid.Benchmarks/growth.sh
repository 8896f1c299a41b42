#!/usr/bin/env bash
# nearby's time and the pages that it reads, at 10,000 live requests and at a hundred times as many of the same density
set -euo pipefail
export SERVICE=http://127.0.0.1:5097
source scripts/serving.sh

if ! command -v wrk >/dev/null; then
    apt-get install -y --no-install-recommends wrk >/dev/null
fi
dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests 10000 --live 100 --seed 1
psql -qc 'vacuum (analyze)'

export MUTUALAID_ROUNDS=off
serve_beside

echo "# ./bench growth"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); client, service and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll growth
