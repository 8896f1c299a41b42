using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Teams;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Exports;

/// <summary>Tables of an area: for its team the needs, for everybody counts and what is live.</summary>
public static class ExportsApi
{
    public static void AddExports(this IServiceCollection services)
    {
        services.AddSingleton<PrivateExport>();
        services.AddSingleton<NeedSheets>();
        services.AddSingleton<ExportPages>();
    }

    public static void MapExports(this WebApplication app)
    {
        var areas = app.MapGroup("/api/areas/{id:guid}").RequireRateLimiting(RateLimits.Whole);
        areas.MapGet(
            "/requests.csv",
            (NeedSheets sheets, HttpContext context, Caller caller, Guid id, CancellationToken stop) =>
                sheets.Public(context, caller, id, "csv", stop)
        );
        areas.MapGet(
            "/requests.xlsx",
            (NeedSheets sheets, HttpContext context, Caller caller, Guid id, CancellationToken stop) =>
                sheets.Public(context, caller, id, "xlsx", stop)
        );
        areas.MapPost(
            "/requests.csv",
            (
                ReasonBody body,
                NeedSheets sheets,
                HttpContext context,
                Caller caller,
                Guid id,
                CancellationToken stop
            ) => sheets.Private(context, caller, id, body.Reason, "csv", stop)
        );
        areas.MapPost(
            "/requests.xlsx",
            (
                ReasonBody body,
                NeedSheets sheets,
                HttpContext context,
                Caller caller,
                Guid id,
                CancellationToken stop
            ) => sheets.Private(context, caller, id, body.Reason, "xlsx", stop)
        );
        areas.MapGet("/counts.csv", AreaCounts.Get);
        areas.MapGet("/requests.geojson", AreaGeoJson.Get);
        ExportPages.Map(app.MapPages());
    }

    /// <param name="Reason">Why the private columns are taken; the ones who are seen read it.</param>
    private sealed record ReasonBody(string? Reason);
}

/// <summary>An area's needs as a table, in an answer that is sent while it is read.</summary>
internal sealed class NeedSheets(
    ServiceDatabase database,
    PrivateExport privately,
    Categories categories,
    TimeProvider time
)
{
    public static readonly IReadOnlyList<string> Formats = ["csv", "xlsx"];

    /// <summary>Every need that the area looks after: public facts, and how it stands.</summary>
    public async Task<IResult> Public(
        HttpContext context,
        Caller caller,
        Guid area,
        string format,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        var now = time.GetUtcNow();
        Reach reach;
        IReadOnlyList<AreaNeed> first;
        await using (var connection = await database.Open(stop))
        {
            reach = await Reach.Of(connection, caller, area, now, stop);
            first = await AreaNeed.After(connection, reach.Leaves, Guid.Empty, now, stop);
        }
        return await Answer(
            context,
            reach,
            format,
            Pages(first, reach, now, stop),
            withPrivate: false,
            now,
            stop
        );
    }

    /// <summary>The live ones with whom to call.</summary>
    public async Task<IResult> Private(
        HttpContext context,
        Caller caller,
        Guid area,
        string? reason,
        string format,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        var now = time.GetUtcNow();
        var needs = await privately.Take(caller, area, reason, stop);
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, area, now, stop);
        return await Answer(
            context,
            reach,
            format,
            new[] { needs }.ToAsyncEnumerable(),
            withPrivate: true,
            now,
            stop
        );
    }

    // Each page is a statement of its own: a reader on a slow line holds no connection, and meets no time limit of one.
    private async IAsyncEnumerable<IReadOnlyList<AreaNeed>> Pages(
        IReadOnlyList<AreaNeed> first,
        Reach reach,
        DateTimeOffset now,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop
    )
    {
        var page = first;
        while (true)
        {
            yield return page;
            if (page.Count < AreaNeed.Page)
                yield break;
            await using var connection = await database.Open(stop);
            page = await AreaNeed.After(connection, reach.Leaves, page[^1].Id, now, stop);
        }
    }

    private async Task<IResult> Answer(
        HttpContext context,
        Reach reach,
        string format,
        IAsyncEnumerable<IReadOnlyList<AreaNeed>> pages,
        bool withPrivate,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var columns = new NeedColumns(
            context.Locale(),
            await categories.All(stop),
            now,
            inWords: format == "xlsx",
            withPrivate
        );
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"requests-{reach.Code}-{TimeZoneInfo.ConvertTime(now, reach.Zone):yyyy-MM-dd}.{format}"
        );
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        return Results.Stream(
            async body =>
            {
                Sheet sheet = format == "xlsx" ? new XlsxSheet(reach.Zone) : new CsvSheet();
                sheet.Row(columns.Head());
                await foreach (var page in pages)
                {
                    foreach (var need in page)
                        sheet.Row(columns.Cells(need));
                    await sheet.Send(body, stop);
                }
                await sheet.End(body, stop);
            },
            format == "xlsx" ? XlsxSheet.Type : CsvSheet.Type,
            name
        );
    }
}
