using MutualAid.Matching;

namespace MutualAid.Server.Rounds;

/// <summary>A request that may be asked for, as the database has it.</summary>
public sealed class WaitingRow
{
    public Guid Id { get; init; }
    public Guid RootAreaId { get; init; }
    public Guid AreaId { get; init; }
    public Guid HouseholdId { get; init; }
    public Guid OwnerId { get; init; }
    public int Category { get; init; }
    public int Urgency { get; init; }
    public int Unmet { get; init; }
    public bool Divisible { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public double Longitude { get; init; }
    public double Latitude { get; init; }

    /// <summary>How many more givers may be asked.</summary>
    public int Asks { get; init; }

    /// <summary>Units in open proposals: more than are unmet when several are asked for the same.</summary>
    public int Asked { get; init; }

    /// <summary>The probability that all who are being asked say no.</summary>
    public double AllRefuse { get; init; }

    public WaitingRequest ToRequest() =>
        new()
        {
            Id = Id,
            RootArea = RootAreaId,
            Area = AreaId,
            Household = HouseholdId,
            Owner = OwnerId,
            Category = Category,
            Urgency = Urgency,
            Unmet = Unmet,
            Asked = Math.Min(Unmet, Asked),
            AllRefuse = AllRefuse,
            Divisible = Divisible,
            Asks = Asks,
            PostedAt = CreatedAt,
            Longitude = Longitude,
            Latitude = Latitude,
        };

    /// <summary>All requests that may be asked for. <c>@now</c></summary>
    public const string All = $"""
        with {Eligibility.Settings}, asking as materialized (
          select m.request_id, {Asking} from match m join request r on r.id = m.request_id
          where m.status = 'proposed' and r.end_status is null and r.unmet > 0 group by 1
        )
        select {Columns}
        from setting, request r left join asking on asking.request_id = r.id
        where {Waits}
        """;

    /// <summary>Those of these that may be asked for. <c>@ids, @now</c></summary>
    public const string Some = $"""
        with {Eligibility.Settings}
        select {Columns}
        from setting, request r
        cross join lateral (select {Asking} from match m where m.request_id = r.id and m.status = 'proposed' offset 0) asking
        where r.id = any (@ids) and {Waits}
        """;

    // The logarithm of nothing is avoided: who always says yes does so once in a million times less.
    private const string Asking = $"""
        count(*)::int as givers, sum(m.units)::int as units,
        exp(sum(case when r.urgency = 'urgent' then ln(greatest(1e-6,
          1 - (select {Acceptance.Probability} from (select m.giver_account_id as account_id) o))) else 0 end)) as all_refuse
        """;

    private const string MostAsks = "case r.urgency when 'urgent' then setting.open_proposals else 1 end";

    private const string Columns = $"""
        r.id, r.root_area_id, r.public_area_id as area_id, r.household_id, r.account_id as owner_id, r.category_id::int as category,
        (select rank from urgency where code = r.urgency)::int as urgency, r.unmet, r.divisible, r.created_at,
        st_x(r.public_place::geometry) as longitude, st_y(r.public_place::geometry) as latitude,
        {MostAsks} - coalesce(asking.givers, 0) as asks,
        coalesce(asking.units, 0) as asked, coalesce(asking.all_refuse, 1) as all_refuse
        """;

    private const string Waits = $"""
        {Eligibility.RequestWaits}
        and coalesce(asking.givers, 0) < {MostAsks}
        """;
}
