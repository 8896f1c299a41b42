-- Givers as their team sees them: vouched for, pointed to a need, suspended, heard again. Each act is written down.

-- Somebody of a team knows this giver: they may open as many households as after a first confirmed delivery.
create table vouch (
  id uuid primary key,
  account_id uuid not null references account,
  by_account_id uuid not null references account,
  area_id uuid not null references area,
  root_area_id uuid not null references area,
  note text check (length(note) <= 300),             -- null as well: one of the two was erased
  at timestamptz not null,
  revoked_at timestamptz,
  constraint vouch_for_others check (account_id <> by_account_id)
);
create unique index vouch_live on vouch (account_id, by_account_id, area_id) where revoked_at is null;
create index vouch_by on vouch (by_account_id) where revoked_at is null;
grant select, insert, update, delete on vouch to mutualaid_app;

-- What was decided about somebody, by whom, in which role. Nobody rewrites it; only what was typed goes with an erasure.
create table moderation_log (
  id uuid primary key,
  at timestamptz not null,
  act text not null check (act in ('vouch', 'unvouch', 'point', 'contact', 'askSuspension', 'suspend', 'appeal', 'keep', 'lift')),
  account_id uuid not null references account,       -- whom it is about
  by_account_id uuid not null references account,
  by_role text,                                      -- null: the one whom it is about
  area_id uuid references area,
  request_id uuid,                                   -- of a point: which need
  reason text check (length(reason) <= 1000)
);
create index moderation_log_account on moderation_log (account_id, at);
create index moderation_log_by on moderation_log (by_account_id, at);
revoke update, delete, truncate on moderation_log from mutualaid_app;
grant select, insert, update (reason) on moderation_log to mutualaid_app;

-- What somebody suspended says to it, and what came of it.
create table appeal (
  id uuid primary key,
  account_id uuid not null references account,
  area_id uuid not null references area,             -- whose moderators answer
  suspended_by uuid references account,              -- null: not known
  text text check (length(text) between 1 and 1000), -- null: erased
  made_at timestamptz not null,
  outcome text check (outcome in ('lifted', 'kept')),
  answer text check (length(answer) <= 1000),
  answered_at timestamptz,
  answered_by uuid references account,
  constraint appeal_answered check ((outcome is null) = (answered_at is null))
);
create unique index appeal_open on appeal (account_id) where answered_at is null;
create index appeal_account on appeal (account_id, made_at);
create index appeal_waiting on appeal (area_id, made_at) where answered_at is null;
grant select, insert, update, delete on appeal to mutualaid_app;

insert into setting values
  ('point_again_minutes', 30, 'minutes', 'A team points one giver to a need beyond their reach once in so long'),
  ('point_reach_times', 3, 'times the reach', 'So far beyond an offer''s reach a team points its giver'),
  ('appeal_again_days', 7, 'days', 'Who was suspended, appealed and was not heard may appeal again after so long');

-- A look at a giver's number has no need that it belongs to; why it was taken stands in the moderation log.
alter table access_log alter column request_id drop not null;
alter table access_log add column act_id uuid;

-- Whether a vouch counts: not taken back, and its voucher is still of a team that reaches the area.
create function vouch_counts(v vouch, p_now timestamptz) returns boolean language sql stable as $$
  select v.revoked_at is null and account_reaches(v.by_account_id, v.area_id, p_now)
    and exists (select 1 from account a where a.id = v.by_account_id and a.suspended_at is null and a.erased_at is null)
$$;

create function vouched_for(p_now timestamptz, p_giver uuid, p_root uuid) returns boolean language sql stable as $$
  select exists (select 1 from vouch v where v.account_id = p_giver and v.root_area_id = p_root and v.revoked_at is null and vouch_counts(v, p_now))
$$;

-- As before; a live vouch of a team of the household's root area counts as a first confirmed delivery.
create or replace function may_open(p_now timestamptz, p_giver uuid, p_household uuid) returns text language sql stable as $$
  with opened as (
    select count(*) filter (where household_id <> p_household) as others, bool_or(household_id = p_household) as known
    from household_opened where giver_account_id = p_giver and opened_at > p_now - interval '24 hours'
  ), active as (
    select count(*) as others from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
    where m.giver_account_id = p_giver and m.status in ('accepted', 'onTheWay') and r.household_id <> p_household
  ), standing as (
    select exists (select 1 from match where giver_account_id = p_giver and status = 'confirmed')
      or exists (select 1 from household h where h.id = p_household and vouched_for(p_now, p_giver, h.root_area_id)) as confirmed
  )
  select case
    when (select suspended_at is not null or erased_at is not null from account where id = p_giver) then 'suspended'
    when s.confirmed then case when not coalesce(o.known, false) and o.others >= setting('households_a_day') then 'openings' end
    when a.others > 0 then 'openings'
    when not coalesce(o.known, false) and o.others >= setting('households_before_first_confirmed') then 'openings'
  end
  from opened o, active a, standing s
$$;

create or replace function may_open_at(p_now timestamptz, p_giver uuid, p_household uuid) returns timestamptz language sql stable as $$
  with standing as (
    select exists (select 1 from match where giver_account_id = p_giver and status = 'confirmed')
      or exists (select 1 from household h where h.id = p_household and vouched_for(p_now, p_giver, h.root_area_id)) as confirmed
  ), most as (
    select case when confirmed then setting('households_a_day') else setting('households_before_first_confirmed') end as households from standing
  ), opened as (
    select opened_at, row_number() over (order by opened_at desc) as nth
    from household_opened where giver_account_id = p_giver and household_id <> p_household and opened_at > p_now - interval '24 hours'
  )
  select greatest(p_now + interval '1 minute',
    (select o.opened_at + interval '24 hours' from opened o, most where o.nth = most.households),
    (select max(m.due_by) from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id), standing s
     where not s.confirmed and m.giver_account_id = p_giver and m.status in ('accepted', 'onTheWay') and r.household_id <> p_household))
$$;

-- The areas that somebody gives in: the wards of their standing offers, and whoever looks after what they carry now.
create function gives_in(p_giver uuid) returns setof uuid language sql stable as $$
  select o.public_area_id from offer o where o.account_id = p_giver and o.status = 'active' and not o.one_time
  union
  select r.responsible_area_id from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
  where m.giver_account_id = p_giver and m.status in ('accepted', 'onTheWay')
$$;

-- Whether somebody may suspend and hear appeals in an area.
create function account_moderates(p_account uuid, p_area uuid, p_now timestamptz) returns boolean language sql stable as $$
  select exists (
    select 1 from role_grant g join area a on g.area_id = any (a.ancestors)
    where g.account_id = p_account and a.id = p_area and g.role in ('moderator', 'administrator')
      and g.revoked_at is null and (g.ends_at is null or g.ends_at > p_now))
$$;

-- What somebody typed goes with them, and what was typed of them; a vouch of theirs or for them ends.
create function forget_moderation() returns trigger language plpgsql as $$
begin
  update vouch v set note = null, revoked_at = coalesce(v.revoked_at, new.erased_at)
  where new.id in (v.account_id, v.by_account_id) and (v.note is not null or v.revoked_at is null);
  update moderation_log l set reason = null where new.id in (l.account_id, l.by_account_id) and l.reason is not null;
  update appeal p set text = null, answer = null where p.account_id = new.id and (p.text is not null or p.answer is not null);
  update appeal p set answer = null where p.answered_by = new.id and p.answer is not null;
  -- Nobody is there any more to be heard.
  delete from appeal p where p.account_id = new.id and p.answered_at is null;
  return null;
end $$;
create trigger forget_moderation after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_moderation();

revoke execute on function vouch_counts, vouched_for, gives_in, account_moderates, forget_moderation from public;
grant execute on function vouch_counts, vouched_for, gives_in, account_moderates, forget_moderation to mutualaid_app;
