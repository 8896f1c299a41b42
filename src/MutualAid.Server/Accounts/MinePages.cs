using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Offers;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary>What is mine: my needs, what I bring, my offers.</summary>
internal sealed class MinePages(
    RequestReading reading,
    Categories categories,
    ServiceDatabase database,
    TimeProvider time
)
{
    // The latest; who has more looks each up by its link.
    private const int Most = 50;

    public static void Map(RouteGroupBuilder pages) =>
        pages.MapGet(
            "/mine",
            (Caller caller, HttpContext context, MinePages mine, CancellationToken stop) =>
                mine.Show(context, caller, null, stop)
        );

    public async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Trouble? trouble,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var requests = await reading.Mine(caller, (null, null), Most, stop);
        await using var connection = await database.Open(stop);
        var matches = await MatchStore.Mine(
            connection,
            caller.AccountId,
            "giver",
            null,
            (null, null),
            Most,
            now,
            stop
        );
        // Whoever waits sees here that somebody comes, without opening each need.
        var coming = await MatchStore.Mine(
            connection,
            caller.AccountId,
            "receiver",
            ["accepted", "onTheWay", "delivered"],
            (null, null),
            Most,
            now,
            stop
        );
        var offers = await OffersApi.OfGiver(connection, caller, (null, null), Most, now, stop);
        return Pages.Show<MinePage>(
            context,
            new
            {
                Requests = requests.Select(row => row.PrivateAnswer()).ToList(),
                Matches = matches.Select(row => row.Answer(context.Locale())).ToList(),
                Coming = coming.Select(row => row.Answer(context.Locale())).ToList(),
                Offers = offers.Select(row => row.OwnAnswer()).ToList(),
                Categories = await categories.All(stop),
                Now = now,
                Trouble = trouble,
            },
            trouble?.Status ?? 200
        );
    }
}
