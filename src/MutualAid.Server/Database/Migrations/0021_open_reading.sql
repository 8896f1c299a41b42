-- What OData, OGC API Features and whoever else reads with filters sees: the public views with codes instead of numbers. A code
-- is looked up per row, not joined, so that a scan in the order of an index stays in that order.
create view public_need as
  select id, (select c.code from category c where c.id = r.category_id) as category, quantity, unmet, promised, delivered,
         (select c.unit from category c where c.id = r.category_id) as unit, divisible, urgency, status, people,
         public_area_id as area_id, verified_at is not null as verified, created_at, expires_at, needed_by, public_note,
         public_place as place
  from request r
  where end_status is null and hidden_at is null and expires_at > clock();

create view public_supply as
  select id, (select c.code from category c where c.id = o.category_id) as category, free, per_day,
         (select c.unit from category c where c.id = o.category_id) as unit, reach_metres, public_area_id as area_id,
         available_from, available_until, daily_from, daily_to, public_place as place
  from offer o
  where status = 'active' and not one_time and (available_until is null or available_until > clock())
    and not suspended;

create view public_live_sum as
  select n.area_id, c.code as category, n.status, n.requests, n.unmet
  from public_live_count n join category c on c.id = n.category_id;

create view public_fulfilment_week as
  select f.area_id, c.code as category, f.week, f.requests, f.units
  from public_fulfilment f join category c on c.id = f.category_id;

-- Which of them have changed, for those who follow: one place for each kind of thing.
create view public_need_change as select subject_id as id, xid from change where public and subject = 'request';
create view public_supply_change as select subject_id as id, xid from change where public and subject = 'offer';

grant select on public_need, public_supply, public_live_sum, public_fulfilment_week, public_need_change, public_supply_change
  to mutualaid_reader, mutualaid_app;

-- Live needs by id: pages go on from a key, and must not walk through what has ended. By place: distances in metres and
-- shapes on the sphere, whatever else is asked (the lists of needs near by have an index of their own, in degrees).
create index request_live on request (id) where end_status is null and hidden_at is null;
create index request_place on request using gist (public_place) where end_status is null and hidden_at is null;
create index request_words on request using gin (search_text(public_note) gin_trgm_ops)
  where end_status is null and hidden_at is null and public_note is not null;
create index offer_live on offer (id) where status = 'active' and not one_time and not suspended;
create index offer_place on offer using gist (public_place) where status = 'active' and not one_time and not suspended;
