-- What teams do with a need: one row an act, for ever. Nobody rewrites it; that an act was undone is the one thing added later.
create table need_act (
  id uuid not null,
  root_area_id uuid not null,
  request_id uuid not null,
  area_id uuid not null references area,             -- responsible at that time; private, as it is there
  account_id uuid not null references account,
  role text not null,
  role_area_id uuid not null references area,
  act text not null check (act in ('verify', 'unverify', 'pin', 'assign', 'close', 'reopen', 'hide', 'show', 'note', 'handOver',
                                   'split', 'merge', 'post')),
  how text check (how in ('phoned', 'visited', 'known', 'document')),
  reason text check (reason in ('duplicate', 'helpedElsewhere', 'cannotBeReached', 'outOfScope', 'false')),
  at timestamptz not null,
  before jsonb not null default '{}',                -- what the act changed, as it was
  after jsonb not null default '{}',
  batch_id uuid,
  undone_by uuid,
  undoes uuid,
  primary key (id, root_area_id),
  foreign key (request_id, root_area_id) references request (id, root_area_id)
);
create index need_act_request on need_act (request_id, at);
create index need_act_batch on need_act (batch_id) where batch_id is not null;
create index need_act_account on need_act (account_id, at);
revoke update, delete, truncate on need_act from mutualaid_app;
grant select, insert, update (undone_by) on need_act to mutualaid_app;

-- What was typed with an act, and exact places before and after: these go when the need's own private facts go.
create table need_act_private (
  act_id uuid not null,
  root_area_id uuid not null,
  request_id uuid not null,
  text text check (length(text) <= 1000),
  before jsonb,                                      -- {location, address}
  after jsonb,
  primary key (act_id, root_area_id),
  foreign key (act_id, root_area_id) references need_act (id, root_area_id)
);
create index need_act_private_request on need_act_private (request_id);
grant select, insert, update, delete on need_act_private to mutualaid_app;

-- What a team tells itself about a need. Its id is that of the act of writing it.
create table need_note (
  id uuid not null,
  root_area_id uuid not null,
  request_id uuid not null,
  account_id uuid not null references account,
  text text not null check (length(text) between 1 and 2000),
  at timestamptz not null,
  primary key (id, root_area_id),
  foreign key (request_id, root_area_id) references request (id, root_area_id)
);
create index need_note_request on need_note (request_id, at);
create index need_note_account on need_note (account_id);
grant select, insert, update, delete on need_note to mutualaid_app;

-- With an owner goes all that was written of their needs; with a member of a team goes what they typed.
create function forget_need_acts() returns trigger language plpgsql as $$
begin
  delete from need_note n using request r
  where r.account_id = new.id and (n.request_id, n.root_area_id) = (r.id, r.root_area_id);
  delete from need_act_private p using request r
  where r.account_id = new.id and (p.request_id, p.root_area_id) = (r.id, r.root_area_id);
  delete from need_note n where n.account_id = new.id;
  update need_act_private p set text = null
  from need_act a
  where a.account_id = new.id and (p.act_id, p.root_area_id) = (a.id, a.root_area_id) and p.text is not null;
  return null;
end $$;
create trigger forget_need_acts after update of erased_at on account
  for each row when (new.erased_at is not null) execute function forget_need_acts();

-- What an act can change of a need. Of a reason only one of our own words: what its owner typed is theirs.
create function need_state(r request) returns jsonb language sql stable as $$
  select jsonb_build_object('status', r.status, 'endReason', case when r.end_reason ~ '^[a-z][A-Za-z]*$' then r.end_reason end,
    'verified', r.verified_at is not null, 'hidden', r.hidden_at is not null, 'areaId', r.responsible_area_id,
    'publicAreaId', r.public_area_id,
    'location', jsonb_build_array(st_x(r.public_place::geometry), st_y(r.public_place::geometry)),
    'quantity', r.quantity, 'unmet', r.unmet, 'promised', r.promised, 'delivered', r.delivered, 'expiresAt', r.expires_at)
$$;

-- The members of one that the other has otherwise, or not at all.
create function changed_members(p_one jsonb, p_other jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(x.key, x.value), '{}') from jsonb_each(p_one) x where p_other -> x.key is distinct from x.value
$$;

-- The first of the roles by which an account reaches an area.
create function role_at(p_now timestamptz, p_account uuid, p_area uuid, out role text, out area_id uuid) language sql stable as $$
  select g.role, g.area_id
  from role_grant g join area a on g.area_id = any (a.ancestors)
  where g.account_id = p_account and a.id = p_area and g.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
    and g.revoked_at is null and (g.ends_at is null or g.ends_at > p_now)
  order by g.granted_at, g.id limit 1
$$;

-- Whether somebody else than the leaf of the exact point looks after it, on purpose: then it stays theirs when the place is corrected.
create function handed_over(r request) returns boolean language sql stable as $$
  select exists (select from need_act a
                 where a.request_id = r.id and a.act = 'handOver' and a.undone_by is null and a.after ->> 'areaId' = r.responsible_area_id::text)
    and r.responsible_area_id is distinct from
      (select l.area_id from request_private p, leaf_at(p.place) l where (p.request_id, p.root_area_id) = (r.id, r.root_area_id))
$$;

-- Takes back the end of requests: they live on for as long as their category does. What was delivered stays delivered, all else is
-- unmet again, since an end lets every live match go. Never one whose every unit was confirmed, nor one whose owner was erased.
create function request_reopen(p_now timestamptz, p_requests uuid[]) returns setof uuid language plpgsql as $$
begin
  perform 1 from account a where a.id in (select r.account_id from request r where r.id = any (p_requests)) order by a.id for share;
  perform 1 from request r where r.id = any (p_requests) order by r.id for update;
  return query
    update request r
    set end_status = null, end_reason = null, ended_at = null, ended_day = null, reminded_at = null,
        expires_at = greatest(r.expires_at, p_now + c.default_expiry), edit_version = r.edit_version + 1,
        hidden_at = case when a.suspended_at is not null then coalesce(r.hidden_at, p_now) else r.hidden_at end,
        hidden_by_suspension = r.hidden_by_suspension or (a.suspended_at is not null and r.hidden_at is null)
    from category c, account a
    where r.id = any (p_requests) and c.id = r.category_id and a.id = r.account_id and a.erased_at is null
      and r.end_status <> 'fulfilled' and r.confirmed < r.quantity
    returning r.id;
end $$;

-- As request_hide, many at once: the locks of all their matches are taken in one ordered pass.
create function requests_hide(p_now timestamptz, p_requests uuid[], p_hidden boolean) returns void language plpgsql as $$
begin
  perform 1 from request r where r.id = any (p_requests) order by r.id for update;
  update request r
  set hidden_at = case when p_hidden or a.suspended_at is not null then coalesce(r.hidden_at, p_now) end,
      hidden_by_suspension = not p_hidden and a.suspended_at is not null
  from account a where r.id = any (p_requests) and a.id = r.account_id;
  if p_hidden then
    perform withdraw_matches(p_now,
      array(select m.id from match m where m.request_id = any (p_requests) and m.status in ('proposed', 'accepted', 'onTheWay')), 'requestHidden');
  end if;
end $$;

create or replace function request_hide(p_now timestamptz, p_request uuid, p_hidden boolean) returns void language plpgsql as $$
begin
  perform requests_hide(p_now, array[p_request], p_hidden);
end $$;

create type need_hand as (
  ord int, act_id uuid, request_id uuid, root_area_id uuid, area_id uuid, to_area_id uuid, role text, role_area_id uuid,
  owner_id uuid, undoes uuid, status text, outcome text, before jsonb
);

-- One act on many needs, each judged by itself under the locks of all, with its row of history. p_acts are the new rows' ids;
-- p_areas (to hand over) and p_undoes (acts that this one takes back) go with p_requests one by one.
-- outcome: done · absent (not there, or out of reach) · over · notOver · already · suspended · notMe · forgotten · area · itself
--   · undone · movedOn. status: the need's, before the act.
create function needs_act(p_now timestamptz, p_account uuid, p_act text, p_requests uuid[], p_acts uuid[], p_batch uuid,
                          p_how text default null, p_reason text default null, p_text text default null,
                          p_areas uuid[] default null, p_duplicate_of uuid default null, p_undoes uuid[] default null)
returns table (ord int, request_id uuid, act_id uuid, owner_id uuid, outcome text, status text) language plpgsql as $$
#variable_conflict use_column
declare
  hands need_hand[];
  done uuid[];
begin
  if p_act = 'reopen' then
    perform 1 from account a where a.id in (select r.account_id from request r where r.id = any (p_requests)) order by a.id for share;
  end if;
  perform 1 from request r where r.id = any (p_requests) order by r.id for update;

  with asked as (
    select distinct on (x.id) x.ord::int as ord, x.id, p_acts[x.ord] as act_id, p_areas[x.ord] as to_area_id, p_undoes[x.ord] as undoes
    from unnest(p_requests) with ordinality x (id, ord) order by x.id, x.ord
  )
  select array_agg(row(q.ord, q.act_id, q.id, r.root_area_id, r.responsible_area_id, q.to_area_id, g.role, g.area_id, r.account_id,
      q.undoes, r.status,
      case
        when g.role is null then 'absent'
        when u.undone_by is not null then 'undone'
        when u.id is not null and case u.act
            when 'verify' then r.verified_at is distinct from u.at
            when 'unverify' then r.verified_at is not null
            when 'close' then r.end_status is distinct from 'closed' or r.ended_at <> u.at
            when 'hide' then r.hidden_at is distinct from u.at
            when 'show' then r.hidden_at is not null
            when 'handOver' then r.responsible_area_id::text <> u.after ->> 'areaId'
              or exists (select from need_act l where l.request_id = r.id and l.act = 'handOver' and l.id <> u.id and l.at > u.at)
            else true end then 'movedOn'
        when p_act <> 'reopen' and r.end_status is not null then 'over'
        when p_act = 'reopen' and r.end_status is null then 'notOver'
        when p_act = 'reopen' and (r.end_status = 'fulfilled' or r.confirmed = r.quantity) then 'over'
        when p_act = 'reopen' and r.end_reason = 'notMe' then 'notMe'
        when p_act = 'reopen' and (o.erased_at is not null or p.request_id is null) then 'forgotten'
        when case p_act
            when 'verify' then r.verified_at is not null
            when 'unverify' then r.verified_at is null
            when 'hide' then r.hidden_at is not null and not r.hidden_by_suspension
            when 'show' then r.hidden_at is null
            when 'handOver' then r.responsible_area_id = q.to_area_id end then 'already'
        when p_act = 'show' and r.hidden_by_suspension then 'suspended'
        when p_act = 'handOver' and not exists (select from area t where t.id = q.to_area_id and t.root_id = r.root_area_id
                                                and t.valid_to is null) then 'area'
        when p_act = 'close' and p_duplicate_of = r.id then 'itself'
        else 'done'
      end, need_state(r))::need_hand order by q.ord)
  into hands
  from asked q
  left join request r on r.id = q.id
  left join account o on o.id = r.account_id
  left join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
  left join need_act u on (u.id, u.root_area_id, u.request_id) = (q.undoes, r.root_area_id, r.id)
  -- Who handed it over by mistake reaches it no more, and takes it back all the same.
  left join lateral role_at(p_now, p_account, case when u.act = 'handOver' and u.account_id = p_account
      and not account_reaches(p_account, r.responsible_area_id, p_now) then u.area_id else r.responsible_area_id end) g on true;

  done := array(select h.request_id from unnest(hands) h where h.outcome = 'done' order by h.request_id);
  if cardinality(done) > 0 then
    case p_act
      when 'verify' then update request r set verified_at = p_now where r.id = any (done);
      when 'unverify' then update request r set verified_at = null where r.id = any (done);
      when 'close' then perform request_end(p_now, done, 'closed', p_reason);
      when 'reopen' then perform request_reopen(p_now, done);
      when 'hide' then perform requests_hide(p_now, done, true);
      when 'show' then perform requests_hide(p_now, done, false);
      when 'handOver' then
        update request r set responsible_area_id = h.to_area_id
        from unnest(hands) h where h.outcome = 'done' and (r.id, r.root_area_id) = (h.request_id, h.root_area_id);
    end case;
    insert into need_act (id, root_area_id, request_id, area_id, account_id, role, role_area_id, act, how, reason, at, before, after,
                          batch_id, undoes)
    select h.act_id, h.root_area_id, h.request_id, h.area_id, p_account, h.role, h.role_area_id, p_act, p_how, p_reason, p_now,
           changed_members(h.before, s.now), changed_members(s.now, h.before) || case when p_duplicate_of is null then '{}'
             else jsonb_build_object('duplicateOf', p_duplicate_of) end,
           p_batch, h.undoes
    from unnest(hands) h
    join request r on (r.id, r.root_area_id) = (h.request_id, h.root_area_id)
    cross join lateral (select need_state(r) as now) s
    where h.outcome = 'done';
    update need_act a set undone_by = h.act_id
    from unnest(hands) h where h.outcome = 'done' and (a.id, a.root_area_id) = (h.undoes, h.root_area_id);
    if p_text is not null then
      insert into need_act_private (act_id, root_area_id, request_id, text)
      select h.act_id, h.root_area_id, h.request_id, p_text from unnest(hands) h where h.outcome = 'done';
    end if;
  end if;
  return query
    select h.ord, h.request_id, case h.outcome when 'done' then h.act_id end, h.owner_id, h.outcome,
           case when h.outcome <> 'absent' then h.status end
    from unnest(hands) h order by h.ord;
end $$;

revoke execute on function forget_need_acts, need_state, changed_members, role_at, handed_over, request_reopen, requests_hide, needs_act from public;
grant execute on function forget_need_acts, need_state, changed_members, role_at, handed_over, request_reopen, requests_hide, needs_act to mutualaid_app;
