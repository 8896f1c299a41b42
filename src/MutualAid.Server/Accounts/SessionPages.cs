using MutualAid.Server.Database;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/sessions</c>: where one is signed in, with a button beside each other one and one for all of them.</summary>
internal static class SessionPages
{
    private const string Path = "/me/sessions";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(Path, Show);
        pages.MapPost(Path, Revoke);
    }

    private static async Task<IResult> Show(
        Caller caller,
        HttpContext context,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return Pages.Show<SessionsPage>(
            context,
            new { Sessions = await SessionList.Of(connection, caller, time.GetUtcNow(), stop) }
        );
    }

    private static async Task<IResult> Revoke(
        Caller? caller,
        HttpContext context,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (caller is null)
            return AccountPages.SignInFirst(Path);
        var form = await PostedForm.Read(context, stop);
        bool others = form["do"] == "others";
        var id = !others && Guid.TryParse(form["id"], out var one) ? one : (Guid?)null;
        await using var connection = await database.Open(stop);
        if (others || id is not null)
            await SessionList.Revoke(connection, caller, id, time.GetUtcNow(), stop);
        return SeeOther.To($"{Path}?ended");
    }
}
