-- The one door, third part: acts on requests and offers that move units of their matches.

-- Withdraws live matches for the service's own reasons (blocked, suspended, erased, hidden, closed, requestEnded …).
create function withdraw_matches(p_now timestamptz, p_matches uuid[], p_reason text) returns void language plpgsql as $$
begin
  perform match_step(p_now, 'withdraw', 'system', null, p_matches, p_reason);
end $$;

-- Ends requests. 'expired' takes only those past their expiry with no accepted, onTheWay or delivered match left, the
-- others end all live matches with them (delivered ones stay: they are confirmed or disputed by their own rules).
create function request_end(p_now timestamptz, p_requests uuid[], p_end_status text, p_reason text)
returns table (request_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  ids uuid[];
begin
  ids := array(select r.id from request r where r.id = any (p_requests) order by r.id for update);
  ids := array(
    select r.id from request r where r.id = any (ids) and r.end_status is null
      and (p_end_status <> 'expired' or (r.expires_at <= p_now and not exists (
            select 1 from match m where m.request_id = r.id and m.status in ('accepted', 'onTheWay', 'delivered')))));
  perform withdraw_matches(p_now,
    array(select m.id from match m where m.request_id = any (ids) and m.status in ('proposed', 'accepted', 'onTheWay')),
    case p_end_status when 'withdrawn' then 'requestWithdrawn' when 'expired' then 'requestExpired' else 'requestClosed' end);
  return query
    update request r set end_status = p_end_status, end_reason = p_reason, ended_at = p_now, ended_day = local_day(p_now, r.root_area_id)
    where r.id = any (ids) and r.end_status is null
    returning r.id;
end $$;

-- "Still needed": lives on from now for as long as its category does, also when it expired not long ago.
-- done · tooLate · the status it has ended with.
create function request_renew(p_now timestamptz, p_request uuid) returns text language plpgsql as $$
declare
  r request;
begin
  select * into r from request q where q.id = p_request for update;
  if r.end_status <> 'expired' then return r.end_status; end if;
  if r.expires_at < p_now - setting('renew_days') * interval '1 day' then return 'tooLate'; end if;
  update request q
  set expires_at = greatest(q.expires_at, p_now + c.default_expiry), reminded_at = null, edit_version = q.edit_version + 1,
      end_status = null, end_reason = null, ended_at = null, ended_day = null
  from category c where q.id = p_request and c.id = q.category_id;
  return 'done';
end $$;

-- Hides a request from everybody but its owner and the team, or shows it again. While its owner is suspended it stays hidden.
create function request_hide(p_now timestamptz, p_request uuid, p_hidden boolean) returns void language plpgsql as $$
begin
  perform 1 from request r where r.id = p_request for update;
  update request r
  set hidden_at = case when p_hidden or a.suspended_at is not null then coalesce(r.hidden_at, p_now) end,
      hidden_by_suspension = not p_hidden and a.suspended_at is not null
  from account a where r.id = p_request and a.id = r.account_id;
  if p_hidden then
    perform withdraw_matches(p_now,
      array(select m.id from match m where m.request_id = p_request and m.status in ('proposed', 'accepted', 'onTheWay')), 'requestHidden');
  end if;
end $$;

-- A new quantity: never below what is promised and delivered; open proposals shrink with it. Returns false when it would be,
-- or when the request has ended in the meantime.
create function request_set_quantity(p_now timestamptz, p_request uuid, p_quantity int) returns boolean language plpgsql as $$
declare
  r request;
begin
  select * into r from request q where q.id = p_request for update;
  if r.id is null or r.end_status is not null then return false; end if;
  if p_quantity = r.quantity then return true; end if;
  if p_quantity < r.promised + r.delivered or (not r.divisible and r.promised + r.delivered > 0 and p_quantity <> r.quantity) then
    return false;
  end if;
  perform 1 from offer o where o.id in (select m.offer_id from match m where m.request_id = p_request and m.status = 'proposed')
    order by o.id for update;
  update request q set quantity = p_quantity, unmet = p_quantity - q.promised - q.delivered where q.id = p_request;
  -- A proposal for a whole request must be for all of it: it is made anew.
  if not r.divisible then
    perform withdraw_matches(p_now, array(select m.id from match m where m.request_id = p_request and m.status = 'proposed'), 'requestEdited');
  else
    perform shrink_proposals(p_now, array[p_request]);
  end if;
  perform settle_ends(p_now, array[p_request], '{}');
  return true;
end $$;

-- Pauses, withdraws or ends offers. Their open proposals go back; what is promised stays promised.
create function offer_close(p_now timestamptz, p_offers uuid[], p_status text, p_reason text)
returns table (offer_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  proposals uuid[];
  ids uuid[];
begin
  loop
    begin
      proposals := array(select m.id from match m where m.offer_id = any (p_offers) and m.status = 'proposed');
      perform lock_for_steps(proposals, p_offers);
      exit when not exists (select 1 from match m where m.offer_id = any (p_offers) and m.status = 'proposed' and m.id <> all (proposals));
      -- A proposal came between the two reads, and its request is not locked yet. With these offers in hand it is too late
      -- to lock a request: the way back out of this block lets go of them all, and we start again.
      raise exception using errcode = 'MA001';
    exception when sqlstate 'MA001' then null;
    end;
  end loop;
  ids := array(select o.id from offer o where o.id = any (p_offers) and o.status in ('active', 'paused') and o.status <> p_status and not o.one_time);
  perform withdraw_matches(p_now, proposals, p_reason);
  return query
    update offer o set status = p_status, ended_at = case when p_status in ('withdrawn', 'ended') then p_now end
    where o.id = any (ids) returning o.id;
end $$;

-- New bounds of an offer: never below held + promised + given, nor any day from today on below its own. False when they would be.
create function offer_set_bounds(p_now timestamptz, p_offer uuid, p_capacity int, p_per_day int) returns boolean language plpgsql as $$
declare
  o offer;
  today date;
begin
  select * into o from offer q where q.id = p_offer for update;
  today := local_day(p_now, o.root_area_id);
  if p_capacity < o.held + o.promised + o.given
     or p_per_day < (select u.held + u.promised + u.given from used_on_day(p_offer, today) u) then
    return false;
  end if;
  update offer q set capacity = p_capacity, free = p_capacity - q.held - q.promised - q.given, per_day = p_per_day where q.id = p_offer;
  if p_per_day is null then
    -- Days of an offer that no longer counts by day would stand still while matches move on.
    delete from offer_day d where d.offer_id = p_offer;
  else
    update offer_day d set per_day = p_per_day, free = p_per_day - d.held - d.promised - d.given where d.offer_id = p_offer and d.day >= today;
  end if;
  return true;
end $$;

-- Places an offer: the public location, and the repeat rule as for requests. The same account offering again keeps the cell
-- it had when the new point falls into it or into one of the eight around it: a position that jitters over a cell's line
-- would draw that line. area_id is null when no area is within 50 km.
create function place_offer(p_account uuid, p geography, out place geography, out cell_row int, out cell_column int,
                            out root_area_id uuid, out area_id uuid)
language plpgsql stable as $$
declare
  metres int;
  kept record;
begin
  if (select l.area_id from leaf_at(p) l) is null then return; end if;
  select l.place, l.cell_row, l.cell_column, l.root_area_id, l.area_id
  into place, cell_row, cell_column, root_area_id, area_id from public_location(p) l;
  metres := (select a.cell_metres from area a where a.id = root_area_id);

  select o.cell_row, o.cell_column into kept
  from offer o
  cross join lateral grid_cell(st_x(o.public_place::geometry), st_y(o.public_place::geometry), metres) same_grid
  -- Columns are not aligned from row to row: counted from the column that holds the earlier centre in the new point's row.
  cross join lateral grid_cell(st_x(o.public_place::geometry), st_y(place::geometry), metres) in_my_row
  where o.account_id = p_account and not o.one_time
    and (same_grid.cell_row, same_grid.cell_column) = (o.cell_row, o.cell_column)
    and abs(o.cell_row - place_offer.cell_row) <= 1
    and abs(in_my_row.cell_column - place_offer.cell_column) <= 1
  order by o.created_at desc, o.id desc limit 1;
  if found then
    cell_row := kept.cell_row;
    cell_column := kept.cell_column;
    place := grid_centre(cell_row, cell_column, metres);
    select w.root_area_id, w.area_id into root_area_id, area_id from ward_at(place) w;
  end if;
end $$;

-- The live matches in which an account is giver or receiver.
create function live_matches_of(p_account uuid) returns uuid[] language sql stable as $$
  select array(
    select m.id from match m where m.giver_account_id = p_account and m.status in ('proposed', 'accepted', 'onTheWay')
    union
    select m.id from request r join match m on (m.request_id, m.root_area_id) = (r.id, r.root_area_id)
    where r.account_id = p_account and m.status in ('proposed', 'accepted', 'onTheWay'))
$$;

-- Locks an account and then, in the door's order, every request that its matches can touch: after this no match of it comes
-- to be, neither by its own act (the account) nor on its requests.
create function lock_account(p_account uuid) returns void language plpgsql as $$
begin
  perform 1 from account a where a.id = p_account for no key update;
  perform 1 from request r where r.id in (
      select q.id from request q where q.account_id = p_account
      union
      select m.request_id from match m where m.id = any (live_matches_of(p_account)))
    order by r.id for update;
end $$;

-- One keeps the other away: what is live between them ends, and nothing new begins (blocked_either_way).
create function block_account(p_now timestamptz, p_account uuid, p_blocked uuid, p_match uuid) returns void language plpgsql as $$
begin
  -- Whoever gives between these two is one of them, and every new match locks its giver.
  perform 1 from account a where a.id in (p_account, p_blocked) order by a.id for no key update;
  insert into block (account_id, blocked_account_id, match_id, created_at) values (p_account, p_blocked, p_match, p_now)
  on conflict do nothing;
  perform withdraw_matches(p_now, array(
    select m.id from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
    where (m.giver_account_id, r.account_id) in ((p_account, p_blocked), (p_blocked, p_account))
      and m.status in ('proposed', 'accepted', 'onTheWay')), 'blocked');
end $$;

-- A moderator's act: what is live ends, and nobody sees the account's requests and offers until it is lifted.
create function suspend_account(p_now timestamptz, p_account uuid) returns void language plpgsql as $$
begin
  perform lock_account(p_account);
  update account set suspended_at = coalesce(suspended_at, p_now) where id = p_account;
  perform withdraw_matches(p_now, live_matches_of(p_account), 'suspended');
  update request set hidden_at = p_now, hidden_by_suspension = true
  where account_id = p_account and end_status is null and hidden_at is null;
  update offer set suspended = true where account_id = p_account and status in ('active', 'paused');
end $$;

-- Undoes it; what ended with the suspension stays ended.
create function lift_suspension(p_account uuid) returns void language plpgsql as $$
begin
  perform lock_account(p_account);
  update account set suspended_at = null where id = p_account;
  update request set hidden_at = null, hidden_by_suspension = false where account_id = p_account and hidden_by_suspension;
  update offer set suspended = false where account_id = p_account and suspended;
end $$;

-- Erases a person: what is live ends, what is private goes, what is counted stays. Sessions stay, revoked, so that whoever
-- comes back with one is told. Right when done twice: a restored backup is erased again from the rows of erasure.
create function erase_account(p_now timestamptz, p_account uuid) returns void language plpgsql as $$
declare
  number text;
  own uuid[];
begin
  perform lock_account(p_account);
  update account set erased_at = coalesce(erased_at, p_now), on_duty = false, edit_version = edit_version + 1
  where id = p_account;
  perform withdraw_matches(p_now, live_matches_of(p_account), 'erased');
  perform request_end(p_now, array(select r.id from request r where r.account_id = p_account and r.end_status is null), 'withdrawn', 'erased');
  perform offer_close(p_now, array(select o.id from offer o where o.account_id = p_account and o.status in ('active', 'paused')), 'withdrawn', 'erased');

  own := array(select r.id from request r where r.account_id = p_account);
  delete from request_private p where p.request_id = any (own);
  delete from renew_link l where l.request_id = any (own);
  delete from match_private p using match m where m.request_id = any (own) and p.match_id = m.id;
  update request r set public_note = null where r.id = any (own) and r.public_note is not null;
  -- A reason that is one word of ours stays; what somebody typed goes, whichever side typed it.
  update request r set end_reason = null where r.id = any (own) and r.end_reason !~ '^[a-z][A-Za-z]*$';
  update match m set end_reason = null
  where (m.request_id = any (own) or m.giver_account_id = p_account) and m.end_reason !~ '^[a-z][A-Za-z]*$';
  delete from behalf_link l using household h where h.account_id = p_account and l.household_id = h.id;
  update household h set phone_hash = null, address_hash = null
  where h.account_id = p_account and (h.phone_hash is not null or h.address_hash is not null);
  delete from household_opened h where h.giver_account_id = p_account;
  delete from offer_private p using offer o where o.account_id = p_account and p.offer_id = o.id;
  delete from block b where p_account in (b.account_id, b.blocked_account_id);
  delete from outbox o where o.account_id = p_account;
  update report r set text = null where r.reporter_account_id = p_account;
  update role_grant g set revoked_at = p_now where g.account_id = p_account and g.revoked_at is null;

  select p.phone into number from account_private p where p.account_id = p_account;
  delete from sign_in_attempt a where a.phone = number;
  delete from sign_in_attempt a where a.account_id = p_account;
  delete from sign_in_challenge c where c.account_id = p_account;
  delete from account_private p where p.account_id = p_account;
  update session s set revoked_at = p_now where s.account_id = p_account and s.revoked_at is null;
  insert into erasure (account_id, erased_at) values (p_account, p_now) on conflict do nothing;
end $$;
