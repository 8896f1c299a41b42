-- What a team's reading key reads: all needs, deliveries and counts that an area's team looks after, hidden and ended ones too, and
-- of none of them anything that the need's owner or a giver said in private. Which areas, the statement says: each reader of these
-- views gives it one area, and reads what lies below that.

-- Roles belong to the cluster, not to the database: another database may have made them, even at this moment.
do $$
begin
  begin create role mutualaid_team_reader nologin; exception when duplicate_object or unique_violation then null; end;
  -- It reads what the public reads, of now and of later. The application, who sees all of it anyway, may act as it, and so may
  -- whoever acts as the application: nothing has to be granted to a pooler's user.
  begin grant mutualaid_reader to mutualaid_team_reader; exception when unique_violation then null; end;
  begin grant mutualaid_team_reader to mutualaid_app; exception when unique_violation then null; end;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant mutualaid_team_reader to %I', current_user);
  end if;
end $$;

-- The note and the reason: a note is public while the need is; a reason that somebody typed is not told, and that of the service is
-- one of few.
create view team_request as
  select id, (select c.code from category c where c.id = r.category_id) as category, quantity, unmet, promised, delivered,
         (select c.unit from category c where c.id = r.category_id) as unit, divisible, urgency, status, hidden_at is not null as hidden,
         people, responsible_area_id, public_area_id, verified_at is not null as verified, verified_at, created_at, expires_at,
         needed_by, ended_at, case when end_reason in ('erased', 'notMe') then end_reason end as end_reason,
         case when end_status is null and hidden_at is null and expires_at > clock() then public_note end as public_note,
         public_place as place
  from request r;

create view team_match as
  select m.id, m.request_id, r.responsible_area_id, m.units, m.day, m.status, m.origin, m.distance_metres, m.created_at, m.respond_by,
         m.due_by, m.accepted_at, m.set_out_at, m.delivered_at, m.confirmed_at, m.ended_at, m.ended_by
  from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id);

-- Exact at every instant, by the leaf whose team looks after it. One row a leaf, category, status and local day of the end; what
-- lives has no day, so the key says it in words.
create view team_count as
  select n.responsible_area_id, c.code as category, n.status, nullif(n.day, '-infinity') as day, n.requests, n.units, n.unmet,
         concat_ws('.', n.responsible_area_id, c.code, n.status, coalesce(nullif(n.day, '-infinity')::text, 'live')) as id
  from (select responsible_area_id, category_id, status, day, sum(requests)::bigint as requests, sum(units)::bigint as units,
               sum(unmet)::bigint as unmet
        from request_count group by 1, 2, 3, 4 having sum(requests) <> 0) n
  join category c on c.id = n.category_id;

grant usage on schema public to mutualaid_team_reader;
grant select on team_request, team_match, team_count to mutualaid_team_reader;

-- All that an area's team looks after, whatever became of it.
create index request_responsible on request (responsible_area_id, id);
