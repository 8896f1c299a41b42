-- Keeping away whoever is behind a need, without learning who it is. One row for each need that was named: if two needs of one
-- person were one row, the list would tell that they are one person's.
alter table block
  add column request_id uuid,                        -- stands in match_id too: the version before this one tells the account of a row without a match
  add constraint block_by_request check (request_id is null or match_id = request_id);
alter table block drop constraint block_pkey;
create unique index block_pair on block (account_id, blocked_account_id) where request_id is null;
create unique index block_request on block (account_id, request_id) where request_id is not null;
create index block_account on block (account_id, blocked_account_id);

-- As block_account, by a need's name.
create function block_by_request(p_now timestamptz, p_account uuid, p_blocked uuid, p_request uuid) returns void language plpgsql as $$
begin
  perform 1 from account a where a.id in (p_account, p_blocked) order by a.id for no key update;
  insert into block (account_id, blocked_account_id, match_id, request_id, created_at)
  values (p_account, p_blocked, p_request, p_request, p_now)
  on conflict do nothing;
  perform withdraw_matches(p_now, array(
    select m.id from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
    where (m.giver_account_id, r.account_id) in ((p_account, p_blocked), (p_blocked, p_account))
      and m.status in ('proposed', 'accepted', 'onTheWay')), 'blocked');
end $$;
revoke execute on function block_by_request from public;
grant execute on function block_by_request to mutualaid_app;
