namespace MutualAid.Server.Rounds;

/// <summary>
/// Who may be asked for what: all hard rules in one set-based query, from one side or the other. Public locations only.
/// What the door checks again is not told from here: it may have changed by then.
/// </summary>
/// <remarks>
/// Both walk a KNN index once for each row of the side they start from, and stop at the nearest few that fit. The planner
/// would rather fetch the whole disc and sort it, which is why they run with <see cref="Prefer"/>. <c>offset 0</c> keeps a
/// condition a look-up of one row: as a join it would be planned by statistics from before the last round, when nothing was
/// proposed yet, and walk all proposals for each pair. Aliases are the same in all parts: r a request, o an offer.
/// </remarks>
public static class CandidateQueries
{
    /// <summary>For the transaction of such a query: sorting a disc and bitmap scans are out, the KNN scan is in.</summary>
    public const string Prefer =
        "set local enable_sort = off; set local enable_bitmapscan = off; set local jit = off";

    /// <summary>Live, seen, unpromised units, and fewer open proposals than may be.</summary>
    private const string Asks = """
        (case r.urgency when 'urgent' then setting.open_proposals else 1 end
          - (select count(*) filter (where m.status = 'proposed') from match m where m.request_id = r.id))::int
        """;

    internal const string RequestWaits = """
        r.end_status is null and r.hidden_at is null and r.unmet > 0 and r.expires_at > @now
        """;

    internal const string GiverMayBeAsked = $"""
        exists (select 1 from account a
                where a.id = o.account_id and a.on_duty and a.suspended_at is null and a.erased_at is null offset 0)
        and not exists (select 1 from match m
                        where m.giver_account_id = o.account_id and m.status in ('proposed', 'accepted', 'onTheWay') offset 0)
        and {GiverRest.IsOver}
        """;

    /// <summary>Not one's own, not blocked either way, not asked before to no avail. The cheap look first: few pairs have met.</summary>
    internal const string PairMayBeAsked = """
        r.account_id <> o.account_id
        and not exists (select 1 from block b where b.account_id = r.account_id and b.blocked_account_id = o.account_id offset 0)
        and not exists (select 1 from block b where b.account_id = o.account_id and b.blocked_account_id = r.account_id offset 0)
        and (not exists (select 1 from match m where m.request_id = r.id and m.giver_account_id = o.account_id offset 0)
             or not pair_rests(@now, r.id, o.account_id))
        """;

    /// <summary>
    /// Free today: the day has a row once it has been used. A day with matches from before the offer counted by day has none
    /// and looks freer than it is; the door knows.
    /// </summary>
    internal const string FreeToday = """
        cross join lateral (
          select least(coalesce(o.free, 1000000),
            coalesce((select d.free from offer_day d
                      where d.offer_id = o.id and d.day = (@now at time zone root.time_zone)::date and d.root_area_id = o.root_area_id),
                     o.per_day, 1000000)) as free) today
        """;

    /// <summary>
    /// How many households a giver may be sent to: a known one is no new opening (may_open in the door), but before the
    /// first confirmed delivery there is one at a time, known or not.
    /// </summary>
    internal const string Openings = """
        cross join lateral (
          select case when standing.confirmed then setting.households_a_day - opened.households
                      else setting.households_before_first - opened.households end as new_households,
                 standing.confirmed
          from (select count(*) as households from household_opened h
                where h.giver_account_id = o.account_id and h.opened_at > @now - interval '24 hours') opened,
               (select exists (select 1 from match m where m.giver_account_id = o.account_id and m.status = 'confirmed' offset 0) as confirmed) standing
          offset 0
        ) openings
        """;

    internal const string MayOpen = """
        (openings.new_households > 0
         or exists (select 1 from household_opened h
                    where h.giver_account_id = o.account_id and h.household_id = r.household_id
                      and h.opened_at > @now - interval '24 hours' offset 0))
        """;

    /// <summary>With no new household left only known ones come through <see cref="MayOpen"/>, and those are free.</summary>
    private const string Households = """
        (case when not openings.confirmed then 1
              when openings.new_households > 0 then openings.new_households
              else setting.matches_a_trip end)::int
        """;

    private const string Load = """
        (select count(*) from match m where m.giver_account_id = o.account_id and m.created_at > @now - interval '24 hours')::int
        """;

    internal const string Settings = """
        setting as materialized (
          select setting('open_proposals_urgent')::int as open_proposals, setting('matches_a_trip')::int as matches_a_trip,
                 setting('households_before_first_confirmed')::int as households_before_first,
                 setting('households_a_day')::int as households_a_day)
        """;

    private const string Columns = """
        r.id as request_id, r.unmet, (select u.rank from urgency u where u.code = r.urgency)::int as urgency, r.created_at, r.divisible,
        r.household_id, st_x(r.public_place::geometry) as longitude, st_y(r.public_place::geometry) as latitude
        """;

    /// <summary>
    /// From givers: for each of their open offers the nearest requests in reach. Complete: the scan is bounded by the reach
    /// alone, so what it does not find is not there. <c>@givers, @now, @nearest</c>
    /// </summary>
    public const string FromGivers = $"""
        with {Settings}, ready as materialized (
          select o.*, today.free as free_today, openings.new_households, openings.confirmed, {Households} as households, {Load} as load
          from setting, offer o
          join area root on root.id = o.root_area_id
          {FreeToday}
          {Openings}
          where o.account_id = any (@givers) and (o.free is null or o.free > 0) and today.free > 0
            and offer_takes(o, @now, (@now at time zone root.time_zone)::time)
            and {GiverMayBeAsked}
        )
        select found.*, o.id as offer_id, o.free_today as free, o.account_id as giver_id, o.households, o.load, setting.matches_a_trip as trip_matches
        from ready o
        cross join setting
        cross join lateral (select o.new_households, o.confirmed) openings
        cross join lateral (
          select {Columns}, {Asks} as asks, round(st_distance(r.public_place, o.public_place))::int as metres
          from request r
          where r.category_id = o.category_id and st_dwithin(r.public_place, o.public_place, o.reach_metres)
            and r.root_area_id = o.root_area_id
            and {RequestWaits}
            and (r.divisible or r.unmet <= o.free_today)
            and {Asks} > 0
            and {PairMayBeAsked}
            and {MayOpen}
          order by r.public_place <-> o.public_place
          limit @nearest
        ) found
        """;

    /// <summary>
    /// From requests: for each the nearest offers whose reach covers it. The reach is the offer's, so nothing but a number
    /// bounds the scan: <c>@scan</c> offers are looked at. It may miss a far one; the pass over the givers does not.
    /// <c>@requests, @now, @nearest, @scan</c>
    /// </summary>
    public const string FromRequests = $"""
        with {Settings}, waiting as materialized (
          select r.*, {Asks} as asks
          from setting, request r
          where r.id = any (@requests) and {RequestWaits}
        )
        select {Columns}, r.asks, found.*, setting.matches_a_trip as trip_matches
        from waiting r
        cross join setting
        cross join lateral (
          select o.id as offer_id, today.free, o.account_id as giver_id, {Households} as households, {Load} as load, round(o.exact_metres)::int as metres
          from (
            select o as whole, o.*, st_distance(r.public_place, o.public_place) as exact_metres
            from offer o
            where o.category_id = r.category_id and o.status = 'active' and not o.one_time and (o.free is null or o.free > 0)
            order by o.public_place <-> r.public_place
            limit @scan
          ) o
          join area root on root.id = o.root_area_id
          {FreeToday}
          {Openings}
          where o.exact_metres <= o.reach_metres and o.root_area_id = r.root_area_id
            and today.free >= case when r.divisible then 1 else r.unmet end
            and offer_takes(o.whole, @now, (@now at time zone root.time_zone)::time)
            and {GiverMayBeAsked}
            and {PairMayBeAsked}
            and {MayOpen}
          limit @nearest
        ) found
        where r.asks > 0
        """;
}
