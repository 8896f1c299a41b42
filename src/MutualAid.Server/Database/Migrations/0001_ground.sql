-- The ground: extensions, the two roles, the service's clock, settings, the grid that keeps places private.

create extension if not exists postgis;
create extension if not exists btree_gist;   -- gist (category_id, place): 1 ms instead of 150 at a million needs
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists pgcrypto;     -- digests of addresses and phones

-- Roles belong to the cluster, not to the database: another database may have made them, even at this moment.
do $$
begin
  begin create role mutualaid_app nologin; exception when duplicate_object or unique_violation then null; end;
  begin create role mutualaid_reader nologin; exception when duplicate_object or unique_violation then null; end;
  -- whoever migrates may act as both
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant mutualaid_app, mutualaid_reader to %I', current_user);
  end if;
end $$;

-- The clock of everything that has no time handed in (views, defaults). Tests replace its body.
create function clock() returns timestamptz language sql stable as 'select now()';

create table setting (
  key text primary key,
  value numeric not null,
  unit text not null,
  meaning text not null
);
insert into setting values
  ('households_before_first_confirmed', 3, 'households in 24 h', 'A giver opens so many households, one at a time, until the first confirmed delivery'),
  ('households_a_day', 10, 'households in 24 h', 'A giver opens so many households after that'),
  ('open_proposals_urgent', 5, 'proposals', 'An urgent request is asked of so many givers at once'),
  ('matches_a_trip', 5, 'matches', 'A giver is proposed so many matches at once, over all offers'),
  ('repeat_days', 14, 'days', 'A repeat within so many days is linked'),
  ('late_delivery_hours', 24, 'hours', 'A lapsed match can still be delivered for so long'),
  ('confirm_after_hours', 48, 'hours', 'A delivered match is confirmed by the clock, and can be disputed for so long'),
  ('private_open_hours', 24, 'hours', 'The giver sees the private data for so long after delivery'),
  ('renew_days', 7, 'days', 'An expired request can be renewed for so long'),
  ('lapsed_pair_hours', 12, 'hours', 'A pair whose proposal lapsed is not proposed again for so long'),
  ('quiet_minutes_after_refusal', 30, 'minutes', 'After a no, or no answer, the matcher asks a giver nothing for so long: twice the time an urgent ask waits, so that whoever is away is not asked through every deadline, and short enough that a no for now costs no half day'),
  ('asks_a_week', 40, 'trips in 7 days', 'The matcher asks a giver for so many trips: twenty parcels a day are four trips, 28 a week, and get through even when three asks in ten are refused; whoever takes one ask in three is asked in vain less than four times a day'),
  ('age_weight', 2, 'seconds a second', 'α: what each second of having waited adds to the cost of leaving a unit unmet for another round; ./run simulate shows what it does'),
  ('ward_deficit_seconds', 600000, 'seconds', 'β: what a ward of which nobody was served in 7 days adds where all others were; in proportion between');

create function setting(p_key text) returns numeric language sql stable as
  'select value from setting where key = p_key';

-- unaccent is not IMMUTABLE by itself; with the dictionary named it depends on nothing that changes in one database.
-- 'đ' is folded by unaccent's rules; NFC first, because phones send NFD.
create function search_text(p text) returns text language sql immutable parallel safe as
  $$ select lower(public.unaccent('public.unaccent', normalize(p, nfc))) $$;

-- The grid cell of a point. Rows have a constant step in latitude; columns a constant step in longitude within a row, taken
-- at the latitude of the row's centre, so that a cell is p_cell_metres high and wide to within 1 %. Origin 0,0.
-- 111,320 m is one degree of longitude on the equator (2π·6,378,137 m / 360, rounded).
create function grid_cell(lon double precision, lat double precision, cell_metres int,
                          out cell_row int, out cell_column int, out centre geography)
language plpgsql immutable strict parallel safe as $$
declare
  step_lat double precision := cell_metres / 111320.0;
  step_lon double precision;
  centre_lat double precision;
begin
  cell_row := floor(lat / step_lat);
  centre_lat := greatest(-89.9, least(89.9, (cell_row + 0.5) * step_lat));
  step_lon := step_lat / cos(radians(centre_lat));
  cell_column := floor(lon / step_lon);
  centre := st_setsrid(st_makepoint(
    round(greatest(-180, least(180, (cell_column + 0.5) * step_lon))::numeric, 6)::double precision,
    round(centre_lat::numeric, 6)::double precision), 4326)::geography;
end $$;

-- The centre of a cell that is known by its row and column.
create function grid_centre(cell_row int, cell_column int, cell_metres int) returns geography
language sql immutable strict parallel safe as $$
  select (grid_cell(
    greatest(-180, least(180, (cell_column + 0.5) * (cell_metres / 111320.0) / cos(radians(greatest(-89.9, least(89.9, (cell_row + 0.5) * (cell_metres / 111320.0)))))))
    , (cell_row + 0.5) * (cell_metres / 111320.0), cell_metres)).centre
$$;

-- One leader at a time. The number rises with each new holder, so that one who slept through its lease cannot write.
create table lease (
  name text primary key,
  holder uuid,
  fence bigint not null default 0,
  expires_at timestamptz not null default '-infinity'
);
insert into lease (name) values ('matcher');

-- Keys of cookies and antiforgery tokens, shared by all servers, encrypted with the service's secret.
create table data_protection_key (
  name text primary key,
  xml text not null,
  created_at timestamptz not null default clock()
);
