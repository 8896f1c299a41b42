#!/usr/bin/env bash
# half an hour at 60 % of what the machine can: memory, dead rows and p99 minute by minute; MINUTES
set -euo pipefail
export MINUTES=${1:-30}
export SERVICE=http://127.0.0.1:5097
source scripts/serving.sh

dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
dotnet "$MUTUALAID_APP" migrate
dotnet "$MUTUALAID_APP" seed --requests 20000 --offers 60000 --seed 1
psql -qc 'vacuum (analyze)'
# What waits already is asked for first.
dotnet "$MUTUALAID_APP" match-once >/dev/null 2>&1

# With its rounds and its jobs, as it is run.
export MUTUALAID_JOBS=on
serve_beside
export SERVER_PROCESS=$server
# A matcher that takes over reads everything first: ./bench rounds measures that.
sleep 40

echo "# ./bench soak $MINUTES"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), 20000 requests and 60000 offers seeded; clients, service, rounds, jobs and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll soak
