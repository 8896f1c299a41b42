#!/usr/bin/env bash
# OData's answers (URL to JSON) against hand-written SQL for the same rows, at a million needs
set -euo pipefail
requests=${1:-1000000}
source scripts/serving.sh

seeded --requests "$requests" --live 100

echo "# ./bench odata $requests"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), $requests live requests; reader and database share the machine"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll odata
