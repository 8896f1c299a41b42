-- A raise is written down, a fold sees the tree as it is, and sums are reconciled as numbers are: the functions of migrations 29
-- and 30 as they are now.

-- Which repeat raised which need, and when: no edit of its owner's, though it counts as one for whoever edits an older state.
create table request_raise (
  id bigint generated always as identity primary key,
  request_id uuid not null,
  root_area_id uuid not null,
  later_id uuid not null,
  at timestamptz not null default clock()
);
create index request_raise_request on request_raise (request_id);
grant select, insert on request_raise to mutualaid_app;

-- A repeat that is more pressing raises the first one, while that is live. The later one stays as it is.
create or replace function raise_first(p_later uuid, p_first uuid) returns boolean language plpgsql as $$
begin
  -- In the door's order.
  perform 1 from request r where r.id in (p_later, p_first) order by r.id for update;
  with raised as (
    update request f
    set urgency = l.urgency, needed_by = least(f.needed_by, l.needed_by),
        expires_at = greatest(f.expires_at, least(f.needed_by, l.needed_by)), edit_version = f.edit_version + 1
    from request l, urgency lu, urgency fu
    where f.id = p_first and l.id = p_later and f.end_status is null and f.unmet > 0
      and lu.code = l.urgency and fu.code = f.urgency and lu.rank > fu.rank
    returning f.id, f.root_area_id
  )
  insert into request_raise (request_id, root_area_id, later_id) select r.id, r.root_area_id, p_later from raised r;
  return found;
end $$;

-- Folds so many of the deltas; one statement, so that every reader sees each of them once. The lock comes before that
-- statement's snapshot: whoever has waited for a tree to change its shape sees the new one.
create or replace function fold_desk(p_limit int default null) returns bigint language sql as $$
  lock table desk_sum in row exclusive mode;
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

-- Where a sum is not that of all below its area.
create view desk_sum_difference as
  select coalesce(t.area_id, c.area_id) as area_id, coalesce(t.kind, c.kind) as kind, coalesce(t.day, c.day) as day,
         coalesce(t.requests, 0) - coalesce(c.requests, 0) as requests, coalesce(t.units, 0) - coalesce(c.units, 0) as units
  from (
    select u.area_id, c.kind, c.category_id, c.urgency, c.day, c.bucket, sum(c.requests)::bigint as requests, sum(c.units)::bigint as units
    from desk_count c join area a on a.id = c.area_id cross join unnest(a.ancestors) u (area_id)
    where u.area_id <> c.area_id group by 1, 2, 3, 4, 5, 6
  ) t
  full join desk_sum c on (c.area_id, c.kind, c.category_id, c.urgency, c.day, c.bucket) = (t.area_id, t.kind, t.category_id, t.urgency, t.day, t.bucket)
  where (coalesce(t.requests, 0), coalesce(t.units, 0)) <> (coalesce(c.requests, 0), coalesce(c.units, 0));

-- What is missing is appended, and sums that are wrong are made anew; how many numbers that were.
create or replace function reconcile_desk() returns bigint language plpgsql as $$
declare
  missing bigint;
  wrong bigint;
begin
  perform pg_advisory_xact_lock(hashtext('reconcile_desk'));
  insert into desk_delta (area_id, category_id, kind, urgency, day, bucket, requests, units)
  select area_id, category_id, kind, urgency, day, bucket, requests, units from desk_difference;
  get diagnostics missing = row_count;
  select count(*) into wrong from desk_sum_difference;
  if wrong > 0 then
    perform desk_sum_anew();
  end if;
  return missing + wrong;
end $$;

grant select on desk_sum_difference to mutualaid_app;
