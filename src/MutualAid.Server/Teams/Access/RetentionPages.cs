using MutualAid.Server.Database;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Access;

/// <summary>How long a kind of data is kept after its time is over, and what becomes of it then.</summary>
public sealed class RetentionRule
{
    public string Kind { get; init; } = "";
    public int KeepDays { get; init; }

    /// <summary>deleted, blanked.</summary>
    public string Done { get; init; } = "";
}

/// <summary><c>/privacy/retention</c>: the rules that the purge follows, for everybody to read.</summary>
public static class RetentionPages
{
    public static void MapRetentionPage(this RouteGroupBuilder pages) =>
        pages.MapGet("/privacy/retention", Show);

    private static async Task<IResult> Show(
        HttpContext context,
        PublicDatabase database,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var rules = await connection.Rows<RetentionRule>(
            "select kind, keep_days, done from public_retention order by keep_days desc, kind",
            null,
            stop
        );
        return Pages.Show<RetentionPage>(context, new { Rules = rules });
    }
}
