#!/usr/bin/env bash
# the desk's first page of a whole country at a million needs, against the bare SQL of its numbers
set -euo pipefail
requests=${1:-1000000}
source scripts/serving.sh

seeded --requests "$requests" --live 80
# The city is made a country: forty provinces of three wards.
psql -qv ON_ERROR_STOP=1 <<'SQL'
update area set level = 'country', name = 'Cả nước' where parent_id is null;
create temporary table grouped as
  select w.id, w.boundary, (row_number() over (order by w.code) - 1) / 3 as province from area w where w.ward;
create temporary table province as
  select province, gen_random_uuid() as id, st_multi(st_union(boundary::geometry))::geography as boundary from grouped group by 1;
insert into area (id, parent_id, root_id, code, name, level, boundary)
  select p.id, r.id, r.id, 'P' || p.province, 'Tỉnh ' || p.province, 'province', p.boundary from province p, area r where r.parent_id is null;
update area w set parent_id = p.id from grouped g join province p on p.province = g.province where g.id = w.id;
update area set valid_from = '2000-01-01', valid_to = '2020-01-01' where level = 'district';
select area_refresh(id) from area where parent_id is null;
SQL
dotnet "$MUTUALAID_APP" sweep fold-desk
dotnet "$MUTUALAID_APP" sweep find-gaps
psql -qc 'vacuum (analyze)'

export MUTUALAID_ROUNDS=off MUTUALAID_JOBS=on
serve_beside

echo "# ./bench console $requests"
echo "$(nproc) cores, PostgreSQL $(psql -Atc 'show server_version'), $requests requests, $(psql -Atc "select count(*) from request where end_status is null") live; reader, service and database share the machine; jobs run"
echo
dotnet tests/MutualAid.Benchmarks/bin/Release/net10.0/MutualAid.Benchmarks.dll console
