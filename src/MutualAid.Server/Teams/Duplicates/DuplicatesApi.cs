using MutualAid.Server.Accounts;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary><c>/api/team/…/duplicates</c>: for whose role reaches both needs; to anybody else there is nothing.</summary>
public static class DuplicatesApi
{
    internal static readonly string[] Verdicts = ["duplicate", "different"];

    public static void AddDuplicates(this IServiceCollection services)
    {
        services.AddSingleton<Suggestions>();
        services.AddSingleton<DuplicatePages>();
    }

    public static void MapDuplicates(this WebApplication app)
    {
        app.MapGet("/api/team/{areaId:guid}/duplicates", List);
        app.MapPost("/api/team/duplicates/{requestId:guid}/{otherId:guid}", Settle);
        DuplicatePages.Map(app.MapPages());
    }

    internal static async Task<IResult> List(
        Guid areaId,
        string? limit,
        string? cursor,
        Caller caller,
        Suggestions suggestions,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters("limit", "cursor");
        var page = await suggestions.Page(caller, areaId, cursor, Paging.Limit(limit), stop);
        return Results.Ok(
            new { items = page.Items, next = page.Next is null ? null : Cursor.Next(context, page.Next) }
        );
    }

    internal static async Task<IResult> Settle(
        Guid requestId,
        Guid otherId,
        VerdictBody body,
        Caller caller,
        Suggestions suggestions,
        CancellationToken stop
    )
    {
        if (!Verdicts.Contains(body.Verdict))
            throw Refusal.Field("verdict", "oneOf", string.Join(", ", Verdicts));
        await suggestions.Settle(caller, null, requestId, otherId, body.Verdict!, stop);
        return Results.Ok(new SettledAnswer(requestId, otherId, body.Verdict!));
    }
}

/// <param name="Verdict">duplicate: the later need is closed, linked, and raises the first. different: not suggested again.</param>
public sealed record VerdictBody(string? Verdict);

public sealed record SettledAnswer(Guid RequestId, Guid OtherId, string Verdict);
