-- Needs near a place are looked up in the plane of degrees: boxes round the Earth's centre, as an index on geography has them, lie
-- across one another, and more and more of them are opened as needs grow in number.
drop index request_near;
drop index request_near_category;
-- One for lists of a category and of all: where none is asked for, a few pages of each are opened.
create index request_near on request using gist (category_id, (public_place::geometry)) where end_status is null and hidden_at is null and unmet > 0;

-- Boxes in degrees that together hold everything within so many metres of a place: one, or two where they reach over 180° of
-- longitude. A degree of the sphere that <-> measures on has 111,195 m; a parallel nearer to the pole has shorter ones.
create function boxes_round(p_lon double precision, p_lat double precision, p_metres double precision) returns setof geometry
language sql immutable parallel safe rows 1 as $$
  select st_makeenvelope(p_lon - x.degrees + turn, p_lat - y.degrees, p_lon + x.degrees + turn, p_lat + y.degrees, 4326)
  from (select (p_metres + 1) / 111000 as degrees) y
  cross join lateral (
    select case when abs(p_lat) + y.degrees >= 89 then 180
                else y.degrees / cos(radians(abs(p_lat) + y.degrees)) end as degrees) x
  cross join unnest(array[0, 360, -360]) turn
  where p_lon - x.degrees + turn <= 180 and p_lon + x.degrees + turn >= -180
$$;
