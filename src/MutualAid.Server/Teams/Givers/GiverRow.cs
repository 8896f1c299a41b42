using MutualAid.Server.Rounds;

namespace MutualAid.Server.Teams.Givers;

/// <summary>A giver as the team of an area they give in sees them. No number, no place.</summary>
public sealed class GiverRow
{
    public Guid Id { get; init; }

    /// <summary>As the other side of a match reads it.</summary>
    public string? Name { get; init; }
    public bool OnDuty { get; init; }
    public bool Suspended { get; init; }

    /// <summary>Codes of the categories of their standing offers.</summary>
    public string[] Offers { get; init; } = [];

    /// <summary>Accepted matches and those on the way, wherever they go.</summary>
    public int Carrying { get; init; }

    /// <summary>Matches that wait for their answer.</summary>
    public int Asked { get; init; }
    public string[] Carries { get; init; } = [];
    public DateTimeOffset? OldestDue { get; init; }

    /// <summary>Accepted something, and half of the time for it has gone by without a step.</summary>
    public bool Silent { get; init; }

    /// <summary>Confirmed deliveries of 90 days; so are the next three.</summary>
    public int Confirmed { get; init; }
    public int Failed { get; init; }

    /// <summary>Handed over as they said, not as the other side did.</summary>
    public int Disputed { get; init; }

    /// <summary>Accepted, and never taken there.</summary>
    public int Lapsed { get; init; }

    /// <summary>Why they are not asked for anything at this moment: a code with a text <c>givers.why.CODE</c>.</summary>
    public string Why { get; init; } = "";

    /// <summary>Whoever vouches for them, filled in after the row is read.</summary>
    public IReadOnlyList<VouchRow> Vouched { get; set; } = [];

    public bool Idle => Carrying == 0;

    /// <summary><c>@area, @leaves, @giver, @category, @onDuty, @silent, @idle, @after, @most, @now</c>.</summary>
    /// <remarks>
    /// The page's givers are found first, as ids, in the order of an index where the area is wide; what is dear (why, trust) is
    /// asked of these alone. A giver is idle for the reason of the offer that would come furthest in a round.
    /// </remarks>
    public const string Sql = $"""
        with {Eligibility.Settings}, below as materialized (select a.id from area a where @area = any (a.ancestors)),
        giver as materialized (
          (select distinct o.account_id from offer o
           where o.public_area_id in (select b.id from below b) and o.status = 'active' and not o.one_time
             and (@category::smallint is null or o.category_id = @category)
             and (@after::uuid is null or o.account_id > @after) and (@giver::uuid is null or o.account_id = @giver) and {Wanted}
           order by 1 limit @most + 1)
          union
          (select distinct o.account_id
           from (select m.giver_account_id as account_id, m.request_id, m.root_area_id from match m
                 where m.status in ('accepted', 'onTheWay') and m.giver_account_id is not null) o
           join request r on (r.id, r.root_area_id) = (o.request_id, o.root_area_id)
           where not @idle and r.end_status is null and r.responsible_area_id = any (@leaves) and (@category::smallint is null or r.category_id = @category)
             and (@after::uuid is null or o.account_id > @after) and (@giver::uuid is null or o.account_id = @giver) and {Wanted}
           order by 1 limit @most + 1)
          order by 1 limit @most + 1
        ), page as materialized (
          select g.account_id, p.name, a.on_duty, a.suspended_at is not null as suspended, live.*
          from giver g
          join account a on a.id = g.account_id and a.erased_at is null
          left join account_private p on p.account_id = a.id
          cross join lateral (
            select count(*) filter (where m.status <> 'proposed')::int as carrying, count(*) filter (where m.status = 'proposed')::int as asked,
                   coalesce(array_agg(distinct c.code) filter (where m.status <> 'proposed'), array[]::text[]) as carries,
                   min(m.due_by) filter (where m.status <> 'proposed') as oldest_due,
                   coalesce(bool_or(m.status = 'accepted' and m.accepted_at + (m.due_by - m.accepted_at) / 2 < @now), false) as silent
            from match m
            join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
            join category c on c.id = r.category_id
            where m.giver_account_id = g.account_id and m.status in ('proposed', 'accepted', 'onTheWay') offset 0) live
        )
        select g.account_id as id, g.name, g.on_duty, g.suspended, g.carrying, g.asked, g.carries, g.oldest_due, g.silent,
               array(select distinct c.code from offer o join category c on c.id = o.category_id
                     where o.account_id = g.account_id and o.status = 'active' and not o.one_time order by c.code) as offers,
               trust.*,
               case when g.suspended then 'suspended'
                    when not g.on_duty then 'offDuty'
                    when g.carrying > 0 then 'hasMatch'
                    when g.asked > 0 then 'asked'
                    when not ({GiverRest.NotQuiet}) then 'restingRefusal'
                    when not ({GiverRest.BelowWeeklyCap}) then 'restingWeek'
                    else coalesce((array['outsideHours', 'full', 'nothingNear', 'allServed', 'askedBefore', 'openings', 'inTurn'])[({Furthest})], 'noOffer')
               end as why
        from page g
        cross join setting
        cross join lateral (select g.account_id) o
        {Eligibility.Openings}
        cross join lateral (
          select count(*) filter (where m.status = 'confirmed')::int as confirmed,
                 count(*) filter (where m.status = 'failed' and m.delivered_at is null)::int as failed,
                 count(*) filter (where m.status = 'failed' and m.delivered_at is not null)::int as disputed,
                 count(*) filter (where m.status = 'lapsed' and m.accepted_at is not null)::int as lapsed
          from match m where m.giver_account_id = g.account_id and m.created_at > @now - interval '90 days') trust
        order by g.account_id
        """;

    // Whether the giver is asked for: part of each half of the list, so that either stops at the page's last row.
    private const string Wanted = """
        exists (select 1 from account a where a.id = o.account_id and a.erased_at is null and (not @onDuty or a.on_duty) offset 0)
        and (not @idle or not exists (
          select 1 from match m where m.giver_account_id = o.account_id and m.status in ('accepted', 'onTheWay') offset 0))
        and (not @silent or exists (
          select 1 from match m where m.giver_account_id = o.account_id and m.status = 'accepted'
            and m.accepted_at + (m.due_by - m.accepted_at) / 2 < @now offset 0))
        """;

    // In the order of a case, as WhyUnmet's step. That all are served is told by the ward's counts: no need that is served has an
    // index by its place.
    private const string Furthest = $"""
        select max(case
            when not offer_takes(o.whole, @now, (@now at time zone root.time_zone)::time) then 1
            when today.free = 0 then 2
            when exists ({Near} and {Eligibility.PairMayBeAsked} and {Eligibility.MayOpen}) then 7
            when exists ({Near} and {Eligibility.PairMayBeAsked}) then 6
            when exists ({Near} and r.account_id <> o.account_id) then 5
            when exists (select 1 from request_count n where n.public_area_id = o.public_area_id and n.category_id = o.category_id
                         and n.status in ('matched', 'inDelivery') and n.requests > 0) then 4
            else 3 end)
        from (select x as whole, x.* from offer x
              where x.account_id = g.account_id and x.status = 'active' and not x.one_time
                and (x.available_until is null or x.available_until > @now)) o
        join area root on root.id = o.root_area_id
        {Eligibility.FreeToday}
        """;

    private const string Near = $"""
        select 1 from request r
        where r.category_id = o.category_id and r.root_area_id = o.root_area_id and {Eligibility.RequestWaits}
          and st_dwithin(r.public_place, o.public_place, o.reach_metres)
        """;
}
