-- Who follows the public's offers was told of every edit: also of one that moved an offer within its cell, of a promise that took
-- nothing more from what is free, of what a giver did to an offer that was paused. As of requests, it is news for the public only
-- when what it reads has changed.
create or replace function offer_changed() returns trigger language plpgsql as $$
begin
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, status, public)
    select root_area_id, 'offer', id, status, not one_time and status = 'active' and not suspended from new_rows;
  end if;
  return null;
end $$;

create function offer_updated() returns trigger language plpgsql as $$
begin
  if not is_bulk() then
    insert into change (root_area_id, subject, subject_id, status, public)
    select n.root_area_id, 'offer', n.id, n.status,
      not n.one_time
      and ((n.status = 'active' and not n.suspended) or (o.status = 'active' and not o.suspended))
      and (n.category_id, n.free, n.per_day, n.reach_metres, n.public_area_id, n.cell_row, n.cell_column, n.available_from,
           n.available_until, n.daily_from, n.daily_to, n.status = 'active' and not n.suspended)
          is distinct from
          (o.category_id, o.free, o.per_day, o.reach_metres, o.public_area_id, o.cell_row, o.cell_column, o.available_from,
           o.available_until, o.daily_from, o.daily_to, o.status = 'active' and not o.suspended)
    from new_rows n join old_rows o on (o.id, o.root_area_id) = (n.id, n.root_area_id);
  end if;
  return null;
end $$;
revoke execute on function offer_updated from public;
grant execute on function offer_updated to mutualaid_app;

create or replace trigger offer_updated after update on offer referencing old table as old_rows new table as new_rows
  for each statement execute function offer_updated();
