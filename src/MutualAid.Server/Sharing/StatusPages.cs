using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Sharing;

/// <summary><c>/s/TOKEN</c>: how a need is doing, for whoever was given the link. It is read and nothing else.</summary>
internal static class StatusPages
{
    public static async Task<IResult> Show(
        string token,
        HttpContext context,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        SharedStatus? shared;
        await using (var connection = await database.Open(stop))
            shared = await StatusLinks.Find(connection, token, now, stop);
        if (shared is null)
            return LinkPage.Show(context, "gone", status: StatusCodes.Status404NotFound);
        var page = Pages.Show<StatusPage>(
            context,
            new
            {
                Shared = shared,
                Category = Category.Of(await categories.All(stop), shared.Category),
                Now = now,
            }
        );
        // The address is the key: it must not travel in a Referer, rest in a cache or be found by a search.
        var headers = context.Response.Headers;
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        headers.CacheControl = "no-store";
        return page;
    }
}
