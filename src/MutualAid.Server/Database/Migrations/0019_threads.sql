-- What the two sides of an accepted match write to each other. All of it is private: the public reader's role has no grant here.
create table match_message (
  id uuid not null,
  root_area_id uuid not null,
  match_id uuid not null,
  -- Drawn under the lock of the match's request: within a thread its order is the order of commits, so that whoever has read
  -- up to one of them never misses one.
  ordinal bigint not null generated always as identity,
  sender_account_id uuid not null references account,
  text text check (length(text) between 1 and 1000), -- null: the sender was erased
  sent_at timestamptz not null,
  read_at timestamptz,
  told_at timestamptz,                               -- the other side was told by message that something waits
  primary key (id, root_area_id),
  foreign key (match_id, root_area_id) references match (id, root_area_id)
);
create unique index match_message_thread on match_message (match_id, ordinal);
create index match_message_untold on match_message (sent_at) where read_at is null and told_at is null;
create index match_message_sender on match_message (sender_account_id);
grant select, insert, update, delete on match_message to mutualaid_app;

insert into setting values
  ('thread_open_hours', 24, 'hours', 'The two sides of a match can write to each other for so long after its end'),
  ('messages_an_hour', 20, 'messages', 'One side of a match writes so many in an hour'),
  ('unread_tell_minutes', 2, 'minutes', 'A message that is unread for so long is told of'),
  ('unread_tell_again_minutes', 60, 'minutes', 'Each side is told of unread messages of a match at most once in so long');

-- Whether the two sides can write now, and until when; closes_at is null while the match has no end, and when the thread was
-- closed at once: by a block, a suspension, an erasure, or because the request was hidden.
create function thread_of(p_now timestamptz, p_match uuid, out open boolean, out closes_at timestamptz)
language sql stable as $$
  select x.begun and not x.shut and coalesce(x.closes_at > p_now, true), case when x.begun and not x.shut then x.closes_at end
  from (
    select m.accepted_at is not null as begun,
           m.ended_at + setting('thread_open_hours') * interval '1 hour' as closes_at,
           r.hidden_at is not null
             or blocked_either_way(m.giver_account_id, r.account_id)
             or exists (select from account a where a.id in (m.giver_account_id, r.account_id)
                        and (a.suspended_at is not null or a.erased_at is not null))
             -- what ended so stays closed when the block or the suspension is lifted
             or coalesce(m.ended_by = 'system' and m.end_reason in ('blocked', 'suspended', 'erased', 'requestHidden'), false) as shut
    from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
    where m.id = p_match) x
$$;

-- Writes one message. Locks in the door's order: the accounts, which a block, a suspension and an erasure hold, then the
-- request, which whatever changes the match holds: so none slips into a thread that is being closed.
-- outcome: done · absent · closed (status says the match's) · tooMany (again_at: when the next one is taken)
create function match_write(p_now timestamptz, p_match uuid, p_sender uuid, p_id uuid, p_text text,
                            out outcome text, out status text, out again_at timestamptz)
language plpgsql as $$
declare
  sides record;
  most int := setting('messages_an_hour');
begin
  -- Whose sides they are never changes: it may be read before anything is locked.
  select m.root_area_id, m.request_id, m.giver_account_id as giver, r.account_id as owner into sides
  from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
  where m.id = p_match and p_sender in (m.giver_account_id, r.account_id);
  if not found then
    outcome := 'absent';
    return;
  end if;
  perform 1 from account a where a.id in (sides.giver, sides.owner) order by a.id for share;
  perform 1 from request r where r.id = sides.request_id for no key update;

  if not (select t.open from thread_of(p_now, p_match) t) then
    select 'closed', m.status into outcome, status from match m where m.id = p_match;
    return;
  end if;
  select x.sent_at + interval '1 hour' into again_at
  from match_message x
  where x.match_id = p_match and x.sender_account_id = p_sender and x.sent_at > p_now - interval '1 hour'
  order by x.ordinal desc offset most - 1 limit 1;
  if found then
    outcome := 'tooMany';
    return;
  end if;
  insert into match_message (id, root_area_id, match_id, sender_account_id, text, sent_at)
  values (p_id, sides.root_area_id, p_match, p_sender, p_text, p_now);
  outcome := 'done';
end $$;

-- What somebody wrote goes with them; that something was written stays, so that the other side's answers make sense.
create function blank_messages() returns trigger language plpgsql as $$
begin
  update match_message x set text = null where x.sender_account_id = new.id and x.text is not null;
  return null;
end $$;
create trigger blank_messages after update of erased_at on account
  for each row when (new.erased_at is not null) execute function blank_messages();

revoke execute on function thread_of, match_write, blank_messages from public;
grant execute on function thread_of, match_write, blank_messages to mutualaid_app;
