using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Access;

/// <summary>An area's access log over JSON and as a page.</summary>
public static class AreaAccessLogApi
{
    private const int Most = 30;

    public static void MapAreaAccessLog(this WebApplication app) =>
        app.MapGet("/api/team/{areaId:guid}/access-log", Get);

    public static void MapAreaAccessLogPage(this RouteGroupBuilder pages) =>
        pages.MapGet("/team/{areaId:guid}/access-log", Show);

    private static async Task<IResult> Get(
        Guid areaId,
        Caller caller,
        AreaAccessLog log,
        HttpContext context,
        CancellationToken stop,
        string? reader = null,
        string? need = null,
        string? from = null,
        string? to = null,
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("reader", "need", "from", "to", "cursor", "limit");
        int most = Paging.Limit(limit);
        var before = AccessLog.Before(cursor);
        var looks = await log.Search(
            caller,
            areaId,
            new LookSearch(reader, need, from, to),
            before,
            most,
            stop
        );
        return Results.Ok(
            new
            {
                items = looks.Rows.Take(most),
                alarms = looks.Alarms,
                asked = looks.Asked,
                next = looks.Rows.Count > most ? Next(context, looks.Rows[most - 1]) : null,
            }
        );
    }

    private static async Task<IResult> Show(
        Guid areaId,
        Caller caller,
        AreaAccessLog log,
        Categories categories,
        HttpContext context,
        CancellationToken stop
    )
    {
        string? Typed(string name) =>
            context.Request.Query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        var search = new LookSearch(Typed("reader"), Typed("need"), Typed("from"), Typed("to"));
        var errors = FormErrors.None;
        Looks looks;
        try
        {
            looks = await log.Search(caller, areaId, search, AccessLog.Before(Typed("cursor")), Most, stop);
        }
        catch (Refusal refusal) when (refusal.Status == 400)
        {
            errors = FormErrors.From(context.Locale(), refusal);
            looks = await log.Search(
                caller,
                areaId,
                new LookSearch(null, null, null, null),
                null,
                Most,
                stop
            );
        }
        return Pages.Show<AreaAccessLogPage>(
            context,
            new
            {
                looks.Ground,
                Search = search,
                Rows = (IReadOnlyList<LookRow>)[.. looks.Rows.Take(Most)],
                Next = looks.Rows.Count > Most ? Next(context, looks.Rows[Most - 1]) : null,
                looks.Alarms,
                looks.Asked,
                Categories = await categories.All(stop),
                Errors = errors,
            },
            errors.Any ? 400 : 200
        );
    }

    private static string Next(HttpContext context, LookRow last) =>
        Cursor.Next(context, Cursor.Write(last.Id.ToString(CultureInfo.InvariantCulture)));
}
