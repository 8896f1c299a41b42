#!/usr/bin/env bash
# nearby and posting a need over HTTP, against pgbench with the same statements in the same run
set -euo pipefail
requests=${1:-1000000}
export SERVICE=http://127.0.0.1:5097
source scripts/serving.sh

if ! command -v wrk >/dev/null; then
    apt-get install -y --no-install-recommends wrk >/dev/null
fi

dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests "$requests" --live 100 --seed 1
psql -qc 'vacuum (analyze)'

export MUTUALAID_ROUNDS=off
serve_beside

echo "# ./bench api $requests"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), $requests live requests; clients, service and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll api
