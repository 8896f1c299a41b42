#!/usr/bin/env bash
# nearby and posting a need over HTTP, against pgbench with the same statements in the same run
set -euo pipefail
requests=${1:-200000}
export SERVICE=http://127.0.0.1:5097

dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests "$requests" --seed 1
psql -qc 'vacuum (analyze)'

MUTUALAID_URLS=$SERVICE MUTUALAID_ROUNDS=off MUTUALAID_JOBS=off MUTUALAID_RATE_FACTOR=100000 dotnet "$MUTUALAID_APP" serve >/dev/null &
server=$!
trap 'kill $server; wait $server || :' EXIT
for _ in $(seq 100); do
    curl -fs "$SERVICE/health/ready" >/dev/null && break
    sleep 0.2
done

echo "# ./bench api $requests"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), $requests requests seeded; clients, service and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll api
