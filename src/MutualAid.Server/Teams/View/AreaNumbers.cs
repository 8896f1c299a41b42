using System.Data;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.View;

/// <summary>How an area stood at one moment: its numbers (migration 0030), the areas right below it, and where nobody reaches.</summary>
/// <param name="Position">Of the change log: what every transaction before it wrote is in the numbers.</param>
/// <param name="Today">The area's own date.</param>
/// <param name="Below">Worst first.</param>
public sealed record AreaNumbers(
    DateTimeOffset AsOf,
    string Position,
    DateOnly Today,
    IReadOnlyList<DeskNumber> Numbers,
    IReadOnlyList<AreaBelow> Below,
    GapCount Gaps
)
{
    /// <summary>The days before today that are told.</summary>
    public const int Days = 7;

    /// <summary>All of one snapshot.</summary>
    public static async Task<AreaNumbers> Of(
        NpgsqlConnection connection,
        Reach reach,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        return await Within(connection, reach, now, stop);
    }

    /// <summary>The same in the caller's transaction, whose snapshot it is then of.</summary>
    public static async Task<AreaNumbers> Within(
        NpgsqlConnection connection,
        Reach reach,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, reach.Zone).DateTime);
        var values = new
        {
            id = reach.AreaId,
            today,
            since = today.AddDays(-Days),
        };
        return new AreaNumbers(
            now,
            await connection.Value<string>("select pg_snapshot_xmin(pg_current_snapshot())::text", null, stop)
                ?? "",
            today,
            await connection.Rows<DeskNumber>(DeskNumber.Select, values, stop),
            await connection.Rows<AreaBelow>(AreaBelow.Select, values, stop),
            await connection.Row<GapCount>(GapCount.Select, values, stop) ?? new GapCount()
        );
    }

    /// <summary>Needs that wait for something, are promised, on their way, or hidden.</summary>
    public IEnumerable<DeskNumber> Live => Numbers.Where(number => number.Urgency.Length > 0);

    public IEnumerable<DeskNumber> Waiting => Numbers.Where(number => number.Kind == "open");

    public long Requests(string kind, DateOnly day) =>
        Numbers.Where(number => number.Kind == kind && number.Day == day).Sum(number => number.Requests);

    /// <summary>Of the days before today, as many as are told.</summary>
    public double PerDay(string kind) =>
        Enumerable.Range(1, Days).Sum(back => Requests(kind, Today.AddDays(-back))) / (double)Days;

    /// <summary>How long after its post a delivery came, of the days told and today.</summary>
    public TimeToHelp TimeToHelp =>
        View.TimeToHelp.Of(
            Numbers
                .Where(number => number.Kind == "helped")
                .GroupBy(number => (int)number.Bucket)
                .Select(bucket => (bucket.Key, bucket.Sum(number => number.Requests)))
        );
}

/// <summary>One line of the numbers.</summary>
public sealed class DeskNumber
{
    internal const string Select = """
        select n.kind, c.code as category, n.urgency, nullif(n.day, '-infinity') as day, n.bucket, n.requests, n.units
        from desk_numbers(@id) n join category c on c.id = n.category_id
        where n.kind in ('open', 'matched', 'inDelivery', 'hidden', 'supply') or n.day >= @since
        """;

    /// <summary>A status, an end, <c>posted</c>, <c>helped</c> or <c>supply</c>.</summary>
    public string Kind { get; init; } = "";
    public string Category { get; init; } = "";

    /// <summary>Of live needs; else empty.</summary>
    public string Urgency { get; init; } = "";

    /// <summary>Posted, ended or delivered on; null for supply.</summary>
    public DateOnly? Day { get; init; }
    public short Bucket { get; init; }
    public long Requests { get; init; }
    public long Units { get; init; }
}

/// <summary>Needs that no standing offer reaches, as the last look found them.</summary>
public sealed class GapCount
{
    internal const string Select = """
        select f.found_at, coalesce(sum(g.requests), 0)::bigint as requests, coalesce(sum(g.units), 0)::bigint as units,
               coalesce(sum(g.urgent), 0)::bigint as urgent
        from desk_gap_found f left join desk_gap g on g.area_id in (select a.id from area a where a.ancestors @> array[@id])
        group by f.found_at
        """;

    /// <summary>Null: nobody has looked yet.</summary>
    public DateTimeOffset? FoundAt { get; init; }
    public long Requests { get; init; }
    public long Units { get; init; }
    public long Urgent { get; init; }
}
