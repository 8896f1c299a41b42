-- Areas: a tree of any depth. Derived columns (root_id, ancestors, path, leaf, ward) are written by area_refresh only.

create table area (
  id uuid primary key,
  parent_id uuid references area,
  code text not null,
  name text not null,
  level text not null check (level in ('country', 'province', 'district', 'ward', 'group')),
  valid_from date not null default '-infinity',
  valid_to date,                                    -- the first day on which it is no more
  boundary geography(MultiPolygon, 4326),
  synthetic boolean not null default false,
  from_children boolean not null default false,      -- nobody drew its boundary: it is the union of those below
  root_id uuid not null,
  ancestors uuid[] not null default '{}',           -- root first, itself last
  path text not null default '',                    -- "ward, district, province", without its own name
  leaf boolean not null default false,
  ward boolean not null default false,              -- public facts are told at this level
  -- Of a root area only; others ask their root.
  time_zone text not null default 'Asia/Ho_Chi_Minh',
  cell_metres int not null default 250 check (cell_metres between 50 and 5000),
  check (valid_to is null or valid_to > valid_from)
);
create unique index area_code on area (coalesce(parent_id, id), code) where valid_to is null;
create index area_root_code on area (root_id, code);
create index area_parent on area (parent_id);
create index area_ancestors on area using gin (ancestors);
create index area_name on area using gin (search_text(name) gin_trgm_ops);
create index area_leaf_boundary on area using gist (boundary) where leaf and valid_to is null;
create index area_ward_boundary on area using gist (boundary) where ward and valid_to is null;
create index area_leaf_plane on area using gist ((boundary::geometry)) where leaf and valid_to is null;
create index area_ward_plane on area using gist ((boundary::geometry)) where ward and valid_to is null;

create table area_successor (
  area_id uuid not null references area,
  successor_id uuid not null references area,
  primary key (area_id, successor_id)
);

-- Recomputes what is derived for a whole tree: to be called after any change of parents, names or levels in it.
create function area_refresh(p_root uuid) returns void language plpgsql as $$
begin
  with recursive tree as (
    select a.id, a.id as root_id, array[a.id] as ancestors, ''::text as path,
           a.level = 'ward' as ward_above, a.level = 'ward' as is_ward
    from area a where a.id = p_root
    union all
    select c.id, t.root_id, t.ancestors || c.id,
           concat_ws(', ', p.name, nullif(t.path, '')),
           t.ward_above or c.level = 'ward', not t.ward_above and c.level = 'ward'
    from tree t join area p on p.id = t.id join area c on c.parent_id = t.id
  ), shaped as (
    select t.*, not exists (select 1 from area c where c.parent_id = t.id and c.valid_to is null) as is_leaf from tree t
  )
  update area a
  set root_id = s.root_id, ancestors = s.ancestors, path = s.path, leaf = s.is_leaf,
      -- a tree that ends above the ward tells its public facts at its leaves
      ward = s.is_ward or (s.is_leaf and not s.ward_above)
  from shaped s
  where s.id = a.id
    and (a.root_id, a.ancestors, a.path, a.leaf, a.ward)
        is distinct from (s.root_id, s.ancestors, s.path, s.is_leaf, s.is_ward or (s.is_leaf and not s.ward_above));
end $$;

-- The leaf whose team looks after a point: the one that covers it (on a shared border the lower code), else the nearest
-- within 50 km, flagged. No row: nobody is near. Metres on the spheroid.
--
-- Covering is judged on the plane of longitude and latitude, where GeoJSON's edges are straight (RFC 7946, 3.1.1); geography's
-- are great circles. It is also what can be afforded: among real wards of up to 3,000 vertices a point costs 0.05 ms this
-- way, and 1.6 ms by ST_Covers on geography, which builds a tree of each boundary anew. Areas that cross the antimeridian
-- are cut there, as RFC 7946 (3.1.9) has it.
create function leaf_at(p geography, out area_id uuid, out root_area_id uuid, out outside boolean) returns record
language plpgsql stable as $$
begin
  select a.id, a.root_id, false into area_id, root_area_id, outside
  from area a where a.leaf and a.valid_to is null and st_covers(a.boundary::geometry, p::geometry) order by a.code limit 1;
  if area_id is null then
    select a.id, a.root_id, true into area_id, root_area_id, outside
    from area a where a.leaf and a.valid_to is null and st_dwithin(a.boundary, p, 50000)
    order by a.boundary <-> p, a.code limit 1;
  end if;
end $$;

-- The ward of a public location: covering, else the nearest, however far (a cell's centre may lie just outside).
create function ward_at(p geography, out area_id uuid, out root_area_id uuid) returns record
language plpgsql stable as $$
begin
  select a.id, a.root_id into area_id, root_area_id
  from area a where a.ward and a.valid_to is null and st_covers(a.boundary::geometry, p::geometry) order by a.code limit 1;
  if area_id is null then
    select a.id, a.root_id into area_id, root_area_id
    from area a where a.ward and a.valid_to is null order by a.boundary <-> p, a.code limit 1;
  end if;
end $$;

create table category (
  id smallint primary key,
  code text not null unique,
  name_vi text not null,
  name_en text not null,
  unit text not null,
  unit_vi text not null,
  unit_en text not null,
  default_expiry interval not null,
  divisible boolean not null,
  needs_destination boolean not null default false,
  by_phone boolean not null default false
);
insert into category values
  (1, 'food',             'Lương thực, thực phẩm', 'Food',             'parcel', 'phần', 'parcels', '3 days', true),
  (2, 'necessities',      'Nhu yếu phẩm',          'Necessities',      'parcel', 'phần', 'parcels', '5 days', true),
  (3, 'medicine',         'Thuốc men',             'Medicine',         'dose',   'phần thuốc', 'packs', '2 days', true),
  (4, 'medical-supplies', 'Vật tư y tế',           'Medical supplies', 'piece',  'cái',  'pieces',  '2 days', true);
insert into category (id, code, name_vi, name_en, unit, unit_vi, unit_en, default_expiry, divisible, needs_destination, by_phone) values
  (5, 'health-advice',    'Tư vấn sức khỏe',       'Health advice',    'call',   'cuộc gọi', 'calls', '1 day', false, false, true),
  (6, 'transport',        'Đưa đón',               'Transport',        'ride',   'chuyến', 'rides', '1 day', false, true, false),
  (7, 'other',            'Việc khác',             'Other',            'unit',   'đơn vị', 'units', '3 days', true, false, false);

-- How long a giver has to answer, and then to arrive, by urgency.
create table urgency (
  code text primary key,
  rank smallint not null unique,
  respond_within interval not null,
  due_within interval not null
);
insert into urgency values ('routine', 0, '2 hours', '24 hours'), ('soon', 1, '45 minutes', '8 hours'), ('urgent', 2, '15 minutes', '3 hours');
