-- Links by which somebody without an account sees how a need is doing. Of the token only its SHA-256 is kept; revoking removes
-- the row. A need has five places for them.
create table status_link (
  token_hash bytea primary key,
  id uuid not null unique,                           -- by which its owner revokes it
  request_id uuid not null,
  root_area_id uuid not null,
  slot smallint not null check (slot between 1 and 5),
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  unique (request_id, slot),
  foreign key (request_id, root_area_id) references request (id, root_area_id)
);
create index status_link_expires on status_link (expires_at);
grant select, insert, update, delete on status_link to mutualaid_app;

-- Links go with the one who made them, however the erasure is done: by them, or again after a backup was restored.
create function forget_status_links() returns trigger language plpgsql as $$
begin
  delete from status_link l using request r where r.account_id = new.id and l.request_id = r.id;
  return null;
end $$;
create trigger forget_status_links after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_status_links();
