-- The work queues of a team: what waits for somebody to act, urgent first and then whoever has waited longest.

-- One order for all queues but the list of everything, so that a page goes on from a key of it: a range of each leaf's index.
create function urgency_order(p_urgency text) returns int language sql immutable parallel safe as $$
  select case p_urgency when 'urgent' then 0 when 'soon' then 1 else 2 end
$$;
revoke execute on function urgency_order from public;
grant execute on function urgency_order to mutualaid_app;

-- Each begins with the leaf: a ward reads its own few, a province merges the first of each. With the expiry inside they are
-- counted without a look at the table.
create index request_queue_waiting on request (responsible_area_id, urgency_order(urgency), created_at, id) include (expires_at)
  where end_status is null and hidden_at is null and unmet > 0;
create index request_queue_verify on request (responsible_area_id, urgency_order(urgency), created_at, id) include (expires_at)
  where end_status is null and hidden_at is null and verified_at is null;
create index request_queue_promised on request (responsible_area_id, urgency_order(urgency), created_at, id)
  where end_status is null and promised > 0;
create index request_queue_all on request (responsible_area_id, created_at, id);
-- Deliveries that failed or were disputed lately: few beside the needs, so they are where that queue begins.
create index match_failed on match (root_area_id, ended_at) include (request_id) where status = 'failed';
create index report_open on report (created_at, id) where closed_at is null;

-- Who said that nothing is left to do about it.
alter table report add column closed_by uuid references account;

-- A queue with filters that somebody on a team comes back to. Theirs alone: what they typed may tell whom they look for.
create table saved_filter (
  id uuid primary key,
  account_id uuid not null references account,
  area_id uuid not null references area,
  queue text not null check (queue in ('verify', 'waiting', 'silent', 'failed', 'reports', 'risk', 'all')),
  name text not null check (length(name) between 1 and 60),
  query text not null check (length(query) <= 1000),   -- of the queue's address, without its "?"
  created_at timestamptz not null
);
create unique index saved_filter_name on saved_filter (account_id, area_id, queue, name);
grant select, insert, update, delete on saved_filter to mutualaid_app;

create function forget_saved_filters() returns trigger language plpgsql as $$
begin
  delete from saved_filter f where f.account_id = new.id;
  return null;
end $$;
create trigger forget_saved_filters after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_saved_filters();
revoke execute on function forget_saved_filters from public;
grant execute on function forget_saved_filters to mutualaid_app;

-- A printed round sheet is an export: with its reason, one row of the access log a household. It has a number a day of its own.
alter table private_export add column kind text not null default 'table' check (kind in ('table', 'round'));
insert into setting values
  ('round_sheets_a_day', 12, 'sheets in 24 h', 'One account prints so many round sheets; each household on one counts as a look (team_private_an_hour)');
