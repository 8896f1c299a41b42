-- The arithmetic and the table of matches, as one statement (so: one snapshot) that returns a row for every violation.
with request_sums as (
  select r.*, coalesce(s.promised_sum, 0) as promised_sum, coalesce(s.delivered_sum, 0) as delivered_sum,
         coalesce(s.under_way_sum, 0) as under_way_sum, coalesce(s.confirmed_sum, 0) as confirmed_sum,
         coalesce(s.asked, 0) as asked, coalesce(s.largest_asked, 0) as largest_asked, coalesce(s.live, 0) as live
  from request r
  left join (
    select request_id, root_area_id,
      sum(units) filter (where status in ('accepted', 'onTheWay')) as promised_sum,
      sum(units) filter (where status in ('delivered', 'confirmed')) as delivered_sum,
      sum(units) filter (where status = 'onTheWay') as under_way_sum,
      sum(units) filter (where status = 'confirmed') as confirmed_sum,
      count(*) filter (where status = 'proposed') as asked,
      max(units) filter (where status = 'proposed') as largest_asked,
      count(*) filter (where status in ('proposed', 'accepted', 'onTheWay')) as live
    from match group by 1, 2) s on (s.request_id, s.root_area_id) = (r.id, r.root_area_id)
), offer_sums as (
  select o.*, coalesce(s.held_sum, 0) as held_sum, coalesce(s.promised_sum, 0) as promised_sum, coalesce(s.given_sum, 0) as given_sum,
         coalesce(s.matches, 0) as matches, coalesce(s.ended_matches, 0) as ended_matches
  from offer o
  left join (
    select offer_id, root_area_id,
      sum(units) filter (where status = 'proposed') as held_sum,
      sum(units) filter (where status in ('accepted', 'onTheWay')) as promised_sum,
      sum(units) filter (where status in ('delivered', 'confirmed') or (status = 'failed' and delivered_at is not null)) as given_sum,
      count(*) as matches, count(*) filter (where status not in ('proposed', 'accepted', 'onTheWay')) as ended_matches
    from match group by 1, 2) s on (s.offer_id, s.root_area_id) = (o.id, o.root_area_id)
), day_sums as (
  select offer_id, root_area_id, day,
    coalesce(sum(units) filter (where status = 'proposed'), 0) as held,
    coalesce(sum(units) filter (where status in ('accepted', 'onTheWay')), 0) as promised,
    coalesce(sum(units) filter (where status in ('delivered', 'confirmed') or (status = 'failed' and delivered_at is not null)), 0) as given
  from match group by 1, 2, 3
), counted as (
  select root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet from request_count
  where (requests, units, unmet) <> (0, 0, 0)
), to_count as (
  select root_area_id, public_area_id, responsible_area_id, category_id, counted_as(r::request) as status,
         coalesce(ended_day, '-infinity') as day, count(*) as requests, sum(quantity)::bigint as units,
         sum(unmet)::bigint as unmet
  from request r group by 1, 2, 3, 4, 5, 6
)
select 'request: quantity = unmet + promised + delivered' as rule, id, row(quantity, unmet, promised, delivered)::text as seen
from request_sums where quantity <> unmet + promised + delivered or least(unmet, promised, delivered) < 0
union all
select 'request: promised = units of accepted and onTheWay', id, row(promised, promised_sum)::text from request_sums where promised <> promised_sum
union all
select 'request: delivered = units of delivered and confirmed', id, row(delivered, delivered_sum)::text from request_sums where delivered <> delivered_sum
union all
select 'request: under way = units of onTheWay', id, row(under_way, under_way_sum)::text from request_sums where under_way <> under_way_sum
union all
select 'request: confirmed = units of confirmed', id, row(confirmed, confirmed_sum)::text from request_sums where confirmed <> confirmed_sum
union all
select 'request: fulfilled means all confirmed', id, row(end_status, quantity, confirmed)::text
from request_sums where (end_status = 'fulfilled' and confirmed <> quantity) or (end_status is null and confirmed = quantity)
union all
select 'request: its status is derived', id, row(status, end_status, unmet, under_way, delivered, confirmed)::text
from request_sums where status is distinct from case
  when end_status is not null then end_status when unmet > 0 then 'open'
  when under_way > 0 or delivered > confirmed then 'inDelivery' else 'matched' end
union all
select 'request: ended or hidden, so nothing proposed, accepted or on the way', id, row(end_status, hidden_at, live)::text
from request_sums where live > 0 and (end_status is not null or hidden_at is not null)
union all
select 'request: at most 5 open proposals', id, row(urgency, asked)::text from request_sums where asked > 5
union all
select 'request: soon and routine are asked one at a time', id, row(urgency, asked)::text
from request_sums where urgency <> 'urgent' and asked > 1 and edit_version = 1 -- an edit may have lowered the urgency
union all
select 'request: no proposal is for more than is unmet', id, row(largest_asked, unmet)::text from request_sums where largest_asked > unmet
union all
select 'request: an indivisible one is unmet, promised or delivered as a whole', id, row(quantity, unmet, promised, delivered)::text
from request_sums where not divisible and (unmet not in (0, quantity) or promised not in (0, quantity) or delivered not in (0, quantity))
union all
select 'match: of an indivisible request, so for all of it and the only one', r.id, count(*)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
where not r.divisible and m.status in ('accepted', 'onTheWay', 'delivered', 'confirmed')
group by r.id, r.quantity having count(*) > 1 or bool_or(m.units <> r.quantity) or bool_or(not m.whole)
union all
select 'match: a whole proposal is for all that is unmet', m.id, row(m.units, r.unmet)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
where m.whole and m.status = 'proposed' and m.units <> r.unmet
union all
select 'match: the giver is the offer''s, not the receiver, and category and root agree', m.id, row(m.giver_account_id, o.account_id, r.account_id)::text
from match m join request r on r.id = m.request_id join offer o on o.id = m.offer_id
where m.giver_account_id <> o.account_id or o.account_id = r.account_id or o.category_id <> r.category_id
   or o.root_area_id <> r.root_area_id or m.root_area_id <> r.root_area_id
union all
select 'match: its times tell its status', id, row(status, respond_by, due_by, accepted_at, set_out_at, delivered_at, confirmed_at, ended_at)::text
from match
where (status = 'proposed' and (respond_by is null or accepted_at is not null))
   or (status in ('accepted', 'onTheWay') and (accepted_at is null or due_by is null or delivered_at is not null))
   or (status = 'onTheWay' and set_out_at is null)
   or (status in ('delivered', 'confirmed')) > (delivered_at is not null)
   or (status = 'confirmed') <> (confirmed_at is not null)
   or (status in ('declined') and accepted_at is not null)
   or (status in ('declined', 'lapsed', 'withdrawn') and delivered_at is not null)
   or (status in ('confirmed', 'declined', 'lapsed', 'withdrawn', 'failed')) <> (ended_at is not null)
union all
select 'match: a hand-over code from acceptance on', m.id, m.status
from match m left join match_private p on (p.match_id, p.root_area_id) = (m.id, m.root_area_id)
where (m.accepted_at is not null and p.match_id is null and m.status in ('accepted', 'onTheWay')) or (m.accepted_at is null and p.match_id is not null)
union all
select 'match: whoever accepted has opened the household', m.id, m.status
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
where m.status in ('accepted', 'onTheWay') and not exists (
  select 1 from household_opened h where (h.giver_account_id, h.household_id) = (m.giver_account_id, r.household_id) and h.opened_at >= m.accepted_at)
union all
select 'match: of at least one unit', id, units::text from match where units < 1
union all
select 'match: accepted before the request expired', m.id, row(m.accepted_at, r.expires_at)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id) where m.accepted_at >= r.expires_at
union all
select 'match: none lives between two of whom one has blocked the other', m.id, row(m.status, m.giver_account_id, r.account_id)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
where m.status in ('proposed', 'accepted', 'onTheWay')
  and exists (select 1 from block b where (b.account_id, b.blocked_account_id) in ((m.giver_account_id, r.account_id), (r.account_id, m.giver_account_id)))
union all
select 'match: none lives of somebody suspended or erased', m.id, row(m.status, a.suspended_at, a.erased_at)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
join account a on a.id in (m.giver_account_id, r.account_id) and (a.suspended_at is not null or a.erased_at is not null)
where m.status in ('proposed', 'accepted', 'onTheWay') and (a.erased_at is not null or a.id = m.giver_account_id)
union all
select 'offer: held = units of proposed', id, row(held, held_sum)::text from offer_sums where held <> held_sum
union all
select 'offer: promised = units of accepted and onTheWay', id, row(promised, promised_sum)::text from offer_sums where promised <> promised_sum
union all
select 'offer: given = units of delivered, confirmed and disputed', id, row(given, given_sum)::text from offer_sums where given <> given_sum
union all
select 'offer: capacity = free + held + promised + given', id, row(capacity, free, held, promised, given)::text
from offer_sums where (capacity is null) <> (free is null) or capacity <> free + held + promised + given or least(free, held, promised, given) < 0
union all
select 'offer: paused, withdrawn or ended, so nothing proposed', id, row(status, held)::text from offer_sums where status <> 'active' and held_sum > 0
union all
select 'offer: a one-time offer has one match and ends with it', id, row(status, matches, ended_matches)::text
from offer_sums where one_time and (matches <> 1 or (status = 'ended') <> (ended_matches = matches))
union all
select 'day: perDay = free + held + promised + given', d.offer_id, row(d.day, d.per_day, d.free, d.held, d.promised, d.given)::text
from offer_day d where d.per_day <> d.free + d.held + d.promised + d.given or least(d.free, d.held, d.promised, d.given) < 0
union all
select 'day: held, promised and given are its matches'' units', d.offer_id,
       row(d.day, d.held, s.held, d.promised, s.promised, d.given, s.given)::text
from offer_day d left join day_sums s on (s.offer_id, s.root_area_id, s.day) = (d.offer_id, d.root_area_id, d.day)
where (d.held, d.promised, d.given) <> (coalesce(s.held, 0), coalesce(s.promised, 0), coalesce(s.given, 0))
union all
select 'day: matches of an offer that always counted by day stand in a day', o.id, s.day::text
from offer o join day_sums s on (s.offer_id, s.root_area_id) = (o.id, o.root_area_id)
where o.per_day is not null and o.edit_version = 1
  and not exists (select 1 from offer_day d where (d.offer_id, d.root_area_id, d.day) = (s.offer_id, s.root_area_id, s.day))
union all
select 'giver: asked once for a request', giver_account_id, request_id::text from match where status = 'proposed'
group by giver_account_id, request_id having count(*) > 1
union all
select 'giver: at most 5 proposals, all of one trip', giver_account_id, row(count(*), count(distinct trip_id))::text
from match where status = 'proposed' group by giver_account_id having count(*) > 5 or count(distinct trip_id) > 1
union all
select 'giver: one household at a time until the first confirmed delivery, or a team''s word', m.giver_account_id, count(distinct r.household_id)::text
from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
where m.status in ('accepted', 'onTheWay')
  and not exists (select 1 from match c where c.giver_account_id = m.giver_account_id and c.status = 'confirmed')
  and not exists (select 1 from vouch v where v.account_id = m.giver_account_id and v.root_area_id = m.root_area_id
                  and v.at <= m.accepted_at and (v.revoked_at is null or v.revoked_at >= m.accepted_at))
group by m.giver_account_id having count(distinct r.household_id) > 1
union all
select 'status link: its need''s owner is there', l.id, l.request_id::text
from status_link l left join request r on (r.id, r.root_area_id) = (l.request_id, l.root_area_id) left join account a on a.id = r.account_id
where a.id is null or a.erased_at is not null
union all
select 'vouch: both are there while it stands', v.id, row(g.erased_at, b.erased_at)::text
from vouch v join account g on g.id = v.account_id join account b on b.id = v.by_account_id
where v.revoked_at is null and coalesce(g.erased_at, b.erased_at) is not null
union all
select 'appeal: whoever waits for its answer is there', p.id, p.account_id::text
from appeal p join account a on a.id = p.account_id where p.answered_at is null and a.erased_at is not null
union all
select 'access key: its maker is there', k.id, k.account_id::text
from access_key k join account a on a.id = k.account_id where a.erased_at is not null
union all
select 'offer calendar: its offer''s giver is there', l.offer_id, o.account_id::text
from offer_calendar l left join offer o on (o.id, o.root_area_id) = (l.offer_id, l.root_area_id) left join account a on a.id = o.account_id
where a.id is null or a.erased_at is not null
union all
select 'access log: each household of an export is that export''s reader''s', e.id, l.reader_account_id::text
from access_log l left join private_export e on e.id = l.export_id
where l.export_id is not null and (e.id is null or e.account_id <> l.reader_account_id or l.what <> case e.kind when 'round' then 'round' else 'export' end)
union all
select 'need act: what is private of it goes with the need''s owner', p.act_id, p.request_id::text
from need_act_private p join request r on (r.id, r.root_area_id) = (p.request_id, p.root_area_id) join account a on a.id = r.account_id
where a.erased_at is not null
union all
select 'need note: goes with the need''s owner and with its writer', n.id, n.request_id::text
from need_note n join request r on (r.id, r.root_area_id) = (n.request_id, n.root_area_id)
join account a on a.id in (r.account_id, n.account_id)
where a.erased_at is not null
union all
select 'need act: undone by the act that undoes it', u.id, u.undoes::text
from need_act u join need_act a on (a.id, a.root_area_id) = (u.undoes, u.root_area_id)
where a.undone_by is distinct from u.id or a.request_id <> u.request_id
union all
select 'trip: one giver''s', trip_id, count(distinct giver_account_id)::text from match group by trip_id having count(distinct giver_account_id) > 1
union all
select 'counts equal rows', coalesce(c.public_area_id, t.public_area_id),
       row(coalesce(c.status, t.status), coalesce(c.day, t.day), c.requests, t.requests, c.units, t.units, c.unmet, t.unmet)::text
from counted c full join to_count t
  on (c.root_area_id, c.public_area_id, c.responsible_area_id, c.category_id, c.status, c.day)
   = (t.root_area_id, t.public_area_id, t.responsible_area_id, t.category_id, t.status, t.day)
where (coalesce(c.requests, 0), coalesce(c.units, 0), coalesce(c.unmet, 0)) <> (coalesce(t.requests, 0), coalesce(t.units, 0), coalesce(t.unmet, 0))
union all
select 'message: of one of the match''s two sides', x.id, x.sender_account_id::text
from match_message x
left join (match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)) on (m.id, m.root_area_id) = (x.match_id, x.root_area_id)
where m.id is null or x.sender_account_id not in (m.giver_account_id, r.account_id)
union all
select 'message: from acceptance until a day after the end', x.id, row(x.sent_at, m.accepted_at, m.ended_at)::text
from match_message x join match m on (m.id, m.root_area_id) = (x.match_id, x.root_area_id)
where m.accepted_at is null or x.sent_at < m.accepted_at
   or x.sent_at > m.ended_at + setting('thread_open_hours') * interval '1 hour'
   or (x.sent_at > m.ended_at and m.ended_by = 'system' and m.end_reason in ('blocked', 'suspended', 'erased', 'requestHidden'))
union all
select 'message: without text when its sender was erased, and only then', x.id, row(a.erased_at, x.text is null)::text
from match_message x join account a on a.id = x.sender_account_id
where (a.erased_at is null) = (x.text is null)
union all
select 'desk: numbers equal rows', d.area_id, row(d.kind, d.category_id, d.urgency, d.day, d.bucket, d.requests, d.units)::text from desk_difference d
union all
select 'desk: an area''s sum is that of all below it', d.area_id, row(d.kind, d.day, d.requests, d.units)::text from desk_sum_difference d
