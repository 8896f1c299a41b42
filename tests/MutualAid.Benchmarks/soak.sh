#!/usr/bin/env bash
# half an hour at 60 % of what the machine can: memory, dead rows and p99 minute by minute; MINUTES
set -euo pipefail
export MINUTES=${1:-30}
export SERVICE=http://127.0.0.1:5097
source scripts/serving.sh

dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests 200000 --seed 1
psql -qc 'vacuum (analyze)'

# With its rounds and its jobs, as it is run.
export MUTUALAID_JOBS=on
serve_beside
export SERVER_PROCESS=$server

echo "# ./bench soak $MINUTES"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), 200000 requests seeded; clients, service, rounds, jobs and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll soak
