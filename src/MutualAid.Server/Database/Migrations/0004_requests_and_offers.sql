-- Requests and offers. Their arithmetic is CHECK constraints: whatever the code above does, a row that breaks it is refused.
-- Every hot table carries root_area_id, and no key spans two root areas: it is what the data would be sharded by.

create table household (
  id uuid not null,
  root_area_id uuid not null,
  account_id uuid not null references account,       -- who posted
  on_behalf boolean not null,
  phone_hash bytea,                                  -- of the one in need; joins posts privately, never shown, never moves a cell
  address_hash bytea,
  created_at timestamptz not null,
  primary key (id, root_area_id)
);
create trigger household_account_is_there after insert on household referencing new table as new_rows
  for each statement execute function account_is_there();
create index household_account on household (account_id, created_at);
create index household_phone on household (phone_hash, created_at);
create index household_address on household (address_hash, created_at);

create table request (
  id uuid not null,
  root_area_id uuid not null,
  household_id uuid not null,
  account_id uuid not null references account,       -- the owner: who posted
  category_id smallint not null references category,
  quantity int not null check (quantity between 1 and 10000),
  unmet int not null check (unmet >= 0),
  promised int not null default 0 check (promised >= 0),
  delivered int not null default 0 check (delivered >= 0),
  under_way int not null default 0,                  -- of the promised: units of matches on the way
  confirmed int not null default 0,                  -- of the delivered: units of confirmed matches
  divisible boolean not null,
  urgency text not null references urgency,
  people int check (people between 1 and 1000),
  public_note text check (length(public_note) <= 200),
  needed_by timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  reminded_at timestamptz,
  public_place geography(Point, 4326) not null,      -- the centre of the grid cell; the exact point is in request_private
  cell_row int not null,
  cell_column int not null,
  public_area_id uuid not null references area,      -- the ward of public_place
  responsible_area_id uuid not null references area, -- private: the leaf of the exact point, or of a hand-over
  verified_at timestamptz,
  hidden_at timestamptz,
  hidden_by_suspension boolean not null default false,  -- of its owner: shown again when that is lifted
  end_status text check (end_status in ('fulfilled', 'withdrawn', 'expired', 'closed')),
  end_reason text,
  ended_at timestamptz,
  ended_day date,                                    -- the local date of ended_at
  edit_version int not null default 1,
  status text not null generated always as (
    case when end_status is not null then end_status
         when unmet > 0 then 'open'
         when under_way > 0 or delivered > confirmed then 'inDelivery'
         else 'matched' end) stored,
  primary key (id, root_area_id),
  foreign key (household_id, root_area_id) references household (id, root_area_id),
  constraint request_adds_up check (quantity = unmet + promised + delivered),
  constraint request_under_way check (under_way between 0 and promised),
  constraint request_confirmed check (confirmed between 0 and delivered),
  constraint request_whole check (divisible or (unmet in (0, quantity) and promised in (0, quantity) and delivered in (0, quantity))),
  constraint request_fulfilled check (end_status is distinct from 'fulfilled' or confirmed = quantity),
  constraint request_end check ((end_status is null) = (ended_at is null) and (end_status is null) = (ended_day is null)),
  constraint request_expiry check (expires_at > created_at)
);
-- Needs near a place: the KNN scan stops at the page's last row. The one with the category is typed smallint on purpose.
create index request_near on request using gist (public_place) where end_status is null and hidden_at is null and unmet > 0;
create index request_near_category on request using gist (category_id, public_place) where end_status is null and hidden_at is null and unmet > 0;
-- Whom a matching round looks at first: urgent before soon before routine (the codes sort that way), then the oldest.
create index request_waiting on request (urgency desc, created_at, id) where end_status is null and hidden_at is null and unmet > 0;
create index request_household on request (household_id);
create index request_account on request (account_id, created_at);
create index request_expiry_live on request (expires_at) where end_status is null;
create index request_public_area_oldest on request (public_area_id, created_at) where end_status is null and hidden_at is null and unmet > 0;
create index request_responsible_live on request (responsible_area_id, created_at) where end_status is null;
create index request_ended on request (ended_at) where end_status is not null;

create table request_private (
  request_id uuid not null,
  root_area_id uuid not null,
  place geography(Point, 4326) not null,             -- the exact point
  outside boolean not null default false,            -- no area covers it: the nearest leaf looks after it
  address text check (length(address) <= 300),
  phone text,
  name text check (length(name) <= 100),
  note text check (length(note) <= 2000),
  details text check (length(details) <= 2000),
  destination jsonb,
  consent boolean,
  repeat_of uuid,                                    -- the same category for the same phone or household, lately
  primary key (request_id, root_area_id),
  foreign key (request_id, root_area_id) references request (id, root_area_id)
);

-- Where an imported request came from: nothing is imported twice.
create table request_source (
  source text not null,
  external_id text not null,
  request_id uuid not null,
  primary key (source, external_id)
);

-- The link by which somebody helped on behalf says "not me". Only the token's hash is kept.
create table behalf_link (
  token_hash bytea primary key,
  household_id uuid not null,
  root_area_id uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index behalf_link_household on behalf_link (household_id);

-- The link in a reminder: a page with a button, nothing happens on GET.
create table renew_link (
  token_hash bytea primary key,
  request_id uuid not null,
  root_area_id uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index renew_link_request on renew_link (request_id);

create table offer (
  id uuid not null,
  root_area_id uuid not null,
  account_id uuid not null references account,       -- the giver
  category_id smallint not null references category,
  capacity int check (capacity between 1 and 1000000),
  free int check (free >= 0),                        -- null: unbounded, as capacity
  held int not null default 0 check (held >= 0),
  promised int not null default 0 check (promised >= 0),
  given int not null default 0 check (given >= 0),
  per_day int check (per_day between 1 and 10000),
  one_time boolean not null default false,
  public_place geography(Point, 4326),
  cell_row int,
  cell_column int,
  public_area_id uuid references area,
  reach_metres int check (reach_metres between 100 and 50000),
  available_from timestamptz,
  available_until timestamptz,
  daily_from time,
  daily_to time,
  status text not null default 'active' check (status in ('active', 'paused', 'withdrawn', 'ended')),
  suspended boolean not null default false,           -- with its giver
  created_at timestamptz not null,
  ended_at timestamptz,
  edit_version int not null default 1,
  primary key (id, root_area_id),
  constraint offer_adds_up check ((capacity is null) = (free is null) and (capacity is null or capacity = free + held + promised + given)),
  constraint offer_bounded check (capacity is not null or per_day is not null),
  constraint offer_place check (one_time = (public_place is null) and one_time = (reach_metres is null)),
  constraint offer_hours check ((daily_from is null) = (daily_to is null)),
  constraint offer_window check (available_until is null or available_from is null or available_until > available_from)
);
create trigger offer_account_is_there after insert on offer referencing new table as new_rows
  for each statement execute function account_is_there();
create index offer_near_category on offer using gist (category_id, public_place)
  where status = 'active' and not one_time and (free is null or free > 0);
-- Those that no round looks at and that are there all the same: what is told of why a need waits counts them.
create index offer_aside_category on offer using gist (category_id, public_place)
  where not one_time and (status = 'paused' or (status = 'active' and free = 0));
create index offer_account on offer (account_id, created_at);
create index offer_public_area on offer (public_area_id, category_id) where status = 'active';
create index offer_until on offer (available_until) where status in ('active', 'paused');

create table offer_private (
  offer_id uuid not null,
  root_area_id uuid not null,
  place geography(Point, 4326),
  note text check (length(note) <= 2000),
  primary key (offer_id, root_area_id),
  foreign key (offer_id, root_area_id) references offer (id, root_area_id)
);

-- The arithmetic of one local date of an offer with per_day. A row appears with the day's first match.
create table offer_day (
  offer_id uuid not null,
  root_area_id uuid not null,
  day date not null,
  per_day int not null,
  free int not null check (free >= 0),
  held int not null default 0 check (held >= 0),
  promised int not null default 0 check (promised >= 0),
  given int not null default 0 check (given >= 0),
  primary key (offer_id, day, root_area_id),
  foreign key (offer_id, root_area_id) references offer (id, root_area_id),
  constraint offer_day_adds_up check (per_day = free + held + promised + given)
);

-- Where a place is shown and whose public facts it belongs to. Everything here follows from the grid cell alone, so that
-- moving inside it changes nothing that the public reads. A root area may set its own cell size: then the largest size whose
-- cell lies, by its centre, in a root area of that size is taken (near a border between two sizes both sides try the same).
-- No row of areas at all: area_id is null.
create function public_location(p geography, out place geography, out cell_row int, out cell_column int,
                                out root_area_id uuid, out area_id uuid)
language plpgsql stable as $$
declare
  metres int;
begin
  for metres in select distinct a.cell_metres from area a where a.parent_id is null and a.valid_to is null order by 1 desc
  loop
    select g.centre, g.cell_row, g.cell_column, w.root_area_id, w.area_id
    into place, cell_row, cell_column, root_area_id, area_id
    from grid_cell(st_x(p::geometry), st_y(p::geometry), metres) g, ward_at(g.centre) w;
    exit when (select a.cell_metres from area a where a.id = root_area_id) = metres;
  end loop;
end $$;

-- Places a request: the public location, the leaf whose team looks after the exact point, and the repeat rule. The same
-- account posting again for the same person (itself, or somebody by this phone) keeps the cell it had when the new point
-- falls into it or into one of the eight around it: a position that jitters over a cell's line would draw that line. Only
-- this account's own posts are read, so nobody else's can move a cell. Columns are not aligned from row to row; a
-- neighbour in another row is counted from the column that holds the earlier centre in that row.
-- responsible_area_id is null when no area is within 50 km; root_area_id and the public place are then of no use.
create function place_request(p_account uuid, p_on_behalf boolean, p_phone_hash bytea, p geography,
                              out place geography, out cell_row int, out cell_column int, out root_area_id uuid,
                              out public_area_id uuid, out responsible_area_id uuid, out outside boolean)
language plpgsql stable as $$
declare
  metres int;
  kept record;
begin
  select l.area_id, l.outside into responsible_area_id, outside from leaf_at(p) l;
  if responsible_area_id is null then return; end if;
  select l.place, l.cell_row, l.cell_column, l.root_area_id, l.area_id
  into place, cell_row, cell_column, root_area_id, public_area_id from public_location(p) l;
  metres := (select a.cell_metres from area a where a.id = root_area_id);

  select r.cell_row, r.cell_column into kept
  from household h
  join request r on (r.household_id, r.root_area_id) = (h.id, h.root_area_id)
  cross join lateral grid_cell(st_x(r.public_place::geometry), st_y(r.public_place::geometry), metres) same_grid
  cross join lateral grid_cell(st_x(r.public_place::geometry), st_y(place::geometry), metres) in_my_row
  where h.account_id = p_account and h.on_behalf = p_on_behalf and (not p_on_behalf or h.phone_hash = p_phone_hash)
    and (same_grid.cell_row, same_grid.cell_column) = (r.cell_row, r.cell_column)
    and abs(r.cell_row - place_request.cell_row) <= 1
    and abs(in_my_row.cell_column - place_request.cell_column) <= 1
  order by h.created_at desc, h.id desc limit 1;
  if found then
    cell_row := kept.cell_row;
    cell_column := kept.cell_column;
    place := grid_centre(cell_row, cell_column, metres);
    select w.root_area_id, w.area_id into root_area_id, public_area_id from ward_at(place) w;
  end if;
end $$;

-- The latest request in this category for the same phone, the same address, or the poster's own household (null: another's),
-- within the days that count as lately. Of each the latest hundred households are looked at: a tower block has thousands at
-- one address. Stable, so that what the calling statement inserts is not found.
create function served_before(p_root uuid, p_category smallint, p_at timestamptz, p_phone_hash bytea, p_address_hash bytea, p_account uuid)
returns uuid language plpgsql stable as $$
declare
  since timestamptz := p_at - setting('repeat_days') * interval '1 day';
begin
  return (
    select q.id from (
      (select h.id, h.root_area_id from household h where h.phone_hash = p_phone_hash and h.created_at > since and h.created_at <= p_at
       order by h.created_at desc limit 100)
      union
      (select h.id, h.root_area_id from household h
       where h.address_hash = p_address_hash and h.root_area_id = p_root and h.created_at > since and h.created_at <= p_at
       order by h.created_at desc limit 100)
      union
      (select h.id, h.root_area_id from household h
       where h.account_id = p_account and not h.on_behalf and h.created_at > since and h.created_at <= p_at
       order by h.created_at desc limit 100)) h
    join request q on (q.household_id, q.root_area_id) = (h.id, h.root_area_id)
    where q.category_id = p_category
    order by q.created_at desc, q.id desc limit 1);
end $$;
