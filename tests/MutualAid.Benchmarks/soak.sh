#!/usr/bin/env bash
# half an hour at 60 % of what the machine can: memory, dead rows and p99 minute by minute; MINUTES
set -euo pipefail
export MINUTES=${1:-30}
source scripts/serving.sh

seeded --requests 20000 --offers 60000
# With its rounds and its jobs, as it is run.
export MUTUALAID_JOBS=on
matching_beside
export SERVER_PROCESS=$server

echo "# ./bench soak $MINUTES"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), 20000 requests and 60000 offers seeded; clients, service, rounds, jobs and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll soak
