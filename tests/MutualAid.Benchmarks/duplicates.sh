#!/usr/bin/env bash
# suggested duplicates: precision and recall on both halves of the labelled set, and the time a need
set -euo pipefail
source scripts/serving.sh

# For its areas alone.
seeded --requests 100 --live 100

echo "# ./bench duplicates"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'); sweep and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll duplicates
