#!/usr/bin/env bash
# a matcher that takes over, a round after 1,000 needs and 1,000 offers have come, a quiet look; REQUESTS OFFERS
set -euo pipefail
requests=${1:-1000000}
offers=${2:-20000}
source scripts/serving.sh

seeded --requests "$requests" --offers "$offers" --live 100

echo "# ./bench rounds $requests $offers"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); matcher and database share the machine"
echo
MUTUALAID_ROUNDS=off MUTUALAID_JOBS=off dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll rounds
