#!/usr/bin/env bash
# nearby and posting a need over HTTP, against pgbench with the same statements in the same run
set -euo pipefail
requests=${1:-1000000}
source scripts/serving.sh

need_wrk
seeded --requests "$requests" --live 100

export MUTUALAID_ROUNDS=off
serve_beside

echo "# ./bench api $requests"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), $requests live requests; clients, service and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll api
