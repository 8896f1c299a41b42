-- A claim looked through every offer for those that it locks: 50 ms with 65,000 of them, and more with more. And the door's steps
-- spent most of their time in planning anew, for each call, what always is planned alike (every table is entered by its key):
-- 11 ms a delivery, 3 without; 500 withdrawals at once 0.9 s and 0.4 s.
alter function match_step set plan_cache_mode = force_generic_plan;

-- A giver takes units of a need at once. Without p_offer a one-time offer of just these units is made (p_new_offer).
-- outcome: done · absent · units · own · blocked · requestEnded · taken (unmet says what is left) · indivisible · crossRoot · category
--   · offerAbsent · offerClosed · free · openings · suspended
create or replace function match_claim(p_now timestamptz, p_giver uuid, p_request uuid, p_units int, p_offer uuid,
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
  -- The claim's own offer and those whose proposals it will shrink, in one ordered pass; as one array, since an `or` would read
  -- every offer there is.
  perform 1 from offer q where q.id = any (p_offer || array(select m.offer_id from match m where m.request_id = p_request and m.status = 'proposed'))
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
alter function match_claim set plan_cache_mode = force_generic_plan;
