using MutualAid.Server.Database;
using MutualAid.Server.Matches;

namespace MutualAid.Server.Accounts;

/// <summary><c>/b/TOKEN</c>: the page of the message to somebody helped on behalf.</summary>
public static class BehalfPage
{
    // The token in the address is the authority, cookies play no part: the form has no token of its own.
    public static void MapBehalfPage(this RouteGroupBuilder pages)
    {
        pages.MapGet("/b/{token}", Ask);
        pages.MapPost("/b/{token}", Withdraw);
    }

    private static async Task<IResult> Ask(
        string token,
        HttpContext context,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return await Behalf.Open(connection, token, time.GetUtcNow(), stop)
            ? LinkPage.Show(context, "behalf", "behalf.button")
            : LinkPage.Show(context, "gone", status: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Withdraw(
        string token,
        HttpContext context,
        ServiceDatabase database,
        MatchMessages messages,
        TimeProvider time,
        CancellationToken stop
    )
    {
        bool done = await database.Transaction(
            async connection =>
            {
                bool done = await Behalf.NotMe(connection, token, time.GetUtcNow(), stop);
                await messages.CalledOff(connection, stop);
                return done;
            },
            stop
        );
        messages.Wake();
        return done
            ? LinkPage.Show(context, "behalf.done")
            : LinkPage.Show(context, "gone", status: StatusCodes.Status404NotFound);
    }
}
