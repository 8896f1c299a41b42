-- What is spent on sign-in codes: one row for each that was sent, with nobody's number or address in it. Not sign_in_attempt's
-- rows: erasure removes those, and whoever erased themselves would be given back what was spent on them. At most
-- codes_a_day rows a day; purged after two.
create table code_sent (
  id uuid primary key,                               -- the attempt's
  sent_at timestamptz not null,
  share text not null check (share in ('open', 'quiet', 'account')),
  near bigint not null,                              -- keyed hash of the asker's /24 (IPv6: /48)
  wide bigint not null,                              -- keyed hash of the asker's /16 (IPv6: /32)
  number_range text not null,                        -- the number without its last four digits
  used boolean not null default false
);
create index code_sent_at on code_sent (sent_at);
grant select, insert, update, delete on code_sent to mutualaid_app;

insert into setting values
  ('codes_a_day', 20000, 'codes in 24 h', 'What the service spends on sign-in codes, whoever asks'),
  ('codes_for_accounts_percent', 30, '% of codes_a_day', 'Kept for numbers that have an account'),
  ('codes_for_quiet_percent', 20, '% of codes_a_day', 'Kept for whoever asks from a quiet place, at most a sixth of it in an hour; the rest of the day is for everybody'),
  ('codes_window_hours', 6, 'hours', 'Over so long it is asked how many of the codes that were sent were used'),
  ('codes_used_percent', 50, '% of codes sent', 'Where fewer than this share were used, the alarm is raised, and a place is not quiet'),
  ('codes_unjudged', 1000, 'codes', 'So many codes of the service are not judged by it: sent a moment ago, they cannot have been used yet'),
  ('codes_unjudged_near', 5, 'codes', 'The same, to askers in one /24 (IPv6: /48)'),
  ('codes_unjudged_wide', 50, 'codes', 'The same, to askers in one /16 (IPv6: /32)'),
  ('codes_unjudged_range', 5, 'codes', 'The same, to ten thousand numbers that differ in their last four digits');
