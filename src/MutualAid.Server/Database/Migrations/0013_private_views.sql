-- How many people's private data one account opens before it is stopped and raised, and codes that cannot be tried for ever.

insert into setting values
  ('contacts_a_day', 30, 'people in 24 h', 'As giver or receiver one opens the contact of so many: a giver may open ten households a day, a receiver with ten needs meets two or three givers each; past it reading is refused and the administrators are told'),
  ('team_private_an_hour', 120, 'households in an hour', 'With a role one opens the private data of so many: one every thirty seconds for an hour is more than anybody can call');

-- Whether it has been raised already is asked at each refusal.
create index report_subject on report (subject_id, reason, created_at);

-- The hand-over code is good for five tries a match. Who goes back and claims the same need again gets a new match and a new
-- code, and would have five more, again and again: what the same giver has tried of the same need counts on.
create function wrong_codes_count_on() returns trigger language plpgsql as $$
begin
  new.wrong_codes := greatest(new.wrong_codes, coalesce((
    select max(p.wrong_codes)
    from match m join match o on (o.request_id, o.giver_account_id) = (m.request_id, m.giver_account_id) and o.id <> m.id
    join match_private p on p.match_id = o.id
    where m.id = new.match_id), 0));
  return new;
end $$;
create trigger wrong_codes_count_on before insert on match_private for each row execute function wrong_codes_count_on();
