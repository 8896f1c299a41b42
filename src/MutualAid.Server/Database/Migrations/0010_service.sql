-- What the service itself needs: replays, messages, the access log, reports.

-- One row a key, for ever for what makes something; rows of steps are purged after 30 days (a step cannot happen twice anyway).
-- Only ids are kept: an answer is rendered anew for its reader.
create table idempotency (
  scope uuid not null,                               -- the account, or the signed-out session
  route text not null,
  key text not null check (length(key) between 1 and 200),
  fingerprint bytea not null,                        -- keyed hash of the domain fields
  made text not null,                                -- what kind of thing: 'household', 'offer', 'match', 'step', …
  made_id uuid,
  status_code int not null,
  created_at timestamptz not null,
  primary key (scope, route, key)
);
create index idempotency_steps on idempotency (created_at) where made = 'step';

-- Messages to be handed to the sender. Body and address are encrypted and emptied at hand-off.
create table outbox (
  id uuid primary key,
  kind text not null,
  channel text not null default 'sms',
  recipient bytea,
  body bytea,
  account_id uuid,                                   -- for erasure
  created_at timestamptz not null,
  send_after timestamptz not null,
  give_up_at timestamptz not null,
  attempts int not null default 0,
  handed_off_at timestamptz,
  failed_at timestamptz
);
-- Sign-in codes first: somebody is waiting for them at this moment.
create index outbox_waiting on outbox ((kind <> 'code'), send_after) where handed_off_at is null and failed_at is null;
create index outbox_account on outbox (account_id);

-- Who saw whose private data. Insert and select only.
create table access_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  reader_account_id uuid not null,
  reader_role text not null,                         -- giver, or the team's role
  reader_area_id uuid,
  owner_account_id uuid not null,
  request_id uuid not null,
  match_id uuid,
  what text not null                                 -- contact, private
);
create index access_log_owner on access_log (owner_account_id, at);
create index access_log_reader on access_log (reader_account_id, at);

create table report (
  id uuid primary key,
  reporter_account_id uuid,
  subject_kind text not null check (subject_kind in ('request', 'offer', 'match', 'account')),
  subject_id uuid not null,
  area_id uuid references area,
  reason text not null check (length(reason) <= 50),
  text text check (length(text) <= 2000),
  created_at timestamptz not null,
  closed_at timestamptz
);

-- When a job last did its work, so that a job that stands still is seen.
create table job_run (
  job text primary key,
  started_at timestamptz not null,
  finished_at timestamptz,
  rows_done bigint,
  error text
);

-- Runs of the seed: the same one is not made twice, and no phone is drawn twice. Not finished: it was broken off.
create table seed_run (
  seed bigint not null,
  again int not null,                                -- how many runs with this seed there were before
  requests int not null,
  offers int not null,
  next_person bigint not null,                       -- the people of the next run are numbered from here
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (seed, again)
);

create schema quartz authorization mutualaid_app;
