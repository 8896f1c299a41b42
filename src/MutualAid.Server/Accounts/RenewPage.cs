using MutualAid.Server.Database;

namespace MutualAid.Server.Accounts;

/// <summary><c>/n/TOKEN</c>: the page of a reminder.</summary>
public static class RenewPage
{
    // The token in the address is the authority, cookies play no part: the form has no token of its own.
    public static void MapRenewPage(this RouteGroupBuilder pages)
    {
        pages.MapGet("/n/{token}", Ask);
        pages.MapPost("/n/{token}", Renew);
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
        return await RenewLinks.Open(connection, token, time.GetUtcNow(), stop)
            ? LinkPage.Show(context, "renew", "renew.button")
            : LinkPage.Show(context, "gone", status: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Renew(
        string token,
        HttpContext context,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    ) =>
        await database.Transaction(
            connection => RenewLinks.Use(connection, token, time.GetUtcNow(), stop),
            stop
        ) switch
        {
            "done" => LinkPage.Show(context, "renew.done"),
            null => LinkPage.Show(context, "gone", status: StatusCodes.Status404NotFound),
            _ => LinkPage.Show(context, "renew.over", status: StatusCodes.Status409Conflict),
        };
}
