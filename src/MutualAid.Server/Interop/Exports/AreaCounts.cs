using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Exports;

/// <summary>
/// <c>GET /api/areas/{id}/counts.csv</c>: numbers to quote, with HXL hashtags in the second row. Each row is a cell of
/// <c>public_fulfilment</c> (a ward, a category, a finished ISO week) or of <c>public_live_count</c> (a ward, a category, a
/// status) as it stands there. Nothing is added up: a sum over the cells of a group would tell the one that is kept back.
/// </summary>
internal static class AreaCounts
{
    // A year is what anybody compares with.
    private const int Weeks = 53;

    private static readonly (string Name, string Tag)[] Columns =
    [
        ("wardCode", "#adm3+code"),
        ("ward", "#adm3+name"),
        ("category", "#sector+code"),
        ("categoryName", "#sector+name"),
        ("week", "#date+week"),
        ("weekStart", "#date+start"),
        ("fulfilledRequests", "#reached+requests"),
        ("fulfilledUnits", "#reached+units"),
        ("status", "#status"),
        ("liveRequests", "#inneed+requests"),
        ("unmetUnits", "#inneed+units"),
        ("unit", "#item+unit"),
    ];

    internal static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        Guid id,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        context.CacheBriefly();
        var cells =
            await database.Read(
                Caller.Of(context),
                (connection, stop) => Read(connection, id, context.Locale(), stop),
                stop
            ) ?? throw Refusal.NotFound();
        return Results.Stream(
            async body =>
            {
                var sheet = new CsvSheet();
                sheet.Row(Columns.Select(column => column.Name));
                // Tags are ours: the # is no formula.
                sheet.Row(Columns.Select(column => column.Tag));
                foreach (var chunk in cells.Chunk(AreaNeed.Page))
                {
                    foreach (var cell in chunk)
                        sheet.Row(cell.Row());
                    await sheet.Send(body, stop);
                }
                await sheet.End(body, stop);
            },
            CsvSheet.Type,
            "counts.csv"
        );
    }

    // Null when there is no such area. Below the ward nothing is told: then there are no cells.
    private static async Task<IReadOnlyList<Cell>?> Read(
        NpgsqlConnection connection,
        Guid id,
        string locale,
        CancellationToken stop
    )
    {
        if (
            !await connection.Value<bool>(
                "select exists (select from public_area where id = @id)",
                new { id },
                stop
            )
        )
            return null;
        return await connection.Rows<Cell>(
            """
            select a.code as ward_code, a.name as ward, c.code as category, case @locale when 'vi' then c.name_vi else c.name_en end as category_name,
                   to_char(x.week, 'IYYY-"W"IW') as week, to_char(x.week, 'YYYY-MM-DD') as week_start,
                   x.fulfilled_requests, x.fulfilled_units, x.status, x.live_requests, x.unmet_units, c.unit
            from (
              select f.area_id, f.category_id, f.week, f.requests as fulfilled_requests, f.units as fulfilled_units,
                     null::text as status, null::bigint as live_requests, null::bigint as unmet_units
              from public_fulfilment f where f.week > clock()::date - 7 * (@Weeks + 1)
              union all
              select n.area_id, n.category_id, null, null, null, n.status, n.requests, n.unmet from public_live_count n
            ) x
            join public_area a on a.id = x.area_id join public_category c on c.id = x.category_id
            where @id = any (a.ancestors)
            order by x.week desc nulls first, a.code, c.id, x.status
            """,
            new
            {
                id,
                locale,
                Weeks,
            },
            stop
        );
    }

    private sealed class Cell
    {
        public string WardCode { get; init; } = "";
        public string Ward { get; init; } = "";
        public string Category { get; init; } = "";
        public string CategoryName { get; init; } = "";
        public string? Week { get; init; }
        public string? WeekStart { get; init; }
        public long? FulfilledRequests { get; init; }
        public long? FulfilledUnits { get; init; }
        public string? Status { get; init; }
        public long? LiveRequests { get; init; }
        public long? UnmetUnits { get; init; }
        public string Unit { get; init; } = "";

        public object?[] Row() =>
            [
                WardCode,
                Ward,
                Category,
                CategoryName,
                Week,
                WeekStart,
                FulfilledRequests,
                FulfilledUnits,
                Status,
                LiveRequests,
                UnmetUnits,
                Unit,
            ];
    }
}
