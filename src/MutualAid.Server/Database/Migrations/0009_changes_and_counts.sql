-- What every write leaves behind: rows of the change log and of the counts. Statement triggers write them, so that no
-- writer can forget: counts equal rows whatever path a row took.

create sequence change_id;
create table change (
  id bigint not null default nextval('change_id'),
  xid xid8 not null default pg_current_xact_id(),    -- readers stop at the snapshot's xmin: no late commit is lost
  at timestamptz not null default clock(),
  root_area_id uuid not null,
  subject text not null check (subject in ('request', 'offer', 'match')),
  subject_id uuid not null,
  request_id uuid,
  status text not null,
  public boolean not null                            -- a fact that the public sees has changed
) partition by range (at);
create index change_order on change (xid, id);
create table change_default partition of change default;

-- The partition of one UTC day, made ahead by a job; rows of a day without one go to the default.
create function change_open_day(p_day date) returns void language plpgsql security definer set search_path = public as $$
declare
  t name := 'change_' || to_char(p_day, 'YYYYMMDD');
begin
  -- A new partition locks the whole log: not even tried when it is there, or when somebody else is making it.
  if to_regclass(t) is not null or not pg_try_advisory_xact_lock(hashtext('change_days')) or to_regclass(t) is not null then
    return;
  end if;
  execute format('create table %I partition of change for values from (%L) to (%L)',
    t, p_day::timestamp at time zone 'UTC', (p_day + 1)::timestamp at time zone 'UTC');
  -- New tables are writable by default; a part of the log is no more so than the log.
  execute format('revoke update, delete, truncate on %I from mutualaid_app', t);
exception when check_violation then null;   -- the default already has rows of that day: they stay where they are
end $$;

-- Drops the partitions of days before this one: a reader whose cursor is older is told so (410).
create function change_drop_before(p_day date) returns int language plpgsql security definer set search_path = public as $$
declare
  t name;
  dropped int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('change_days')) then return 0; end if;
  for t in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
           where i.inhparent = 'change'::regclass and c.relname ~ '^change_[0-9]{8}$' and c.relname < 'change_' || to_char(p_day, 'YYYYMMDD')
  loop
    execute format('drop table %I', t);
    dropped := dropped + 1;
  end loop;
  delete from change_default where at < p_day::timestamp at time zone 'UTC';
  return dropped;
end $$;

-- How many requests, units, and units still unmet, stand where: appended, never updated by writers, so nobody queues behind a province's row.
create table count_delta (
  id bigint generated always as identity,
  root_area_id uuid not null,
  public_area_id uuid not null,
  responsible_area_id uuid not null,
  category_id smallint not null,
  status text not null,                              -- a request's, or 'hidden'
  day date not null,                                 -- the local date of the end; '-infinity' while live
  requests bigint not null,
  units bigint not null,
  unmet bigint not null
);
create index count_delta_public on count_delta (public_area_id);
create index count_delta_responsible on count_delta (responsible_area_id);

create table fulfilment_count (
  root_area_id uuid not null,
  public_area_id uuid not null,
  responsible_area_id uuid not null,
  category_id smallint not null,
  status text not null,
  day date not null,
  requests bigint not null,
  units bigint not null,
  unmet bigint not null,
  primary key (public_area_id, responsible_area_id, category_id, status, day, root_area_id)
);
create index fulfilment_count_responsible on fulfilment_count (responsible_area_id);

-- Folded and unfolded together: exact at every instant.
create view request_count as
  select root_area_id, public_area_id, responsible_area_id, category_id, status, day, sum(requests)::bigint as requests, sum(units)::bigint as units,
         sum(unmet)::bigint as unmet
  from (select root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet from fulfilment_count
        union all
        select root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet from count_delta) x
  group by 1, 2, 3, 4, 5, 6;

create function counted_as(r request) returns text language sql immutable as
  $$ select case when r.hidden_at is not null and r.end_status is null then 'hidden' else r.status end $$;

-- Folds what is unfolded, so many rows of it (null: all); one statement, so that every reader sees each delta once. Two at
-- once take different rows.
create function fold_counts(p_limit int default null) returns bigint language sql as $$
  with taken as (
    delete from count_delta where ctid = any (array(select ctid from count_delta limit p_limit for update skip locked)) returning *
  ),
  sums as (
    select root_area_id, public_area_id, responsible_area_id, category_id, status, day, sum(requests) as requests, sum(units) as units, sum(unmet) as unmet
    from taken group by 1, 2, 3, 4, 5, 6
  ), folded as (
    insert into fulfilment_count as f (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
    select root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet from sums
    order by public_area_id, responsible_area_id, category_id, status, day
    on conflict (public_area_id, responsible_area_id, category_id, status, day, root_area_id)
    do update set requests = f.requests + excluded.requests, units = f.units + excluded.units, unmet = f.unmet + excluded.unmet
  )
  select count(*) from taken
$$;

-- A difference between counts and rows: recorded, raised, then repaired.
create table count_difference (
  id bigint generated always as identity primary key,
  found_at timestamptz not null,
  root_area_id uuid not null,
  public_area_id uuid not null,
  responsible_area_id uuid not null,
  category_id smallint not null,
  status text not null,
  day date not null,
  counted_requests bigint not null,
  true_requests bigint not null,
  counted_units bigint not null,
  true_units bigint not null,
  counted_unmet bigint not null,
  true_unmet bigint not null
);

-- Compares in one statement (one snapshot) and repairs by appending the missing delta.
create function reconcile_counts(p_now timestamptz) returns setof count_difference language plpgsql as $$
begin
  -- Two at once would both repair the same difference. Whoever waits sees the repair: its next statement has a new snapshot.
  perform pg_advisory_xact_lock(hashtext('reconcile_counts'));
  return query
  with true_count as (
    select r.root_area_id, r.public_area_id, r.responsible_area_id, r.category_id, counted_as(r) as status,
           coalesce(r.ended_day, '-infinity') as day, count(*) as requests, sum(r.quantity)::bigint as units, sum(r.unmet)::bigint as unmet
    from request r group by 1, 2, 3, 4, 5, 6
  ), compared as (
    select coalesce(c.root_area_id, t.root_area_id) as root_area_id, coalesce(c.public_area_id, t.public_area_id) as public_area_id,
           coalesce(c.responsible_area_id, t.responsible_area_id) as responsible_area_id, coalesce(c.category_id, t.category_id) as category_id,
           coalesce(c.status, t.status) as status, coalesce(c.day, t.day) as day,
           coalesce(c.requests, 0) as counted_requests, coalesce(t.requests, 0) as true_requests,
           coalesce(c.units, 0) as counted_units, coalesce(t.units, 0) as true_units,
           coalesce(c.unmet, 0) as counted_unmet, coalesce(t.unmet, 0) as true_unmet
    from request_count c
    full join true_count t
      on (c.root_area_id, c.public_area_id, c.responsible_area_id, c.category_id, c.status, c.day)
       = (t.root_area_id, t.public_area_id, t.responsible_area_id, t.category_id, t.status, t.day)
  ), wrong as (
    select * from compared where (counted_requests, counted_units, counted_unmet) <> (true_requests, true_units, true_unmet)
  ), repaired as (
    insert into count_delta (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
    select root_area_id, public_area_id, responsible_area_id, category_id, status, day, true_requests - counted_requests, true_units - counted_units,
           true_unmet - counted_unmet
    from wrong
  )
  insert into count_difference (found_at, root_area_id, public_area_id, responsible_area_id, category_id, status, day,
                                counted_requests, true_requests, counted_units, true_units, counted_unmet, true_unmet)
  select p_now, w.root_area_id, w.public_area_id, w.responsible_area_id, w.category_id, w.status, w.day,
         w.counted_requests, w.true_requests, w.counted_units, w.true_units, w.counted_unmet, w.true_unmet
  from wrong w
  returning *;
end $$;

-- Bulk loads of history are no news: with mutualaid.bulk = 'on' the change log stays silent; the counts never do.
create function is_bulk() returns boolean language sql stable as $$ select current_setting('mutualaid.bulk', true) is not distinct from 'on' $$;

create function request_inserted() returns trigger language plpgsql as $$
begin
  insert into count_delta (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
  select root_area_id, public_area_id, responsible_area_id, category_id, counted_as(n::request), coalesce(ended_day, '-infinity'), count(*), sum(quantity), sum(unmet)
  from new_rows n group by 1, 2, 3, 4, 5, 6;
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, request_id, status, public)
    select root_area_id, 'request', id, id, status, hidden_at is null and end_status is null from new_rows;
  end if;
  return null;
end $$;
create trigger request_inserted after insert on request referencing new table as new_rows
  for each statement execute function request_inserted();

create function request_updated() returns trigger language plpgsql as $$
begin
  insert into count_delta (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
  select root_area_id, public_area_id, responsible_area_id, category_id, status, day, sum(sign), sum(sign * quantity), sum(sign * unmet)
  from (
    select n.root_area_id, n.public_area_id, n.responsible_area_id, n.category_id, counted_as(n::request) as status, coalesce(n.ended_day, '-infinity') as day, n.quantity, n.unmet, 1 as sign from new_rows n
    union all
    select o.root_area_id, o.public_area_id, o.responsible_area_id, o.category_id, counted_as(o::request), coalesce(o.ended_day, '-infinity'), o.quantity, o.unmet, -1 from old_rows o
  ) x
  group by 1, 2, 3, 4, 5, 6 having sum(sign) <> 0 or sum(sign * quantity) <> 0 or sum(sign * unmet) <> 0;
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, request_id, status, public)
    select n.root_area_id, 'request', n.id, n.id, n.status,
      (n.quantity, n.unmet, n.promised, n.delivered, n.status, n.urgency, n.people, n.public_note, n.needed_by, n.expires_at,
       n.public_area_id, n.cell_row, n.cell_column, n.verified_at is null, n.hidden_at is null)
      is distinct from
      (o.quantity, o.unmet, o.promised, o.delivered, o.status, o.urgency, o.people, o.public_note, o.needed_by, o.expires_at,
       o.public_area_id, o.cell_row, o.cell_column, o.verified_at is null, o.hidden_at is null)
      -- what was hidden or ended and still is, changes nothing for the public
      and not ((n.hidden_at is not null or n.end_status is not null) and (o.hidden_at is not null or o.end_status is not null))
    from new_rows n join old_rows o on (o.id, o.root_area_id) = (n.id, n.root_area_id);
  end if;
  return null;
end $$;
create trigger request_updated after update on request referencing old table as old_rows new table as new_rows
  for each statement execute function request_updated();

create function offer_changed() returns trigger language plpgsql as $$
begin
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, status, public)
    select root_area_id, 'offer', id, status, not one_time from new_rows;
  end if;
  return null;
end $$;
create trigger offer_inserted after insert on offer referencing new table as new_rows for each statement execute function offer_changed();
create trigger offer_updated after update on offer referencing new table as new_rows for each statement execute function offer_changed();

-- Matches are nobody's but their two sides': never public.
create function match_changed() returns trigger language plpgsql as $$
begin
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, request_id, status, public)
    select root_area_id, 'match', id, request_id, status, false from new_rows;
  end if;
  return null;
end $$;
create trigger match_inserted after insert on match referencing new table as new_rows for each statement execute function match_changed();
create trigger match_updated after update on match referencing new table as new_rows for each statement execute function match_changed();
