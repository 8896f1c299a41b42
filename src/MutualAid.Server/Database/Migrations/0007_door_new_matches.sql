-- The one door, second half: matches that come to be, by proposal or by claim.

-- Units of an offer's matches of one day, by where they stand.
create function used_on_day(p_offer uuid, p_day date, out held int, out promised int, out given int) language sql stable as $$
  select coalesce(sum(units) filter (where status = 'proposed'), 0)::int,
         coalesce(sum(units) filter (where status in ('accepted', 'onTheWay')), 0)::int,
         coalesce(sum(units) filter (where status in ('delivered', 'confirmed') or (status = 'failed' and delivered_at is not null)), 0)::int
  from match where offer_id = p_offer and day = p_day
$$;

-- Rows of the days on which these offers are about to be used; needs the offers' locks. The day may have matches already,
-- from before the offer counted by day.
create function open_offer_days(p_now timestamptz, p_offers uuid[]) returns void language sql as $$
  insert into offer_day (offer_id, root_area_id, day, per_day, free, held, promised, given)
  select o.id, o.root_area_id, t.day, o.per_day, o.per_day - u.held - u.promised - u.given, u.held, u.promised, u.given
  from offer o, local_day(p_now, o.root_area_id) t (day), used_on_day(o.id, t.day) u
  where o.id = any (p_offers) and o.per_day is not null
    and not exists (select 1 from offer_day d where (d.offer_id, d.day, d.root_area_id) = (o.id, t.day, o.root_area_id))
  on conflict do nothing
$$;

-- Whether an offer takes new matches at this moment: active, in its window, in its daily hours (which may cross midnight).
-- p_local is the time of day in its root area. One expression without a subquery, so that the planner inlines it: a round
-- asks it of every offer, and a call costs ten times the answer.
create function offer_takes(o offer, p_now timestamptz, p_local time) returns boolean language sql immutable as $$
  select o.status = 'active' and not o.one_time
    and (o.available_from is null or o.available_from <= p_now) and (o.available_until is null or o.available_until > p_now)
    and (o.daily_from is null
         or case when o.daily_from <= o.daily_to then p_local >= o.daily_from and p_local < o.daily_to
                 else p_local >= o.daily_from or p_local < o.daily_to end)
$$;

create function offer_is_open(o offer, p_now timestamptz) returns boolean language sql stable as $$
  select offer_takes(o, p_now, (p_now at time zone a.time_zone)::time) from area a where a.id = o.root_area_id
$$;

-- Whether a giver is not asked for a request: asked at this moment; said no, or went back or was sent away after saying yes
-- (else the nearest giver would be asked for the same parcel for ever); or, for some hours, let it lapse or failed.
create function pair_rests(p_now timestamptz, p_request uuid, p_giver uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from match m
    where m.request_id = p_request and m.giver_account_id = p_giver
      and (m.status in ('proposed', 'declined')
        or (m.status = 'withdrawn' and m.ended_by in ('giver', 'receiver', 'team'))
        or (m.status in ('lapsed', 'failed') and m.ended_at > p_now - setting('lapsed_pair_hours') * interval '1 hour')))
$$;

-- A round's or a team's proposals, judged one by one against the present state: what has changed since the plan was made is
-- skipped, and so is what somebody else has locked. p_fence is the lease's number (null: a team proposes).
-- outcome: done, or why not.
create function match_propose(p_now timestamptz, p_fence bigint, p_origin text, p_ids uuid[], p_requests uuid[], p_offers uuid[],
                              p_units int[], p_trips uuid[], p_reasons jsonb[])
returns table (ord int, match_id uuid, outcome text) language plpgsql as $$
#variable_conflict use_column
declare
  locked_givers uuid[];
  locked_requests uuid[];
  locked_offers uuid[];
begin
  if p_fence is not null then
    -- A share lock: a new leader cannot take over before these proposals are committed or gone.
    perform 1 from lease l where l.name = 'matcher' and l.fence = p_fence for share;
    if not found then
      return query select x.ord::int, x.id, 'fenced' from unnest(p_ids) with ordinality x (id, ord);
      return;
    end if;
  end if;
  -- One trip at a time, the trip's size, suspension and blocks are judged over all offers of a giver: of two who propose to
  -- the same giver, only one may look.
  locked_givers := array(select a.id from account a where a.id in (select o.account_id from offer o where o.id = any (p_offers))
                         order by a.id for no key update skip locked);
  locked_requests := array(select r.id from request r where r.id = any (p_requests) order by r.id for update skip locked);
  locked_offers := array(select o.id from offer o where o.id = any (p_offers) and o.account_id = any (locked_givers)
                         order by o.id for update skip locked);
  perform open_offer_days(p_now, locked_offers);

  return query
  with asked as (
    select x.ord::int as ord, x.id, p_requests[x.ord] as request_id, p_offers[x.ord] as offer_id, p_units[x.ord] as units,
           p_trips[x.ord] as trip_id, p_reasons[x.ord] as reasons
    from unnest(p_ids) with ordinality x (id, ord)
  ), seen as (
    select a.*, r.root_area_id, r.unmet, r.divisible, r.urgency, r.end_status, r.hidden_at, r.expires_at,
           r.account_id as receiver, o.account_id as giver, r.category_id = o.category_id as same_category,
           o.root_area_id = r.root_area_id as same_root, offer_is_open(o, p_now) as is_open,
           o.reach_metres, st_distance(r.public_place, o.public_place) as distance,
           least(coalesce(o.free, 1000000), coalesce(d.free, 1000000)) as free,
           u.respond_within, local_day(p_now, r.root_area_id) as day,
           (select count(*) from match m where m.request_id = r.id and m.status = 'proposed')
             + row_number() over (partition by a.request_id order by a.ord) as asked_now,
           (select count(*) from match m where m.giver_account_id = o.account_id and m.trip_id = a.trip_id)
             + row_number() over (partition by o.account_id order by a.ord) as in_trip,
           first_value(a.trip_id) over (partition by o.account_id order by a.ord) as first_trip,
           row_number() over (partition by a.request_id, o.account_id order by a.ord) as pair_number,
           coalesce(sum(a.units) over (partition by a.offer_id order by a.ord rows between unbounded preceding and 1 preceding), 0) as before_offer
    from asked a
    join request r on r.id = a.request_id and r.id = any (locked_requests)
    join offer o on o.id = a.offer_id and o.id = any (locked_offers)
    join urgency u on u.code = r.urgency
    left join offer_day d on (d.offer_id, d.root_area_id) = (o.id, o.root_area_id) and d.day = local_day(p_now, o.root_area_id)
  ), judged as (
    select s.*,
      case
        when not s.same_root or not s.same_category then 'mismatch'
        when s.receiver = s.giver then 'own'
        when s.end_status is not null or s.hidden_at is not null or s.expires_at <= p_now then 'requestEnded'
        when not s.is_open or (select not on_duty or suspended_at is not null or erased_at is not null from account where id = s.giver) then 'offerClosed'
        when s.distance > s.reach_metres then 'outOfReach'
        when s.units < 1 or units_to_take(s.units, s.unmet) < s.units or (not s.divisible and s.units < s.unmet) then 'unmet'
        when units_to_take(s.units, (s.free - s.before_offer)::int) < s.units then 'free'
        when s.asked_now > case s.urgency when 'urgent' then setting('open_proposals_urgent') else 1 end then 'asked'
        when s.in_trip > setting('matches_a_trip') then 'tripFull'
        when s.trip_id <> s.first_trip or exists (select 1 from match m where m.giver_account_id = s.giver and m.trip_id <> s.trip_id
                       and m.status in ('proposed', 'accepted', 'onTheWay')) then 'busy'
        when s.pair_number > 1 or pair_rests(p_now, s.request_id, s.giver) then 'askedBefore'
        when blocked_either_way(s.receiver, s.giver) then 'blocked'
        else 'done'
      end as outcome
    from seen s
  ), made as (
    insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin,
                       distance_metres, reasons, created_at, respond_by)
    select j.id, j.root_area_id, j.request_id, j.offer_id, j.giver, j.trip_id, j.units, not j.divisible, j.day, 'proposed', p_origin,
           round(j.distance)::int, coalesce(j.reasons, '[]'), p_now, p_now + j.respond_within
    from judged j where j.outcome = 'done'
    returning id, root_area_id, offer_id, day, units
  ), held as (
    update offer o set free = o.free - h.units, held = o.held + h.units
    from (select offer_id, root_area_id, sum(units)::int as units from made group by 1, 2) h
    where (o.id, o.root_area_id) = (h.offer_id, h.root_area_id)
  ), held_day as (
    update offer_day o set free = o.free - h.units, held = o.held + h.units
    from (select offer_id, root_area_id, day, sum(units)::int as units from made group by 1, 2, 3) h
    where (o.offer_id, o.root_area_id, o.day) = (h.offer_id, h.root_area_id, h.day)
  )
  select a.ord, a.id, coalesce(j.outcome, 'locked') from asked a left join judged j on j.ord = a.ord order by a.ord;
end $$;

-- A giver takes units of a need at once. Without p_offer a one-time offer of just these units is made (p_new_offer).
-- outcome: done · absent · units · own · blocked · requestEnded · taken (unmet says what is left) · indivisible · crossRoot · category
--   · offerAbsent · offerClosed · free · openings · suspended
create function match_claim(p_now timestamptz, p_giver uuid, p_request uuid, p_units int, p_offer uuid,
                            p_match uuid, p_new_offer uuid, p_trip uuid, p_code text)
returns table (outcome text, unmet int, free int) language plpgsql as $$
#variable_conflict use_column
declare
  r request;
  o offer;
  d offer_day;
  why text;
  today date;
  offer_id uuid := coalesce(p_offer, p_new_offer);
begin
  perform 1 from account a where a.id = p_giver for no key update;
  select * into r from request q where q.id = p_request for update;
  if r.id is null or r.hidden_at is not null then return query select 'absent', null::int, null::int; return; end if;
  -- The claim's own offer and those whose proposals it will shrink, in one ordered pass.
  perform 1 from offer q where q.id = p_offer or q.id in (select m.offer_id from match m where m.request_id = p_request and m.status = 'proposed')
    order by q.id for update;
  today := local_day(p_now, r.root_area_id);

  if p_offer is not null then
    perform open_offer_days(p_now, array[p_offer]);
    select * into o from offer q where q.id = p_offer and q.account_id = p_giver;
    select * into d from offer_day q where (q.offer_id, q.day) = (p_offer, today);
  end if;

  why := case
    when p_units is null or p_units < 1 then 'units'
    when r.account_id = p_giver then 'own'
    when r.end_status is not null or r.expires_at <= p_now then 'requestEnded'
    when blocked_either_way(r.account_id, p_giver) then 'blocked'
    when p_offer is not null and o.id is null then 'offerAbsent'
    when p_offer is not null and o.root_area_id <> r.root_area_id then 'crossRoot'
    when p_offer is not null and o.category_id <> r.category_id then 'category'
    when p_offer is not null and (o.status not in ('active', 'paused') or o.one_time) then 'offerClosed'
    when units_to_take(p_units, r.unmet) < p_units then 'taken'
    when not r.divisible and p_units < r.quantity then 'indivisible'
    when p_offer is not null and units_to_take(p_units, least(o.free, d.free)) < p_units then 'free'
    else may_open(p_now, p_giver, r.household_id) end;
  if why is not null then
    return query select why, r.unmet, least(o.free, d.free); return;
  end if;

  if p_offer is null then
    insert into offer (id, root_area_id, account_id, category_id, capacity, free, promised, one_time, status, created_at)
    values (p_new_offer, r.root_area_id, p_giver, r.category_id, p_units, 0, p_units, true, 'active', p_now);
  else
    update offer q set free = q.free - p_units, promised = q.promised + p_units where q.id = p_offer;
    update offer_day q set free = q.free - p_units, promised = q.promised + p_units where (q.offer_id, q.day) = (p_offer, today);
  end if;
  update request q set unmet = q.unmet - p_units, promised = q.promised + p_units where q.id = p_request;
  insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin,
                     distance_metres, created_at, due_by, accepted_at)
  select p_match, r.root_area_id, p_request, offer_id, p_giver, p_trip, p_units, not r.divisible, today, 'accepted', 'claim',
         round(st_distance(r.public_place, o.public_place))::int, p_now, p_now + u.due_within, p_now
  from urgency u where u.code = r.urgency;
  insert into match_private (match_id, root_area_id, hand_over_code) values (p_match, r.root_area_id, p_code);
  insert into household_opened (giver_account_id, household_id, root_area_id, opened_at)
  values (p_giver, r.household_id, r.root_area_id, p_now)
  on conflict (giver_account_id, household_id) do update set opened_at = excluded.opened_at;
  perform shrink_proposals(p_now, array[p_request]);
  return query select 'done', q.unmet, null::int from request q where q.id = p_request;
end $$;
