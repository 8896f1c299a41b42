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
        string? cursor = context.Request.Query["cursor"];
        await using var connection = await database.Open(stop);
        var rows = await AccessLog.Read(connection, caller.AccountId, AccessLog.Before(cursor), Most, stop);
        return Pages.Show<SeenPage>(
            context,
            new
            {
                Rows = (IReadOnlyList<AccessLog.Row>)[.. rows.Take(Most)],
                Next = rows.Count > Most
                    ? $"/me/seen?cursor={Cursor.Write(rows[Most - 1].Id.ToString(CultureInfo.InvariantCulture))}"
                    : null,
                Categories = await categories.All(stop),
                Now = time.GetUtcNow(),
            }
        );
    }
}
