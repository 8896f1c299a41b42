-- The one door, first half: steps of matches that exist.
--
-- Order of locks, everywhere: accounts by id, requests by id, offers by id. Whoever changes a match holds its request's
-- lock, so matches need none of their own. Isolation level: READ COMMITTED; every statement after the locks sees what is
-- committed. Callers retry the whole transaction on 40P01 and 40001. Whoever suspends or erases an account, or blocks one
-- for another, locks the accounts (for no key update) before reading their matches: then no match slips in beside it.

create type match_move as (
  ord int, id uuid, root_area_id uuid, request_id uuid, offer_id uuid, day date,
  from_status text, to_status text, request_from text, request_to text, offer_from text, offer_to text,
  units int,       -- of the match before the step
  taken int,       -- of these, the units that make the step; the rest goes back
  unmet int,       -- of the request, as this step meets it
  outcome text
);

-- The guard of the promise: how many of the wanted units can be taken from what is left.
create function units_to_take(wanted int, available int) returns int language sql immutable as
  'select least(wanted, greatest(available, 0))';

create function local_day(p_now timestamptz, p_root uuid) returns date language sql stable as
  $$ select (p_now at time zone (select time_zone from area where id = p_root))::date $$;

-- Whether a giver may open one more household now: 'openings' when not.
create function may_open(p_now timestamptz, p_giver uuid, p_household uuid) returns text language sql stable as $$
  with opened as (
    select count(*) filter (where household_id <> p_household) as others, bool_or(household_id = p_household) as known
    from household_opened where giver_account_id = p_giver and opened_at > p_now - interval '24 hours'
  ), active as (
    select count(*) as others from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
    where m.giver_account_id = p_giver and m.status in ('accepted', 'onTheWay') and r.household_id <> p_household
  ), standing as (
    select exists (select 1 from match where giver_account_id = p_giver and status = 'confirmed') as confirmed
  )
  select case
    when (select suspended_at is not null or erased_at is not null from account where id = p_giver) then 'suspended'
    when s.confirmed then case when not coalesce(o.known, false) and o.others >= setting('households_a_day') then 'openings' end
    when a.others > 0 then 'openings'
    when not coalesce(o.known, false) and o.others >= setting('households_before_first_confirmed') then 'openings'
  end
  from opened o, active a, standing s
$$;

-- When a giver who may not open this household now could at the latest: its oldest openings have left the 24 hours, and,
-- while one at a time is the rule, the matches elsewhere are past their dueBy.
create function may_open_at(p_now timestamptz, p_giver uuid, p_household uuid) returns timestamptz language sql stable as $$
  with standing as (
    select exists (select 1 from match where giver_account_id = p_giver and status = 'confirmed') as confirmed
  ), most as (
    select case when confirmed then setting('households_a_day') else setting('households_before_first_confirmed') end as households from standing
  ), opened as (
    select opened_at, row_number() over (order by opened_at desc) as nth
    from household_opened where giver_account_id = p_giver and household_id <> p_household and opened_at > p_now - interval '24 hours'
  )
  select greatest(p_now + interval '1 minute',
    (select o.opened_at + interval '24 hours' from opened o, most where o.nth = most.households),
    (select max(m.due_by) from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id), standing s
     where not s.confirmed and m.giver_account_id = p_giver and m.status in ('accepted', 'onTheWay') and r.household_id <> p_household))
$$;

-- Moves the units of steps that were decided, on requests, offers and offers' days: the only statements that do.
create function move_units(p_moves match_move[]) returns void language plpgsql as $$
begin
  update request r
  set unmet = r.unmet + d.unmet, promised = r.promised + d.promised, delivered = r.delivered + d.delivered,
      under_way = r.under_way + d.under_way, confirmed = r.confirmed + d.confirmed
  from (
    select m.request_id, m.root_area_id,
      sum(case m.request_to when 'unmet' then m.taken else 0 end
        - case m.request_from when 'unmet' then m.taken else 0 end
        + case m.request_from when 'promised' then m.units - m.taken else 0 end)::int as unmet,
      sum(case m.request_to when 'promised' then m.taken else 0 end
        - case m.request_from when 'promised' then m.units else 0 end)::int as promised,
      sum(case m.request_to when 'delivered' then m.taken else 0 end
        - case m.request_from when 'delivered' then m.taken else 0 end)::int as delivered,
      sum(case m.to_status when 'onTheWay' then m.units else 0 end
        - case m.from_status when 'onTheWay' then m.units else 0 end)::int as under_way,
      sum(case m.to_status when 'confirmed' then m.taken else 0 end)::int as confirmed
    from unnest(p_moves) m group by m.request_id, m.root_area_id
  ) d
  where (r.id, r.root_area_id) = (d.request_id, d.root_area_id)
    and (d.unmet, d.promised, d.delivered, d.under_way, d.confirmed) <> (0, 0, 0, 0, 0);

  update offer o
  set free = o.free + d.free, held = o.held + d.held, promised = o.promised + d.promised, given = o.given + d.given
  from (
    select m.offer_id, m.root_area_id, sum(u.free)::int as free, sum(u.held)::int as held,
           sum(u.promised)::int as promised, sum(u.given)::int as given
    from unnest(p_moves) m, offer_units(m) u group by m.offer_id, m.root_area_id
  ) d
  where (o.id, o.root_area_id) = (d.offer_id, d.root_area_id) and (d.free, d.held, d.promised, d.given) <> (0, 0, 0, 0);

  update offer_day o
  set free = o.free + d.free, held = o.held + d.held, promised = o.promised + d.promised, given = o.given + d.given
  from (
    select m.offer_id, m.root_area_id, m.day, sum(u.free)::int as free, sum(u.held)::int as held,
           sum(u.promised)::int as promised, sum(u.given)::int as given
    from unnest(p_moves) m, offer_units(m) u group by m.offer_id, m.root_area_id, m.day
  ) d
  where (o.offer_id, o.root_area_id, o.day) = (d.offer_id, d.root_area_id, d.day)
    and (d.free, d.held, d.promised, d.given) <> (0, 0, 0, 0);
end $$;

-- What a move does to its offer (and to the offer's day). Units that were held or promised and do not make the step are free again.
create function offer_units(m match_move, out free int, out held int, out promised int, out given int) language sql immutable as $$
  select case m.offer_to when 'free' then m.taken else 0 end
       - case m.offer_from when 'free' then m.taken else 0 end
       + case when m.offer_from in ('held', 'promised') then m.units - m.taken else 0 end,
         - case m.offer_from when 'held' then m.units else 0 end,
         case m.offer_to when 'promised' then m.taken else 0 end - case m.offer_from when 'promised' then m.units else 0 end,
         case m.offer_to when 'given' then m.taken else 0 end
$$;

-- After units of requests were taken: open proposals larger than what is left shrink to it; at nothing, or for an
-- indivisible request, they end. The requests and these proposals' offers are locked by the caller.
create function shrink_proposals(p_now timestamptz, p_requests uuid[]) returns void language plpgsql as $$
declare
  moves match_move[];
begin
  select array_agg(row(0, m.id, m.root_area_id, m.request_id, m.offer_id, m.day, 'proposed',
           case when k.keep = 0 then 'withdrawn' else 'proposed' end, null, null, 'held', 'free',
           m.units - k.keep, m.units - k.keep, r.unmet, 'done')::match_move)
  into moves
  from match m
  join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
  cross join lateral (select case when r.unmet = 0 or (m.whole and r.unmet < m.units) then 0 else least(m.units, r.unmet) end as keep) k
  where m.request_id = any (p_requests) and m.status = 'proposed' and k.keep < m.units;
  if moves is null then return; end if;

  perform move_units(moves);
  update match m
  set status = x.to_status,
      units = case x.to_status when 'proposed' then m.units - x.taken else m.units end,
      end_reason = case x.to_status when 'withdrawn' then 'filled' end,
      ended_by = case x.to_status when 'withdrawn' then 'system' end,
      ended_at = case x.to_status when 'withdrawn' then p_now end
  from unnest(moves) x where (m.id, m.root_area_id) = (x.id, x.root_area_id);
end $$;

-- Locks, in the door's order, what steps of these matches can touch: their requests, and the offers of all open
-- proposals on those requests (a proposal needs its request's lock, so that set is still once the requests are locked).
-- The offers' locks are taken in one pass, together with others that the caller needs.
create function lock_for_steps(p_matches uuid[], p_offers uuid[] default '{}') returns void language plpgsql as $$
begin
  perform 1 from request r where r.id in (select m.request_id from match m where m.id = any (p_matches))
    order by r.id for update;
  perform 1 from offer o where o.id in (
      select unnest(p_offers)
      union
      select m.offer_id from match m where m.id = any (p_matches)
      union
      select p.offer_id from match m join match p on p.request_id = m.request_id and p.status = 'proposed'
      where m.id = any (p_matches))
    order by o.id for update;
end $$;

-- One step of many matches, each judged by itself, in the order given; an id that is given twice counts once. p_by is the
-- party that acts: 'giver' and 'receiver' must own their side, 'team' must reach the responsible area; 'clock' and 'system'
-- act for the service.
-- outcome: done · absent (not there, or not this actor's) · impossible (status says the present one) · filled · nothingLeft
--   · requestEnded · openings · suspended · units · indivisible · wrongCode · codeSpent · tooLate · tooEarly (for the clock)
create function match_step(p_now timestamptz, p_step text, p_by text, p_actor uuid, p_matches uuid[],
                           p_reason text default null, p_units int[] default null, p_codes text[] default null)
returns table (ord int, match_id uuid, outcome text, status text, units int, unmet int) language plpgsql as $$
#variable_conflict use_column
declare
  moves match_move[];
  done match_move[];
begin
  if p_step = 'accept' then
    perform 1 from account a where a.id in (select m.giver_account_id from match m where m.id = any (p_matches))
      order by a.id for no key update;
  end if;
  perform lock_for_steps(p_matches);

  -- These two take units and households that the next one in the array then finds gone: under the locks of all, one by one.
  if p_step in ('accept', 'deliver') and cardinality(p_matches) > 1 then
    for i in 1 .. cardinality(p_matches) loop
      return query select i, s.match_id, s.outcome, s.status, s.units, s.unmet
        from match_step(p_now, p_step, p_by, p_actor, p_matches[i:i], p_reason, p_units[i:i], p_codes[i:i]) s
        where p_matches[i] <> all (p_matches[:i - 1]);
    end loop;
    return;
  end if;

  with asked as (
    select distinct on (x.id) x.ord::int as ord, x.id, p_units[x.ord] as units, p_codes[x.ord] as code
    from unnest(p_matches) with ordinality x (id, ord) order by x.id, x.ord
  ), seen as (
    select a.ord, a.id as asked_id, case when p_step = 'deliver' then a.units end as asked_units, a.code,
           m.id, m.root_area_id, m.request_id, m.offer_id, m.day, m.status as from_status, m.units, m.whole,
           m.accepted_at, m.ended_at, m.delivered_at, m.giver_account_id, m.respond_by, m.due_by, p.hand_over_code, p.wrong_codes,
           t.to_status, t.request_from, t.request_to, t.offer_from, t.offer_to,
           r.unmet, r.quantity, r.household_id, r.account_id as receiver, r.end_status, r.hidden_at, r.expires_at,
           o.free as offer_free,
           -- A day from before the offer counted by day has no row; what it used counts all the same.
           case when o.per_day is not null then coalesce(d.free,
             o.per_day - (select u.held + u.promised + u.given from used_on_day(m.offer_id, m.day) u)) end as day_free
    from asked a
    left join (match m
      join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
      join offer o on (o.id, o.root_area_id) = (m.offer_id, m.root_area_id)
      left join offer_day d on (d.offer_id, d.root_area_id, d.day) = (m.offer_id, m.root_area_id, m.day)
      left join match_private p on (p.match_id, p.root_area_id) = (m.id, m.root_area_id))
      on m.id = a.id and case p_by
           when 'giver' then m.giver_account_id = p_actor
           when 'receiver' then r.account_id = p_actor
           when 'team' then account_reaches(p_actor, r.responsible_area_id, p_now)
           else true end
    left join match_transition t on t.from_status = m.status and t.step = p_step and t.by_party = p_by
  ), judged as (
    select s.*,
      case
        when s.request_from = 'unmet' and s.offer_from = 'free'
          then least(units_to_take(coalesce(s.asked_units, s.units), s.unmet),
                     units_to_take(coalesce(s.asked_units, s.units), coalesce(s.offer_free, s.units)),
                     units_to_take(coalesce(s.asked_units, s.units), coalesce(s.day_free, s.units)))
        when s.request_from = 'unmet' then units_to_take(s.units, s.unmet)
        else coalesce(s.asked_units, s.units)
      end as taken
    from seen s
  )
  select array_agg(row(j.ord, coalesce(j.id, j.asked_id), j.root_area_id, j.request_id, j.offer_id, j.day, j.from_status,
      case when p_step = 'deliver' and j.code is not null then 'confirmed' else j.to_status end,
      j.request_from, j.request_to, j.offer_from, j.offer_to, j.units, j.taken, j.unmet,
      case
        when j.id is null then 'absent'
        when j.to_status is null then 'impossible'
        -- What was due when the sweep looked may have moved on since: a match accepted in that moment must not lapse.
        when p_step = 'lapse' and case j.from_status when 'proposed' then j.respond_by else j.due_by end > p_now then 'tooEarly'
        when p_step = 'confirm' and p_by = 'clock' and j.delivered_at > p_now - setting('confirm_after_hours') * interval '1 hour' then 'tooEarly'
        when p_step = 'dispute' and j.delivered_at <= p_now - setting('confirm_after_hours') * interval '1 hour' then 'tooLate'
        when p_step = 'accept' and (j.end_status is not null or j.hidden_at is not null or j.expires_at <= p_now
             or blocked_either_way(j.receiver, j.giver_account_id)) then 'requestEnded'
        when p_step = 'accept' and (j.taken = 0 or (j.whole and j.taken <> j.quantity)) then 'filled'
        when p_step = 'accept' then coalesce(may_open(p_now, j.giver_account_id, j.household_id), 'done')
        when j.from_status = 'lapsed' and (j.accepted_at is null or blocked_either_way(j.receiver, j.giver_account_id)
             or j.ended_at < p_now - setting('late_delivery_hours') * interval '1 hour') then 'impossible'
        when j.from_status = 'lapsed' and (j.end_status is not null or j.hidden_at is not null) then 'requestEnded'
        when p_step = 'deliver' and j.asked_units not between 1 and j.units then 'units'
        when p_step = 'deliver' and j.whole and j.asked_units < j.units then 'indivisible'
        when p_step = 'deliver' and j.code is not null and j.wrong_codes >= 5 then 'codeSpent'
        when p_step = 'deliver' and j.code is not null and j.code is distinct from j.hand_over_code then 'wrongCode'
        when p_step = 'deliver' and (j.taken = 0 or (j.whole and j.taken <> j.quantity)) then 'nothingLeft'
        else 'done'
      end)::match_move order by j.ord)
  into moves from judged j;

  select array_agg(m order by m.ord) into done from unnest(moves) m where m.outcome = 'done';

  update match_private p set wrong_codes = wrong_codes + 1
  from unnest(moves) m where m.outcome = 'wrongCode' and (p.match_id, p.root_area_id) = (m.id, m.root_area_id);

  if done is not null then
    perform move_units(done);
    update match m
    set status = x.to_status, units = x.taken,
        end_reason = case when x.to_status in ('declined', 'withdrawn', 'failed', 'lapsed') then coalesce(p_reason, case when p_step = 'lapse' then case x.from_status when 'proposed' then 'noAnswer' else 'noStep' end end) end,
        ended_by = case when x.to_status in ('declined', 'withdrawn', 'failed', 'lapsed') then p_by end,
        accepted_at = case x.to_status when 'accepted' then p_now else m.accepted_at end,
        due_by = case x.to_status when 'accepted' then p_now + u.due_within else m.due_by end,
        set_out_at = case x.to_status when 'onTheWay' then p_now else m.set_out_at end,
        delivered_at = case p_step when 'deliver' then p_now else m.delivered_at end,
        confirmed_at = case x.to_status when 'confirmed' then p_now end,
        ended_at = case when x.to_status in ('confirmed', 'declined', 'lapsed', 'withdrawn', 'failed') then p_now end
    from unnest(done) x
    join request r on (r.id, r.root_area_id) = (x.request_id, x.root_area_id)
    join urgency u on u.code = r.urgency
    where (m.id, m.root_area_id) = (x.id, x.root_area_id);

    if p_step = 'accept' then
      insert into household_opened (giver_account_id, household_id, root_area_id, opened_at)
      select distinct m.giver_account_id, r.household_id, r.root_area_id, p_now
      from unnest(done) x
      join match m on (m.id, m.root_area_id) = (x.id, x.root_area_id)
      join request r on (r.id, r.root_area_id) = (x.request_id, x.root_area_id)
      on conflict (giver_account_id, household_id) do update set opened_at = greatest(household_opened.opened_at, excluded.opened_at);
      insert into match_private (match_id, root_area_id, hand_over_code)
      select x.id, x.root_area_id, p_codes[x.ord] from unnest(done) x;
    end if;
    if p_step = 'withdraw' and p_by = 'system' then
      insert into called_off (match_id, root_area_id)
      select x.id, x.root_area_id from unnest(done) x where x.from_status in ('accepted', 'onTheWay');
    end if;
    if p_step in ('accept', 'deliver') then
      perform shrink_proposals(p_now, array(select distinct x.request_id from unnest(done) x where x.request_from = 'unmet'));
    end if;
    perform settle_ends(p_now, array(select distinct x.request_id from unnest(done) x), array(select distinct x.offer_id from unnest(done) x));
  end if;

  return query
    select x.ord, x.id, x.outcome, m.status, m.units, r.unmet
    from unnest(moves) x
    left join match m on (m.id, m.root_area_id) = (x.id, x.root_area_id)
    left join request r on (r.id, r.root_area_id) = (x.request_id, x.root_area_id)
    order by x.ord;
end $$;

-- What ends by itself after a step: a request with every unit confirmed, a one-time offer of which nothing is promised any
-- more (its match is handed over, or off; nothing can come of it again but a late delivery).
create function settle_ends(p_now timestamptz, p_requests uuid[], p_offers uuid[]) returns void language plpgsql as $$
begin
  update request set end_status = 'fulfilled', ended_at = p_now, ended_day = local_day(p_now, root_area_id)
  where id = any (p_requests) and end_status is null and confirmed = quantity;
  update offer o set status = 'ended', ended_at = p_now
  where o.id = any (p_offers) and o.one_time and o.status <> 'ended' and o.promised = 0;
end $$;
