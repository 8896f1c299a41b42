-- Areas as maps draw them, in the plane of web maps (EPSG:3857). Made when a boundary is written and not when a tile is asked
-- for: the outline of a country has more points than a picture of it has pixels, and is asked for by everybody.
create table area_shape (
  area_id uuid primary key references area on delete cascade,
  middle geometry(Point, 3857) not null,             -- inside the area: where its counts are drawn
  far geometry(MultiPolygon, 3857) not null,         -- no finer than half a pixel at zoom 8
  near geometry(MultiPolygon, 3857) not null         -- the same at zoom 11; closer up the boundary itself is drawn
);
create index area_shape_far on area_shape using gist (far);

-- Web maps end at 85.06 degrees; what lies beyond has no place on them.
create function area_shape_of(p_boundary geography, out middle geometry, out far geometry, out near geometry)
language plpgsql immutable as $$
declare
  plane geometry := st_transform(st_clipbybox2d(p_boundary::geometry, st_makeenvelope(-180, -85.06, 180, 85.06, 4326)::box2d), 3857);
begin
  if plane is null or st_isempty(plane) then return; end if;
  plane := st_multi(st_collectionextract(plane, 3));
  middle := st_pointonsurface(plane);
  far := st_multi(st_simplifypreservetopology(plane, 150));
  near := st_multi(st_simplifypreservetopology(plane, 20));
end $$;

create function area_shape_follows() returns trigger language plpgsql as $$
begin
  delete from area_shape where area_id = new.id;
  insert into area_shape select new.id, s.* from area_shape_of(new.boundary) s where s.middle is not null;
  return null;
end $$;
create trigger area_shape_follows after insert or update of boundary on area
  for each row when (new.boundary is not null) execute function area_shape_follows();
insert into area_shape select a.id, s.* from area a cross join lateral area_shape_of(a.boundary) s where s.middle is not null;

create view public_area_shape as select area_id, middle, far, near from area_shape;
grant select on public_area_shape to mutualaid_reader;
revoke execute on function area_shape_of, area_shape_follows from public;
grant execute on function area_shape_of, area_shape_follows to mutualaid_app;
