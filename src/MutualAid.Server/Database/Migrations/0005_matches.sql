-- Matches: so many units of one offer for one request. The table of steps below is the product's; the door reads it.

create table match (
  id uuid not null,
  root_area_id uuid not null,
  request_id uuid not null,
  offer_id uuid not null,
  giver_account_id uuid not null references account,
  trip_id uuid not null,
  units int not null check (units > 0),
  whole boolean not null,                            -- of an indivisible request
  day date not null,                                 -- the local date of proposal or claim; never moved
  status text not null check (status in
    ('proposed', 'accepted', 'onTheWay', 'delivered', 'confirmed', 'declined', 'lapsed', 'withdrawn', 'failed')),
  end_reason text check (length(end_reason) <= 500),
  ended_by text check (ended_by in ('giver', 'receiver', 'team', 'clock', 'system')),
  origin text not null check (origin in ('matcher', 'team', 'claim')),
  distance_metres int,                               -- between public locations; null for a one-time offer
  reasons jsonb not null default '[]',
  created_at timestamptz not null,
  respond_by timestamptz,
  due_by timestamptz,
  accepted_at timestamptz,
  set_out_at timestamptz,
  delivered_at timestamptz,
  confirmed_at timestamptz,
  ended_at timestamptz,
  primary key (id, root_area_id),
  -- both sides lie in one root area: pairs never cross it
  foreign key (request_id, root_area_id) references request (id, root_area_id),
  foreign key (offer_id, root_area_id) references offer (id, root_area_id)
);
create unique index match_asked_once on match (request_id, offer_id, root_area_id) where status = 'proposed';
create unique index match_whole_once on match (request_id, root_area_id)
  where whole and status in ('accepted', 'onTheWay', 'delivered', 'confirmed');
create index match_request on match (request_id, giver_account_id);
create index match_offer on match (offer_id);
-- "is not null", here and below, says nothing about the rows, but keeps these from being taken for a look-up by something
-- else: with statistics from before a round, when hardly anything was proposed, walking all of a small index looks as cheap
-- as finding one row in another.
create index match_giver_active on match (giver_account_id) where status in ('proposed', 'accepted', 'onTheWay') and giver_account_id is not null;
create index match_giver on match (giver_account_id, created_at);
create index match_giver_confirmed on match (giver_account_id) where status = 'confirmed' and giver_account_id is not null;
-- What a giver said no to, or did not answer: the latest says whether they are left in peace now.
create index match_giver_refused on match (giver_account_id, ended_at)
  where status in ('declined', 'lapsed') and accepted_at is null and giver_account_id is not null;
create index match_respond_by on match (respond_by) where status = 'proposed' and respond_by is not null;
create index match_due_by on match (due_by) where status in ('accepted', 'onTheWay') and due_by is not null;
create index match_delivered on match (delivered_at) where status = 'delivered' and delivered_at is not null;
-- What is live is a sliver of the table and comes and goes within minutes.
alter table match set (autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 500);

create table match_private (
  match_id uuid not null,
  root_area_id uuid not null,
  hand_over_code text not null check (hand_over_code ~ '^[0-9]{6}$'),
  wrong_codes int not null default 0,
  primary key (match_id, root_area_id),
  foreign key (match_id, root_area_id) references match (id, root_area_id)
);

-- Accepted matches that the service itself took back: whoever is on their way must hear of it. Written by the door, emptied
-- by whoever tells them.
create table called_off (
  match_id uuid primary key,
  root_area_id uuid not null,
  foreign key (match_id, root_area_id) references match (id, root_area_id)
);

-- Which households a giver has opened: counted over 24 h, whatever became of the matches.
create table household_opened (
  giver_account_id uuid not null references account,
  household_id uuid not null,
  root_area_id uuid not null,
  opened_at timestamptz not null,
  primary key (giver_account_id, household_id)
);
create index household_opened_at on household_opened (giver_account_id, opened_at);

-- Which step leads where, by whom, and where the units go. The door asks this table and nothing else.
create table match_transition (
  from_status text not null,
  step text not null,
  by_party text not null check (by_party in ('giver', 'receiver', 'team', 'clock', 'system')),
  to_status text not null,
  request_from text check (request_from in ('unmet', 'promised', 'delivered')),
  request_to text check (request_to in ('unmet', 'promised', 'delivered')),
  offer_from text check (offer_from in ('free', 'held', 'promised')),
  offer_to text check (offer_to in ('free', 'promised', 'given')),
  primary key (from_status, step, by_party)
);
insert into match_transition
select f, s, b, t, rf, rt, ofr, oto
from (values
  ('{proposed}',           'accept',   '{giver}',                      'accepted',  'unmet',     'promised',  'held',     'promised'),
  ('{proposed}',           'decline',  '{giver}',                      'declined',  null,        null,        'held',     'free'),
  ('{proposed}',           'lapse',    '{clock}',                      'lapsed',    null,        null,        'held',     'free'),
  ('{proposed}',           'withdraw', '{system,team}',                'withdrawn', null,        null,        'held',     'free'),
  ('{accepted}',           'setOut',   '{giver}',                      'onTheWay',  null,        null,        null,       null),
  ('{accepted,onTheWay}',  'withdraw', '{giver,receiver,team,system}', 'withdrawn', 'promised',  'unmet',     'promised', 'free'),
  ('{accepted,onTheWay}',  'lapse',    '{clock}',                      'lapsed',    'promised',  'unmet',     'promised', 'free'),
  ('{accepted,onTheWay}',  'fail',     '{giver}',                      'failed',    'promised',  'unmet',     'promised', 'free'),
  ('{accepted,onTheWay}',  'deliver',  '{giver}',                      'delivered', 'promised',  'delivered', 'promised', 'given'),
  ('{lapsed}',             'deliver',  '{giver}',                      'delivered', 'unmet',     'delivered', 'free',     'given'),
  ('{delivered}',          'confirm',  '{receiver,clock}',             'confirmed', null,        null,        null,       null),
  ('{delivered}',          'dispute',  '{receiver,team}',              'failed',    'delivered', 'unmet',     null,       null)
) x (fs, s, bs, t, rf, rt, ofr, oto), unnest(fs::text[]) f, unnest(bs::text[]) b;
