using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/seen</c>: who saw my data, when, and why.</summary>
internal static class SeenPages
{
    private const int Most = 20;

    public static void MapSeenPage(this RouteGroupBuilder pages) => pages.MapGet("/me/seen", Show);

    private static async Task<IResult> Show(
        Caller caller,
        HttpContext context,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        CancellationToken stop
    )
    {
        string? Typed(string name) =>
            context.Request.Query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        var errors = FormErrors.None;
        var search = AccessSearch.Everything;
        try
        {
            search = AccessSearch.Read(
                Typed("from"),
                Typed("to"),
                Typed("role"),
                Typed("area"),
                Typed("name")
            );
        }
        catch (Refusal refusal)
        {
            errors = FormErrors.From(context.Locale(), refusal);
        }
        await using var connection = await database.Open(stop);
        var rows = await AccessLog.Read(
            connection,
            caller.AccountId,
            search,
            AccessLog.Before(Typed("cursor")),
            Most,
            stop
        );
        return Pages.Show<SeenPage>(
            context,
            new
            {
                Rows = (IReadOnlyList<AccessLog.Row>)[.. rows.Take(Most)],
                Next = rows.Count > Most
                    ? Cursor.Next(
                        context,
                        Cursor.Write(rows[Most - 1].Id.ToString(CultureInfo.InvariantCulture))
                    )
                    : null,
                Categories = await categories.All(stop),
                Areas = await AccessLog.Areas(connection, caller.AccountId, stop),
                Typed = (Func<string, string?>)Typed,
                Errors = errors,
                Now = time.GetUtcNow(),
            },
            errors.Any ? 400 : 200
        );
    }
}
