using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.View;

/// <summary><c>/team/{area}</c> and <c>/team/{area}/gaps</c>: how an area stands, and where nobody reaches.</summary>
internal static class AreaViewPages
{
    public static void MapAreaViewPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/team/{id:guid}", Show);
        pages.MapGet("/team/{id:guid}/gaps", Gaps);
    }

    private static async Task<IResult> Show(
        HttpContext context,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        Caller caller,
        Guid id,
        bool? all,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, id, now, stop);
        return Pages.Show<AreaViewPage>(
            context,
            new
            {
                Reach = reach,
                Numbers = await AreaNumbers.Of(connection, reach, now, stop),
                Map = await GapMap.Of(connection, id, stop),
                Categories = await categories.All(stop),
                All = all == true,
            }
        );
    }

    private static async Task<IResult> Gaps(
        HttpContext context,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        Caller caller,
        Guid id,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, id, now, stop);
        return Pages.Show<GapsPage>(
            context,
            new
            {
                Reach = reach,
                Now = now,
                Count = await connection.Row<GapCount>(GapCount.Select, new { id }, stop),
                Map = await GapMap.Of(connection, id, stop),
                Rows = await GapRow.Of(connection, id, stop),
                Categories = await categories.All(stop),
            }
        );
    }
}
