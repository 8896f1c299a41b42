-- The desk's numbers: how each area stands, at every level, without reading its rows. As with the counts of 0009 every write
-- appends what it changed and a sweep adds it up; here also for all areas above, so that a country is read as fast as a ward.

alter table area add column population int check (population > 0);

-- kind     | of            | urgency | day                | requests   | units
-- a status | a live need   | its own | posted             | needs      | unmet     ('hidden' for hidden ones)
-- an end   | an ended need | ''      | ended              | needs      | asked for
-- posted   | any need      | ''      | posted             | needs      | 0
-- helped   | a delivery    | ''      | delivered          | deliveries | delivered (bucket: how long after the post)
-- supply   | a live offer  | ''      | '-infinity'        | offers     | free, or a day's
-- Days are local dates; the area is the responsible one, of an offer the public one.
create table desk_delta (
  id bigint generated always as identity,
  area_id uuid not null,
  category_id smallint not null,
  kind text not null,
  urgency text not null,
  day date not null,
  bucket smallint not null,
  requests bigint not null,
  units bigint not null
);
create index desk_delta_area on desk_delta (area_id);

-- What is folded: of each area itself, and of all that lie below one.
create table desk_count (
  area_id uuid not null,
  kind text not null,
  category_id smallint not null,
  urgency text not null,
  day date not null,
  bucket smallint not null,
  requests bigint not null,
  units bigint not null,
  primary key (area_id, kind, day, category_id, urgency, bucket)
);
create table desk_sum (like desk_count including all);

-- Four steps to each doubling of minutes: a percentile out of them is right to a fifth, and a bucket's number to the minute.
create function help_bucket(p_from timestamptz, p_to timestamptz) returns smallint language sql immutable as
  $$ select floor(4 * ln(greatest(1, extract(epoch from p_to - p_from) / 60)::float8) / ln(2))::smallint $$;

-- What a row adds to the numbers.
create function desk_parts(r request) returns table (kind text, urgency text, day date, requests int, units int)
language sql stable as $$
  select counted_as(r), r.urgency, local_day(r.created_at, r.root_area_id), 1, r.unmet where r.end_status is null
  union all select r.end_status, '', r.ended_day, 1, r.quantity where r.end_status is not null
  union all select 'posted', '', local_day(r.created_at, r.root_area_id), 1, 0
$$;
create function is_helped(m match) returns boolean language sql immutable as
  $$ select m.status in ('delivered', 'confirmed') and m.delivered_at is not null $$;
create function is_supply(o offer) returns boolean language sql immutable as
  $$ select o.status = 'active' and not o.one_time and not o.suspended and (o.free is null or o.free > 0) $$;

create function desk_request_inserted() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select n.responsible_area_id, n.category_id, p.kind, p.urgency, p.day, 0, sum(p.requests), sum(p.units)
  from new_rows n cross join lateral desk_parts(n::request) p group by 1, 2, 3, 4, 5;
  return null;
end $$;
create trigger desk_request_inserted after insert on request referencing new table as new_rows
  for each statement execute function desk_request_inserted();

create function desk_request_updated() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select area_id, category_id, kind, urgency, day, bucket, sum(requests), sum(units)
  from (
    select n.responsible_area_id as area_id, n.category_id, p.kind, p.urgency, p.day, 0 as bucket, p.requests, p.units
    from new_rows n cross join lateral desk_parts(n::request) p
    union all
    select o.responsible_area_id, o.category_id, p.kind, p.urgency, p.day, 0, -p.requests, -p.units
    from old_rows o cross join lateral desk_parts(o::request) p
    union all
    -- handed over, with what was delivered
    select x.area_id, n.category_id, 'helped', '', local_day(m.delivered_at, m.root_area_id), help_bucket(n.created_at, m.delivered_at), x.sign, x.sign * m.units
    from new_rows n join old_rows o on (o.id, o.root_area_id) = (n.id, n.root_area_id) and o.responsible_area_id <> n.responsible_area_id
    join match m on (m.request_id, m.root_area_id) = (n.id, n.root_area_id) and is_helped(m)
    cross join lateral (values (n.responsible_area_id, 1), (o.responsible_area_id, -1)) x (area_id, sign)
  ) d
  group by 1, 2, 3, 4, 5, 6 having sum(requests) <> 0 or sum(units) <> 0;
  return null;
end $$;
create trigger desk_request_updated after update on request referencing old table as old_rows new table as new_rows
  for each statement execute function desk_request_updated();

create function desk_match_updated() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select r.responsible_area_id, r.category_id, 'helped', '', local_day(d.delivered_at, d.root_area_id), help_bucket(r.created_at, d.delivered_at), sum(d.sign), sum(d.sign * d.units)
  from (
    select n.request_id, n.root_area_id, n.delivered_at, n.units, 1 as sign from new_rows n where is_helped(n::match)
    union all
    select o.request_id, o.root_area_id, o.delivered_at, o.units, -1 from old_rows o where is_helped(o::match)
  ) d join request r on (r.id, r.root_area_id) = (d.request_id, d.root_area_id)
  group by 1, 2, 5, 6 having sum(d.sign) <> 0 or sum(d.sign * d.units) <> 0;
  return null;
end $$;
create trigger desk_match_updated after update on match referencing old table as old_rows new table as new_rows
  for each statement execute function desk_match_updated();

-- Matches of the past are brought in as they ended.
create function desk_match_inserted() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select r.responsible_area_id, r.category_id, 'helped', '', local_day(n.delivered_at, n.root_area_id), help_bucket(r.created_at, n.delivered_at), count(*), sum(n.units)
  from new_rows n join request r on (r.id, r.root_area_id) = (n.request_id, n.root_area_id)
  where is_helped(n::match) group by 1, 2, 5, 6;
  return null;
end $$;
create trigger desk_match_inserted after insert on match referencing new table as new_rows
  for each statement execute function desk_match_inserted();

create function desk_offer_inserted() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select n.public_area_id, n.category_id, 'supply', '', '-infinity', 0, count(*), sum(coalesce(n.free, n.per_day))
  from new_rows n where is_supply(n::offer) group by 1, 2;
  return null;
end $$;
create trigger desk_offer_inserted after insert on offer referencing new table as new_rows
  for each statement execute function desk_offer_inserted();

create function desk_offer_updated() returns trigger language plpgsql as $$
begin
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select area_id, category_id, 'supply', '', '-infinity', 0, sum(sign), sum(sign * units)
  from (
    select n.public_area_id as area_id, n.category_id, coalesce(n.free, n.per_day) as units, 1 as sign from new_rows n where is_supply(n::offer)
    union all
    select o.public_area_id, o.category_id, coalesce(o.free, o.per_day), -1 from old_rows o where is_supply(o::offer)
  ) d
  group by 1, 2 having sum(sign) <> 0 or sum(sign * units) <> 0;
  return null;
end $$;
create trigger desk_offer_updated after update on offer referencing old table as old_rows new table as new_rows
  for each statement execute function desk_offer_updated();

-- Folds so many of the deltas; one statement, so that every reader sees each of them once.
create function fold_desk(p_limit int default null) returns bigint language sql as $$
  with taken as (
    delete from desk_delta where ctid = any (array(select ctid from desk_delta limit p_limit for update skip locked)) returning *
  ), sums as (
    select area_id, kind, category_id, urgency, day, bucket, sum(requests) as requests, sum(units) as units from taken group by 1, 2, 3, 4, 5, 6
  ), own as (
    insert into desk_count as c (area_id, kind, category_id, urgency, day, bucket, requests, units)
    select * from sums order by area_id, kind, day, category_id, urgency, bucket
    on conflict (area_id, kind, day, category_id, urgency, bucket)
    do update set requests = c.requests + excluded.requests, units = c.units + excluded.units
  ), above as (
    insert into desk_sum as c (area_id, kind, category_id, urgency, day, bucket, requests, units)
    select u.area_id, s.kind, s.category_id, s.urgency, s.day, s.bucket, sum(s.requests), sum(s.units)
    from sums s join area a on a.id = s.area_id cross join unnest(a.ancestors) u (area_id)
    where u.area_id <> s.area_id
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 5, 3, 4, 6
    on conflict (area_id, kind, day, category_id, urgency, bucket)
    do update set requests = c.requests + excluded.requests, units = c.units + excluded.units
  )
  select count(*) from taken
$$;

-- The sums of those above, anew: a tree has changed its shape. Folding waits for it.
create function desk_sum_anew() returns void language plpgsql as $$
begin
  lock table desk_sum in share row exclusive mode;
  delete from desk_sum;
  insert into desk_sum (area_id, kind, category_id, urgency, day, bucket, requests, units)
  select u.area_id, c.kind, c.category_id, c.urgency, c.day, c.bucket, sum(c.requests), sum(c.units)
  from desk_count c join area a on a.id = c.area_id cross join unnest(a.ancestors) u (area_id)
  where u.area_id <> c.area_id group by 1, 2, 3, 4, 5, 6 having sum(c.requests) <> 0 or sum(c.units) <> 0;
end $$;

create function desk_follows_areas() returns trigger language plpgsql as $$
begin
  if exists (select from new_rows n join old_rows o on o.id = n.id and o.ancestors <> n.ancestors
             where exists (select from desk_count c where c.area_id = n.id)) then
    perform desk_sum_anew();
  end if;
  return null;
end $$;
create trigger desk_follows_areas after update on area referencing old table as old_rows new table as new_rows
  for each statement execute function desk_follows_areas();

-- An area's numbers as of this statement's snapshot: its own, those below, and what is not folded yet.
create function desk_numbers(p_area uuid) returns table (kind text, category_id smallint, urgency text, day date, bucket smallint, requests bigint, units bigint)
language sql stable as $$
  select x.kind, x.category_id, x.urgency, x.day, x.bucket, sum(x.requests)::bigint, sum(x.units)::bigint
  from (select c.kind, c.category_id, c.urgency, c.day, c.bucket, c.requests, c.units from desk_count c where c.area_id = p_area
        union all
        select c.kind, c.category_id, c.urgency, c.day, c.bucket, c.requests, c.units from desk_sum c where c.area_id = p_area
        union all
        select d.kind, d.category_id, d.urgency, d.day, d.bucket, d.requests, d.units from desk_delta d
        where d.area_id in (select a.id from area a where a.ancestors @> array[p_area])) x
  group by 1, 2, 3, 4, 5 having sum(x.requests) <> 0 or sum(x.units) <> 0
$$;

-- What the rows say: desk_parts written out, because PostgreSQL cannot plan it over a whole table ("variable not found in
-- subplan target list", 15.18).
create view desk_true as
  select r.responsible_area_id as area_id, counted_as(r) as kind, r.category_id, r.urgency, local_day(r.created_at, r.root_area_id) as day, 0::smallint as bucket,
         count(*) as requests, sum(r.unmet)::bigint as units
  from request r where r.end_status is null group by 1, 2, 3, 4, 5
  union all
  select r.responsible_area_id, r.end_status, r.category_id, '', r.ended_day, 0, count(*), sum(r.quantity)::bigint
  from request r where r.end_status is not null group by 1, 2, 3, 5
  union all
  select r.responsible_area_id, 'posted', r.category_id, '', local_day(r.created_at, r.root_area_id), 0, count(*), 0
  from request r group by 1, 3, 5
  union all
  select r.responsible_area_id, 'helped', r.category_id, '', local_day(m.delivered_at, m.root_area_id), help_bucket(r.created_at, m.delivered_at), count(*), sum(m.units)::bigint
  from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id) where is_helped(m) group by 1, 3, 5, 6
  union all
  select o.public_area_id, 'supply', o.category_id, '', '-infinity', 0, count(*), sum(coalesce(o.free, o.per_day))::bigint
  from offer o where is_supply(o) group by 1, 3;

-- Where numbers and rows differ, in one snapshot; the difference is what is missing from the numbers.
create view desk_difference as
  select coalesce(t.area_id, c.area_id) as area_id, coalesce(t.kind, c.kind) as kind, coalesce(t.category_id, c.category_id) as category_id,
         coalesce(t.urgency, c.urgency) as urgency, coalesce(t.day, c.day) as day, coalesce(t.bucket, c.bucket) as bucket,
         coalesce(t.requests, 0) - coalesce(c.requests, 0) as requests, coalesce(t.units, 0) - coalesce(c.units, 0) as units
  from desk_true t
  full join (
    select area_id, kind, category_id, urgency, day, bucket, sum(requests)::bigint as requests, sum(units)::bigint as units
    from (select area_id, kind, category_id, urgency, day, bucket, requests, units from desk_count
          union all
          select area_id, kind, category_id, urgency, day, bucket, requests, units from desk_delta) x
    group by 1, 2, 3, 4, 5, 6
  ) c on (c.area_id, c.kind, c.category_id, c.urgency, c.day, c.bucket) = (t.area_id, t.kind, t.category_id, t.urgency, t.day, t.bucket)
  where (coalesce(t.requests, 0), coalesce(t.units, 0)) <> (coalesce(c.requests, 0), coalesce(c.units, 0));

-- What is missing is appended; how many numbers that were.
create function reconcile_desk() returns bigint language plpgsql as $$
declare
  found bigint;
begin
  perform pg_advisory_xact_lock(hashtext('reconcile_desk'));
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select area_id, category_id, kind, urgency, day, bucket, requests, units from desk_difference;
  get diagnostics found = row_count;
  return found;
end $$;

-- Where nobody reaches, cell by cell: what lies in one cell is reached by the same offers. Found anew by a sweep.
create table desk_gap (
  area_id uuid not null,                             -- the responsible one
  category_id smallint not null,
  cell_row int not null,
  cell_column int not null,
  place geography(Point, 4326) not null,             -- the cell's centre
  requests int not null,
  units int not null,
  urgent int not null,                               -- of the requests
  oldest_at timestamptz not null,
  primary key (area_id, category_id, cell_row, cell_column)
);
create table desk_gap_found (
  one boolean primary key default true check (one),
  found_at timestamptz not null
);

-- Reading only: a look of seconds that wrote would hold up whoever follows the change log.
create function gaps_at(p_now timestamptz) returns table (area_id uuid, category_id smallint, cell_row int, cell_column int, place text,
                                                          requests int, units int, urgent int, oldest_at timestamptz)
language sql stable as $$
  with waiting as materialized (
    select r.root_area_id, r.responsible_area_id, r.category_id, r.cell_row, r.cell_column, min(r.public_place::text) as place,
           count(*)::int as requests, sum(r.unmet)::int as units, (count(*) filter (where r.urgency = 'urgent'))::int as urgent, min(r.created_at) as oldest_at
    from request r
    where r.end_status is null and r.hidden_at is null and r.unmet > 0 and r.expires_at > p_now
    group by 1, 2, 3, 4, 5
  ), cell as materialized (
    select distinct on (root_area_id, category_id, cell_row, cell_column) root_area_id, category_id, cell_row, cell_column, place::geography as place from waiting
  ), alone as materialized (
    select c.root_area_id, c.category_id, c.cell_row, c.cell_column from cell c
    where not exists (
      select 1 from offer o
      where o.category_id = c.category_id and o.root_area_id = c.root_area_id
        and o.status = 'active' and not o.one_time and (o.free is null or o.free > 0) and not o.suspended
        and (o.available_until is null or o.available_until > p_now)
        and reach_box(o.public_place, o.reach_metres) && c.place::geometry
        and st_distance(o.public_place, c.place) <= o.reach_metres
      offset 0)
  )
  select w.responsible_area_id, w.category_id, w.cell_row, w.cell_column, w.place, w.requests, w.units, w.urgent, w.oldest_at
  from waiting w join alone using (root_area_id, category_id, cell_row, cell_column)
$$;

create function keep_gaps(p_now timestamptz, p_areas uuid[], p_categories smallint[], p_rows int[], p_columns int[], p_places text[],
                          p_requests int[], p_units int[], p_urgent int[], p_oldest timestamptz[]) returns void language plpgsql as $$
begin
  -- Two looks at once: the older one says nothing any more.
  insert into desk_gap_found as f values (true, p_now) on conflict (one) do update set found_at = excluded.found_at where f.found_at < excluded.found_at;
  if not found then return; end if;
  delete from desk_gap g where not exists (
    select 1 from unnest(p_areas, p_categories, p_rows, p_columns) w (area_id, category_id, cell_row, cell_column)
    where (w.area_id, w.category_id, w.cell_row, w.cell_column) = (g.area_id, g.category_id, g.cell_row, g.cell_column));
  insert into desk_gap as g (area_id, category_id, cell_row, cell_column, place, requests, units, urgent, oldest_at)
  select w.area_id, w.category_id, w.cell_row, w.cell_column, w.place::geography, w.requests, w.units, w.urgent, w.oldest_at
  from unnest(p_areas, p_categories, p_rows, p_columns, p_places, p_requests, p_units, p_urgent, p_oldest)
    w (area_id, category_id, cell_row, cell_column, place, requests, units, urgent, oldest_at)
  on conflict (area_id, category_id, cell_row, cell_column) do update
  set requests = excluded.requests, units = excluded.units, urgent = excluded.urgent, oldest_at = excluded.oldest_at
  where (g.requests, g.units, g.urgent, g.oldest_at) is distinct from (excluded.requests, excluded.units, excluded.urgent, excluded.oldest_at);
end $$;

grant select, insert, update, delete on desk_delta, desk_count, desk_sum, desk_gap, desk_gap_found to mutualaid_app;
grant select on desk_true, desk_difference to mutualaid_app;

-- What there is already.
insert into desk_count (area_id, kind, category_id, urgency, day, bucket, requests, units)
select area_id, kind, category_id, urgency, day, bucket, requests, units from desk_true;
select desk_sum_anew();
