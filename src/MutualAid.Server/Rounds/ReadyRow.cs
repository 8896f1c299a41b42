using MutualAid.Matching;

namespace MutualAid.Server.Rounds;

/// <summary>An offer that may be asked, with its giver, as the database has them.</summary>
public sealed class ReadyRow
{
    public Guid GiverId { get; init; }

    /// <summary>Matches that one trip may have.</summary>
    public int TripMatches { get; init; }

    /// <summary>Different households that the trip may go to.</summary>
    public int Households { get; init; }

    /// <summary>Of these, so many that are not open to the giver yet.</summary>
    public int NewHouseholds { get; init; }

    public Guid[] Known { get; init; } = [];
    public Guid[] NotFor { get; init; } = [];
    public Guid[] Blocked { get; init; } = [];

    /// <summary>The giver's matches of the last 24 h.</summary>
    public int Load { get; init; }

    public double Acceptance { get; init; }

    public Guid OfferId { get; init; }
    public Guid RootAreaId { get; init; }
    public int Category { get; init; }

    /// <summary>Units that may still be asked for today.</summary>
    public int Free { get; init; }
    public double Longitude { get; init; }
    public double Latitude { get; init; }
    public double Reach { get; init; }

    public static ReadyGiver ToGiver(IReadOnlyCollection<ReadyRow> offers, IEnumerable<Guid> refused)
    {
        var giver = offers.First();
        return new ReadyGiver
        {
            Account = giver.GiverId,
            Matches = giver.TripMatches,
            Households = giver.Households,
            NewHouseholds = giver.NewHouseholds,
            KnownHouseholds = new HashSet<Guid>(giver.Known),
            NotFor = new HashSet<Guid>(giver.NotFor.Concat(refused)),
            Blocked = new HashSet<Guid>(giver.Blocked),
            Load = giver.Load,
            Acceptance = giver.Acceptance,
            Offers =
            [
                .. offers.Select(offer => new ReadyOffer
                {
                    Id = offer.OfferId,
                    RootArea = offer.RootAreaId,
                    Category = offer.Category,
                    Free = offer.Free,
                    Longitude = offer.Longitude,
                    Latitude = offer.Latitude,
                    Reach = offer.Reach,
                }),
            ],
        };
    }

    /// <summary>All offers that may be asked. <c>@now</c></summary>
    public const string All = $"{Before} true {After}";

    /// <summary>Those of these givers. <c>@ids, @now</c></summary>
    public const string Some = $"{Before} x.account_id = any (@ids) {After}";

    private const string Before = $"""
        with {Eligibility.Settings}, giver as materialized (
          select o.account_id, openings.new_households::int as new_households, {Eligibility.Households} as households,
                 {Eligibility.Load} as load, {MutualAid.Server.Rounds.Acceptance.Probability} as acceptance, {OpenHouseholds} as known, {Rested} as not_for, {Shunned} as blocked
          from setting
          cross join (
            select distinct x.account_id from offer x
            where x.status = 'active' and not x.one_time and (x.free is null or x.free > 0) and
        """;

    private const string After = $"""
          ) o
          {Eligibility.Openings}
          where {Eligibility.GiverMayBeAsked}
        )
        select g.account_id as giver_id, setting.matches_a_trip as trip_matches, g.households, g.new_households, g.known, g.not_for, g.blocked, g.load, g.acceptance,
               o.id as offer_id, o.root_area_id, o.category_id::int as category, today.free, o.reach_metres::float8 as reach,
               st_x(o.public_place::geometry) as longitude, st_y(o.public_place::geometry) as latitude
        from setting
        cross join giver g
        cross join lateral (select x as whole, x.* from offer x where x.account_id = g.account_id and not x.one_time offset 0) o
        join area root on root.id = o.root_area_id
        {Eligibility.FreeToday}
        where offer_takes(o.whole, @now, (@now at time zone root.time_zone)::time) and (o.free is null or o.free > 0) and today.free > 0
        order by g.account_id, o.id
        """;

    private const string OpenHouseholds = """
        array(select h.household_id from household_opened h where h.giver_account_id = o.account_id and h.opened_at > @now - interval '24 hours')
        """;

    // Asked before to no avail, of what still waits.
    private const string Rested = """
        array(select distinct m.request_id from match m
              where m.giver_account_id = o.account_id and m.status in ('declined', 'withdrawn', 'lapsed', 'failed')
                and exists (select 1 from request r where r.id = m.request_id and r.end_status is null offset 0)
                and pair_rests(@now, m.request_id, o.account_id))
        """;

    private const string Shunned = """
        array(select b.blocked_account_id from block b where b.account_id = o.account_id
              union select b.account_id from block b where b.blocked_account_id = o.account_id)
        """;
}
