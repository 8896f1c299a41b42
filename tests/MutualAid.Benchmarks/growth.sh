#!/usr/bin/env bash
# nearby's time and the pages that it reads, at 10,000 live requests and at a hundred times as many of the same density
set -euo pipefail
source scripts/serving.sh

need_wrk
seeded --requests 10000 --live 100

export MUTUALAID_ROUNDS=off
serve_beside

echo "# ./bench growth"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); client, service and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll growth
