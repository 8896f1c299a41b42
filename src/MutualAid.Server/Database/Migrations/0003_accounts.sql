-- Accounts, sessions, roles. What tells who somebody is lives in account_private: erasure deletes that row.

create table account (
  id uuid primary key,
  locale text not null default 'vi' check (locale in ('vi', 'en')),
  on_duty boolean not null default true,
  created_at timestamptz not null,
  suspended_at timestamptz,
  erased_at timestamptz,
  edit_version int not null default 1
);

-- Nothing is posted for an account that is erased, not even by somebody who was signed in a moment before: whoever erases
-- holds the row for no key update, and a share lock waits for that. Once a statement, not once a row.
create function account_is_there() returns trigger language plpgsql as $$
begin
  if is_bulk() then return null; end if;
  perform 1 from account a where a.id in (select n.account_id from new_rows n) order by a.id for share;
  if exists (select from account a where a.id in (select n.account_id from new_rows n) and a.erased_at is not null) then
    raise exception 'account erased' using errcode = 'MA410';
  end if;
  return null;
end $$;

create table account_private (
  account_id uuid primary key references account,
  phone text not null,                               -- E.164, "+84…"
  name text check (length(name) <= 100),
  totp_secret bytea,                                 -- encrypted with the service's secret
  totp_enrolled_at timestamptz,
  totp_last_step bigint                              -- a code is good once (RFC 6238, 5.2)
);
create unique index account_phone on account_private (phone);

create table session (
  token_hash bytea primary key,                      -- SHA-256 of 32 random bytes: nothing here signs anybody in
  id uuid not null unique,
  account_id uuid not null references account,
  kind text not null check (kind in ('bearer', 'cookie')),
  second_factor boolean not null default false,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_account on session (account_id);

-- One attempt at signing in. The code is stored as a keyed hash bound to the attempt; five tries.
create table sign_in_attempt (
  id uuid primary key,
  phone text not null,
  address_hash bytea not null,
  purpose text not null default 'signIn' check (purpose in ('signIn', 'changePhone', 'oldPhone')),
  account_id uuid references account,
  code_hash bytea not null,
  tries int not null default 0 check (tries <= 5),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_attempt_phone on sign_in_attempt (phone, created_at);
create index sign_in_attempt_address on sign_in_attempt (address_hash, created_at);
create index sign_in_attempt_created on sign_in_attempt (created_at);

-- Between the first and the second factor.
create table sign_in_challenge (
  token_hash bytea primary key,
  account_id uuid not null references account,
  kind text not null check (kind in ('bearer', 'cookie')),
  enrol_secret bytea,                                -- encrypted; set while the first right code would enrol it
  tries int not null default 0 check (tries <= 5),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_challenge_account on sign_in_challenge (account_id);

create table role_grant (
  id uuid primary key,
  account_id uuid not null references account,
  role text not null check (role in ('teamMember', 'teamLead', 'operator', 'moderator', 'administrator')),
  area_id uuid not null references area,
  granted_by uuid references account,
  granted_at timestamptz not null,
  ends_at timestamptz,
  revoked_at timestamptz
);
create unique index role_grant_live on role_grant (account_id, role, area_id) where revoked_at is null;

-- A role reaches the areas below the one it is on.
create function account_reaches(p_account uuid, p_area uuid, p_now timestamptz) returns boolean language sql stable as $$
  select exists (
    select 1 from role_grant g join area a on g.area_id = any (a.ancestors)
    where g.account_id = p_account and a.id = p_area and g.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
      and g.revoked_at is null and (g.ends_at is null or g.ends_at > p_now))
$$;

create table block (
  account_id uuid not null references account,
  blocked_account_id uuid not null references account,
  match_id uuid,                                     -- how they met: whoever blocks need not learn the other's account
  created_at timestamptz not null,
  primary key (account_id, blocked_account_id),
  check (account_id <> blocked_account_id)
);
create index block_blocked on block (blocked_account_id);

create function blocked_either_way(a uuid, b uuid) returns boolean language sql stable as $$
  select exists (select 1 from block where (account_id, blocked_account_id) in ((a, b), (b, a)))
$$;

-- What has been erased, so that a restored backup can be erased again.
create table erasure (
  account_id uuid primary key,
  erased_at timestamptz not null
);
