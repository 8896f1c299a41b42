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

-- Hides a request from everybody but its owner and the team, or shows it again.
create function request_hide(p_now timestamptz, p_request uuid, p_hidden boolean) returns void language plpgsql as $$
begin
  perform 1 from request r where r.id = p_request for update;
  update request r set hidden_at = case when p_hidden then coalesce(r.hidden_at, p_now) end where r.id = p_request;
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
