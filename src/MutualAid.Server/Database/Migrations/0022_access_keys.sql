-- Tokens that an account makes for programs: to read as a team does, in one area, or to post needs from another system. Of the token
-- only its SHA-256 is kept; revoking removes the row.
create table access_key (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references account,
  kind text not null check (kind in ('reading', 'posting')),
  area_id uuid references area,                      -- of a reading key: it reaches this area and those below
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,                          -- to the minute: a write for each read would cost more than the read
  constraint access_key_area check ((kind = 'reading') = (area_id is not null)),
  constraint access_key_life check (expires_at > created_at and expires_at <= created_at + interval '365 days')
) with (fillfactor = 70);                            -- room for the next last_used_at on the same page, without an index to change
create index access_key_account on access_key (account_id);
create index access_key_expires on access_key (expires_at);
grant select, insert, update, delete on access_key to mutualaid_app;

-- Keys go with the one who made them, however the erasure is done: by them, or again after a backup was restored.
create function forget_access_keys() returns trigger language plpgsql as $$
begin
  delete from access_key k where k.account_id = new.id;
  return null;
end $$;
create trigger forget_access_keys after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_access_keys();
revoke execute on function forget_access_keys from public;
grant execute on function forget_access_keys to mutualaid_app;

-- Needs by when they were posted, for whoever asks what is new: a thousand of them without a look at the others.
create index request_latest on request (created_at desc, id desc) where end_status is null and hidden_at is null;
