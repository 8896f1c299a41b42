-- Where nobody reaches: open needs that no standing offer of their category with anything left covers. All of it by public
-- locations and public facts; whoever the two belong to, and whether they keep each other away, plays no part.

-- A box in degrees that holds everything within so many metres of a place, as boxes_round has them; round the whole Earth
-- where it would reach over 180° of longitude. One box, so that it can be indexed. With its schema before each name: where a
-- backup is read in, the index is built with no schema to look in.
create function reach_box(p_place geography, p_metres int) returns geometry
language sql immutable parallel safe as $$
  select case when x.degrees >= 180 or abs(x.lon) + x.degrees > 180
              then public.st_makeenvelope(-180, x.lat - x.high, 180, x.lat + x.high, 4326)
              else public.st_makeenvelope(x.lon - x.degrees, x.lat - x.high, x.lon + x.degrees, x.lat + x.high, 4326) end
  from (
    select y.lon, y.lat, y.high,
           case when abs(y.lat) + y.high >= 89 then 180 else y.high / cos(radians(abs(y.lat) + y.high)) end as degrees
    from (select public.st_x(p_place::public.geometry) as lon, public.st_y(p_place::public.geometry) as lat, (p_metres + 1) / 110000.0::float8 as high) y) x
$$;
-- A view's functions are run by whoever reads it.
grant execute on function reach_box to mutualaid_reader, mutualaid_app;

-- A need asks for the offers whose box it stands in: as many as reach it, give or take the corners, however many there are.
create index offer_reach on offer using gist (category_id, reach_box(public_place, reach_metres))
  where status = 'active' and not one_time and (free is null or free > 0);

-- "offset 0" keeps the question a question for each need: as a join, a category's needs would meet all of its offers.
create view public_coverage_gap as
  select r.* from public_request r
  where r.unmet > 0 and not exists (
    select 1 from offer o
    where o.category_id = r.category_id and o.root_area_id = r.root_area_id
      and o.status = 'active' and not o.one_time and (o.free is null or o.free > 0) and not o.suspended
      and (o.available_until is null or o.available_until > clock())
      and reach_box(o.public_place, o.reach_metres) && r.place::geometry
      and st_distance(o.public_place, r.place) <= o.reach_metres
    offset 0);
grant select on public_coverage_gap to mutualaid_reader;
