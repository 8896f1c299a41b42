-- What the public may read, and nothing else. Plain owner-rights views with hidden and ended rows removed inside;
-- security_barrier would cost the GiST index, since PostGIS's operators are not leakproof.

create view public_category as select id, code, name_vi, name_en, unit, unit_vi, unit_en, divisible, needs_destination, by_phone from category;

create view public_area as
  select id, parent_id, root_id, code, name, level, path, ancestors, leaf, ward, valid_from, valid_to, synthetic, boundary from area;

create view public_area_successor as select area_id, successor_id from area_successor;

create view public_request as
  select id, root_area_id, category_id, quantity, unmet, promised, delivered, divisible, urgency, status, people,
         public_area_id as area_id, public_place as place, verified_at is not null as verified,
         created_at, expires_at, needed_by, public_note
  from request
  where end_status is null and hidden_at is null and expires_at > clock();

create view public_offer as
  select id, root_area_id, category_id, free, per_day, reach_metres, public_area_id as area_id, public_place as place,
         available_from, available_until, daily_from, daily_to, created_at
  from offer
  where status = 'active' and not one_time and (available_until is null or available_until > clock())
    and not suspended;

-- Live requests by ward, category and status: each is listed anyway. From the counts, so that a province costs what its
-- wards cost and not its requests; those past their expiry that no sweep has ended yet are taken off.
create view public_live_count as
  select root_area_id, area_id, category_id, status, sum(requests)::bigint as requests, sum(unmet)::bigint as unmet
  from (
    select root_area_id, public_area_id as area_id, category_id, status, requests, unmet
    from request_count where status in ('open', 'matched', 'inDelivery')
    union all
    select root_area_id, public_area_id, category_id, status, -1, -unmet
    from request where end_status is null and hidden_at is null and expires_at <= clock()
  ) x
  group by 1, 2, 3, 4
  having sum(requests) > 0;

-- The past: ward × category × finished ISO week, fulfilled requests. A cell below 5 is absent. A group (the wards of one
-- parent in one category; the categories of one ward) in which just one cell is absent would tell it by subtraction from
-- any total known from elsewhere, so the smallest of the others is absent too.
create view public_fulfilment as
  with cell as (
    select c.root_area_id, c.public_area_id as area_id, a.parent_id, c.category_id,
           date_trunc('week', c.day)::date as week, sum(c.requests)::bigint as requests, sum(c.units)::bigint as units
    from request_count c join area a on a.id = c.public_area_id
    where c.status = 'fulfilled' and c.day > '-infinity'
      and c.day < date_trunc('week', clock() at time zone (select r.time_zone from area r where r.id = c.root_area_id))::date
    group by 1, 2, 3, 4, 5
    having sum(c.requests) > 0
  ), marked as (
    select *,
      count(*) filter (where requests < 5) over (partition by parent_id, category_id, week) as small_wards,
      rank() over (partition by parent_id, category_id, week, requests < 5 order by requests, area_id) as ward_rank,
      count(*) filter (where requests < 5) over (partition by area_id, week) as small_categories,
      rank() over (partition by area_id, week, requests < 5 order by requests, category_id) as category_rank
    from cell
  )
  select root_area_id, area_id, category_id, week, requests, units
  from marked
  where requests >= 5
    and not (small_wards = 1 and ward_rank = 1)
    and not (small_categories = 1 and category_rank = 1);

-- The public part of the change log.
create view public_change as
  select id, xid, at, root_area_id, subject, subject_id, status from change where public;

grant usage on schema public to mutualaid_reader, mutualaid_app;
grant select on public_category, public_area, public_area_successor, public_request, public_offer, public_live_count, public_fulfilment, public_change
  to mutualaid_reader;

-- The application: everything but rewriting what has been logged.
grant select, insert, update, delete on all tables in schema public to mutualaid_app;
grant usage on all sequences in schema public to mutualaid_app;
revoke update, delete, truncate on change, change_default, access_log from mutualaid_app;
revoke insert, update, delete on match_transition, setting from mutualaid_app;
alter default privileges in schema public grant select, insert, update, delete on tables to mutualaid_app;
alter default privileges in schema public grant usage on sequences to mutualaid_app;

-- Functions are the application's. The reader may call PostGIS and the listed ones.
do $$
declare f regprocedure;
begin
  for f in
    select p.oid from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      and p.proname not in ('clock', 'search_text', 'grid_cell', 'grid_centre')
  loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to mutualaid_app', f);
  end loop;
end $$;
revoke create on schema public from public;
-- The application stages bulk loads in temporary tables; the reader has none.
do $$ begin
  execute format('revoke temporary on database %I from public', current_database());
  execute format('grant temporary on database %I to mutualaid_app', current_database());
end $$;
