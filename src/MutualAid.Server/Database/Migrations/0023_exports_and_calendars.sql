-- Why a team took the private data of its area out of the service. One row an export; the access log has one row a household of
-- it, which the ones who are seen read together with the reason.
create table private_export (
  id uuid primary key,
  account_id uuid not null references account,
  area_id uuid not null references area,
  reason text check (length(reason) between 10 and 300),  -- null: who typed it was erased
  made_at timestamptz not null
);
create index private_export_account on private_export (account_id, made_at);
-- As the log itself: nobody rewrites it.
revoke update, delete, truncate on private_export from mutualaid_app;
grant select, insert, update (reason) on private_export to mutualaid_app;

alter table access_log add column export_id uuid;

insert into setting values
  ('private_exports_a_day', 3, 'exports in 24 h', 'One account takes the private data of an area out so often; each household in one counts as a look (team_private_an_hour)');

-- What somebody typed goes with them.
create function blank_export_reasons() returns trigger language plpgsql as $$
begin
  update private_export e set reason = null where e.account_id = new.id and e.reason is not null;
  return null;
end $$;
create trigger blank_export_reasons after update of erased_at on account
  for each row when (new.erased_at is not null) execute function blank_export_reasons();

-- The link by which a giver's own calendar reads an offer's hours and trips: one an offer, another takes its place. Of the token
-- only its SHA-256 is kept.
create table offer_calendar (
  offer_id uuid not null,
  root_area_id uuid not null,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  primary key (offer_id, root_area_id),
  foreign key (offer_id, root_area_id) references offer (id, root_area_id)
);
grant select, insert, update, delete on offer_calendar to mutualaid_app;

-- Links go with the one who made them, however the erasure is done: by them, or again after a backup was restored.
create function forget_offer_calendars() returns trigger language plpgsql as $$
begin
  delete from offer_calendar l using offer o where o.account_id = new.id and (l.offer_id, l.root_area_id) = (o.id, o.root_area_id);
  return null;
end $$;
create trigger forget_offer_calendars after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_offer_calendars();

revoke execute on function blank_export_reasons, forget_offer_calendars from public;
grant execute on function blank_export_reasons, forget_offer_calendars to mutualaid_app;
