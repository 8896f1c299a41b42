-- Needs that may be another's repeat: suggested to the team that looks after both, never shown to anybody else, and nobody is
-- kept from posting. A sweep finds them (Teams/Duplicates); what it compares is kept apart and goes with the private facts.

-- What a post or an edit leaves for the sweep.
create table duplicate_due (
  request_id uuid primary key,
  root_area_id uuid not null,
  since timestamptz not null
);
create index duplicate_due_since on duplicate_due (since);

-- What a need is known by, for as long as repeats count: read from the address and the name as they were typed.
create table duplicate_trait (
  request_id uuid not null,
  root_area_id uuid not null,
  category_id smallint not null,
  at timestamptz not null,
  place geography(Point, 4326) not null,             -- the exact point
  account_id uuid,                                   -- of a post for oneself
  phone_hash bytea,
  numbers text,                                      -- alley/alley/house, from the street inwards
  door boolean not null,                             -- the last of them is a house
  flat text,
  tower text,
  street text,
  initials text,
  estate text,
  full_name text,
  given_name text,
  primary key (request_id, root_area_id),
  foreign key (request_id, root_area_id) references request_private on delete cascade
);
create index duplicate_trait_near on duplicate_trait using gist (category_id, place);
create index duplicate_trait_phone on duplicate_trait (phone_hash, at);
create index duplicate_trait_account on duplicate_trait (account_id, at) where account_id is not null;
create index duplicate_trait_at on duplicate_trait (at);

-- request_id is the later one. Reasons are codes and metres, no private fact as it was typed.
create table duplicate_suggestion (
  request_id uuid not null,
  other_id uuid not null,
  root_area_id uuid not null,
  score real not null,
  reasons jsonb not null,
  found_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  verdict text check (verdict in ('duplicate', 'different')),
  primary key (request_id, other_id),
  check (request_id <> other_id),
  check ((settled_at is null) = (verdict is null) and (settled_at is null) = (settled_by is null))
);
create index duplicate_suggestion_other on duplicate_suggestion (other_id);
create index duplicate_suggestion_open on duplicate_suggestion (found_at) where settled_at is null;

grant select, insert, update, delete on duplicate_due, duplicate_trait, duplicate_suggestion to mutualaid_app;

-- A post is never held up by this: a row is left behind, no more. History that is loaded in bulk is nobody's repeat.
create function duplicate_posted() returns trigger language plpgsql as $$
begin
  if not is_bulk() then
    insert into duplicate_due (request_id, root_area_id, since)
    select n.request_id, n.root_area_id, clock() from new_rows n on conflict do nothing;
  end if;
  return null;
end $$;
create trigger duplicate_posted after insert on request_private referencing new table as new_rows
  for each statement execute function duplicate_posted();

create function duplicate_edited() returns trigger language plpgsql as $$
begin
  insert into duplicate_due (request_id, root_area_id, since) values (new.request_id, new.root_area_id, clock()) on conflict do nothing;
  return null;
end $$;
create trigger duplicate_edited after update on request_private for each row
  when ((old.place::bytea, old.address, old.name, old.phone) is distinct from (new.place::bytea, new.address, new.name, new.phone))
  execute function duplicate_edited();

-- A repeat that is more pressing raises the first one, while that is live. The later one stays as it is.
create function raise_first(p_later uuid, p_first uuid) returns boolean language plpgsql as $$
declare
  raised boolean;
begin
  -- In the door's order.
  perform 1 from request r where r.id in (p_later, p_first) order by r.id for update;
  update request f
  set urgency = l.urgency, needed_by = least(f.needed_by, l.needed_by),
      expires_at = greatest(f.expires_at, least(f.needed_by, l.needed_by)), edit_version = f.edit_version + 1
  from request l, urgency lu, urgency fu
  where f.id = p_first and l.id = p_later and f.end_status is null and f.unmet > 0
    and lu.code = l.urgency and fu.code = f.urgency and lu.rank > fu.rank;
  raised := found;
  return raised;
end $$;

-- What a team says of a suggestion. A duplicate is linked to the first, raises it, and is closed. done · absent · settled (with
-- the other verdict) · ended. Twice the same is once.
create function settle_duplicate(p_now timestamptz, p_account uuid, p_later uuid, p_first uuid, p_verdict text) returns text
language plpgsql as $$
declare
  s duplicate_suggestion;
begin
  perform 1 from request r where r.id in (p_later, p_first) order by r.id for update;
  select * into s from duplicate_suggestion q where q.request_id = p_later and q.other_id = p_first for update;
  if s.request_id is null then return 'absent'; end if;
  if s.verdict = p_verdict then return 'done'; end if;
  if s.verdict is not null then return 'settled'; end if;
  if p_verdict = 'duplicate' then
    if (select r.end_status from request r where r.id = p_later) is not null then return 'ended'; end if;
    update request_private p set repeat_of = p_first where p.request_id = p_later;
    perform raise_first(p_later, p_first);
    perform request_end(p_now, array[p_later], 'closed', 'duplicate:' || p_first);
  end if;
  update duplicate_suggestion q set settled_at = p_now, settled_by = p_account, verdict = p_verdict
  where q.request_id = p_later and q.other_id = p_first;
  return 'done';
end $$;

revoke execute on function duplicate_posted, duplicate_edited, raise_first, settle_duplicate from public;
grant execute on function duplicate_posted, duplicate_edited, raise_first, settle_duplicate to mutualaid_app;
