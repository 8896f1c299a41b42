-- Who gave and took which role, for ever. Written by a trigger, so that no way to a role goes around it: a page, the command
-- line, an erasure. Rows name accounts by id only; whose number that was goes with the account.
create table role_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  act text not null check (act in ('granted', 'prolonged', 'revoked', 'secondFactorReset')),
  account_id uuid not null,
  role text,                                         -- null: of a second factor, which belongs to no role
  area_id uuid not null references area,             -- of a second factor: where whoever reset it was working
  ends_at timestamptz,
  by_account_id uuid,
  by_how text not null check (by_how in ('person', 'command', 'erasure')),
  constraint role_log_by check ((by_how = 'person') = (by_account_id is not null))
);
create index role_log_area on role_log (area_id, id);
create index role_log_by on role_log (by_account_id);
grant select, insert on role_log to mutualaid_app;
revoke update, delete, truncate on role_log from mutualaid_app;

alter table role_grant add column revoked_by uuid references account;

create function role_is_logged() returns trigger language plpgsql as $$
declare
  v_act text := case
    when tg_op = 'INSERT' then 'granted'
    when old.revoked_at is null and new.revoked_at is not null then 'revoked'
    when old.ends_at is distinct from new.ends_at then 'prolonged' end;
  v_by uuid := case when v_act = 'revoked' then new.revoked_by else new.granted_by end;
begin
  if v_act is null then return null; end if;
  insert into role_log (at, act, account_id, role, area_id, ends_at, by_account_id, by_how)
  values (case v_act when 'revoked' then new.revoked_at else new.granted_at end, v_act, new.account_id, new.role, new.area_id, new.ends_at, v_by,
          case when v_by is not null then 'person'
               when v_act = 'revoked' and exists (select from account a where a.id = new.account_id and a.erased_at is not null) then 'erasure'
               else 'command' end);
  return null;
end $$;
create trigger role_is_logged after insert or update of revoked_at, ends_at on role_grant
  for each row execute function role_is_logged();

-- What a role may give and take: an administrator any role below its area, and every one but its own on it; a lead the members of
-- its areas. The caller has passed the second factor, which only the service can know.
create function account_grants(p_account uuid, p_role text, p_area uuid, p_now timestamptz) returns boolean language sql stable as $$
  select exists (
    select 1 from role_grant g join area a on g.area_id = any (a.ancestors)
    where g.account_id = p_account and a.id = p_area and g.revoked_at is null and (g.ends_at is null or g.ends_at > p_now)
      and ((g.role = 'administrator' and (p_role <> 'administrator' or g.area_id <> a.id)) or (g.role = 'teamLead' and p_role = 'teamMember')))
$$;

-- For whoever has lost the authenticator: each code opens once. Kept as a keyed hash.
create table recovery_code (
  account_id uuid not null references account,
  code_hash bytea not null,
  made_at timestamptz not null,
  used_at timestamptz,
  primary key (account_id, code_hash)
);
grant select, insert, update, delete on recovery_code to mutualaid_app;

create function forget_recovery_codes() returns trigger language plpgsql as $$
begin
  delete from recovery_code c where c.account_id = new.id;
  update session s set device = null where s.account_id = new.id and s.device is not null;
  return null;
end $$;
create trigger forget_recovery_codes after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_recovery_codes();

-- What a person knows a session by ("Chrome, Android"): these words and not the header that they come from.
alter table session add column device text check (length(device) <= 60);
-- Wrong codes typed where a session asks for its second factor once more; five, and it has to sign in again.
alter table session add column second_tries int not null default 0 check (second_tries between 0 and 5);

-- A look at who looked is a look too.
create table access_log_look (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  reader_account_id uuid not null,
  reader_role text not null,
  area_id uuid not null references area,
  asked_reader uuid,
  asked_request uuid,
  asked_from timestamptz not null,
  asked_until timestamptz not null
);
create index access_log_look_area on access_log_look (area_id, id);
create index access_log_look_reader on access_log_look (reader_account_id);
grant select, insert on access_log_look to mutualaid_app;
revoke update, delete, truncate on access_log_look from mutualaid_app;
create index access_log_request on access_log (request_id, id);
create index access_log_at on access_log (at);

-- How long each kind of data is kept, what becomes of it then. The purge reads it, and so may everybody.
create table retention_rule (
  kind text primary key,
  keep_days int not null check (keep_days between 1 and 3650),
  done text not null check (done in ('deleted', 'blanked'))
);
insert into retention_rule values
  ('stepKey', 30, 'deleted'),
  ('signInAttempt', 1, 'deleted'),
  ('codeSent', 2, 'deleted'),
  ('challenge', 1, 'deleted'),
  ('recoveryCode', 30, 'deleted'),
  ('message', 7, 'deleted'),
  ('statusLink', 7, 'deleted'),
  ('accessKey', 30, 'deleted'),
  ('offerCalendar', 7, 'deleted'),
  ('householdOpened', 2, 'deleted'),
  ('changeLog', 8, 'deleted'),
  ('handOverCode', 2, 'deleted'),
  ('needPrivate', 90, 'deleted'),
  ('offerPrivate', 90, 'deleted'),
  ('matchMessage', 90, 'deleted'),
  ('household', 90, 'blanked');
-- Changed by whoever owns the database, on purpose; what is too short breaks the service itself.
revoke insert, update, delete, truncate on retention_rule from mutualaid_app;
grant select on retention_rule to mutualaid_app;
create view public_retention as select kind, keep_days, done from retention_rule;
grant select on public_retention to mutualaid_reader;

revoke execute on function role_is_logged, account_grants, forget_recovery_codes from public;
grant execute on function role_is_logged, account_grants, forget_recovery_codes to mutualaid_app;

-- Numbers are given to other people after a while.
insert into setting values
  ('silence_days', 90, 'days', 'So long after the last code a session opens no private data, its own either, until a fresh code came to the number; no session lives longer than 90 days');
