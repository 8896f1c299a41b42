#!/usr/bin/env bash
# from the post of a need to its proposal, at 50 posts a second for 2 minutes; SECONDS
set -euo pipefail
export SECONDS_OF_LOAD=${1:-120}
source scripts/serving.sh

seeded --requests 20000 --offers 60000
matching_beside

echo "# ./bench latency ${1:-}"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); clients, service, matcher and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll latency
