using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Keys;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>How an area stands: what is needed, what is offered, what was done. The public reads suppressed weeks, its team everything.</summary>
public static class AreaSummary
{
    internal static async Task<IResult> Get(
        PublicDatabase database,
        ServiceDatabase service,
        TimeProvider time,
        HttpContext context,
        Guid id,
        Caller? caller,
        CancellationToken stop
    )
    {
        if (caller is null)
            context.CacheBriefly();
        var read =
            await database.Read(caller, (connection, stop) => Read(connection, id, stop), stop)
            ?? throw Refusal.NotFound();
        return Results.Ok(
            new
            {
                area = new
                {
                    read.Area.Id,
                    read.Area.Name,
                    read.Area.Path,
                },
                asOf = time.GetUtcNow(),
                read.Live,
                read.OldestUnmetAt,
                read.Supply,
                read.Weeks,
                team = await Team(service, caller, ReadingKey.Of(context), id, time.GetUtcNow(), stop),
            }
        );
    }

    // Null when there is no such area.
    private static async Task<ForAll?> Read(NpgsqlConnection connection, Guid id, CancellationToken stop)
    {
        var values = new { id };
        var area = await connection.Row<AreaAnswer>(AreaAnswer.Select + " where a.id = @id", values, stop);
        if (area is null)
            return null;
        var live = await connection.Rows<LiveCount>(
            """
            select c.code as category, n.status, sum(n.requests)::bigint as requests, sum(n.unmet)::bigint as unmet
            from public_live_count n join public_area a on a.id = n.area_id join public_category c on c.id = n.category_id
            where @id = any (a.ancestors) group by c.id, c.code, n.status order by c.id, n.status
            """,
            values,
            stop
        );
        // One index look-up a ward: the whole province costs as much as it has wards.
        var oldest = await connection.Value<DateTime?>(
            """
            select min(o.created_at) from public_area a
            cross join lateral (select r.created_at from public_request r where r.area_id = a.id and r.unmet > 0 order by r.created_at limit 1) o
            where @id = any (a.ancestors) and a.ward
            """,
            values,
            stop
        );
        var supply = await connection.Rows<Supply>(
            """
            select c.code as category, count(*) as offers, sum(coalesce(o.free, o.per_day))::bigint as units
            from public_offer o join public_area a on a.id = o.area_id join public_category c on c.id = o.category_id
            where @id = any (a.ancestors) group by c.id, c.code order by c.id
            """,
            values,
            stop
        );
        var weeks = await connection.Rows<WeekCount>(
            """
            select to_char(f.week, 'IYYY-"W"IW') as week, c.code as category, sum(f.requests)::bigint as requests, sum(f.units)::bigint as units
            from public_fulfilment f join public_area a on a.id = f.area_id join public_category c on c.id = f.category_id
            where @id = any (a.ancestors) group by f.week, c.id, c.code order by f.week desc, c.id limit 200
            """,
            values,
            stop
        );
        return new ForAll(area, live, oldest, supply, weeks);
    }

    // Exact, by the responsible area, hidden ones and days included; null for whoever has no role that reaches here.
    private static async Task<IReadOnlyList<TeamCount>?> Team(
        ServiceDatabase service,
        Caller? caller,
        ReadingKey? key,
        Guid id,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (key is null && caller is not { Roles.Count: > 0 })
            return null;
        await using var connection = await service.Open(stop);
        if (
            !await connection.Value<bool>(
                """
                select case when @under::uuid is null then account_reaches(@account, @id, @now)
                            else exists (select from area a where a.id = @id and @under = any (a.ancestors)) end
                """,
                new
                {
                    account = caller?.AccountId,
                    under = key?.AreaId,
                    id,
                    now,
                },
                stop
            )
        )
            return null;
        return await connection.Rows<TeamCount>(
            """
            select c.code as category, n.status, nullif(n.day, '-infinity') as day,
                   sum(n.requests)::bigint as requests, sum(n.units)::bigint as units, sum(n.unmet)::bigint as unmet
            from request_count n join area a on a.id = n.responsible_area_id join category c on c.id = n.category_id
            where @id = any (a.ancestors) and n.day = '-infinity' or (@id = any (a.ancestors) and n.day > @now::date - 35)
            group by c.id, c.code, n.status, n.day having sum(n.requests) <> 0 order by n.day desc, c.id, n.status
            """,
            new { id, now },
            stop
        );
    }

    private sealed record ForAll(
        AreaAnswer Area,
        IReadOnlyList<LiveCount> Live,
        DateTime? OldestUnmetAt,
        IReadOnlyList<Supply> Supply,
        IReadOnlyList<WeekCount> Weeks
    );

    private sealed class LiveCount
    {
        public string Category { get; init; } = "";
        public string Status { get; init; } = "";
        public long Requests { get; init; }
        public long Unmet { get; init; }
    }

    private sealed class Supply
    {
        public string Category { get; init; } = "";
        public long Offers { get; init; }

        /// <summary>Free units; of an unbounded offer the units of a day.</summary>
        public long Units { get; init; }
    }

    private sealed class WeekCount
    {
        public string Week { get; init; } = "";
        public string Category { get; init; } = "";
        public long Requests { get; init; }
        public long Units { get; init; }
    }

    private sealed class TeamCount
    {
        public string Category { get; init; } = "";
        public string Status { get; init; } = "";
        public DateOnly? Day { get; init; }
        public long Requests { get; init; }
        public long Units { get; init; }
        public long Unmet { get; init; }
    }
}
