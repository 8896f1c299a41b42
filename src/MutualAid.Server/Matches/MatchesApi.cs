using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Matches;

/// <summary>Claims, and matches from acceptance to confirmation.</summary>
public static class MatchesApi
{
    public static void AddMatches(this IServiceCollection services)
    {
        services.AddSingleton<MatchMessages>();
        services.AddSingleton<MatchSteps>();
    }

    public static void MapMatches(this WebApplication app)
    {
        app.MapPost("/api/requests/{id:guid}/claims", Claims.Post);
        app.MapGet("/api/matches", Mine);
        var match = app.MapGroup("/api/matches/{id:guid}");
        match.MapGet("", Get);
        match.MapGet("/contact", Contact.Get);
        MatchStepsApi.Map(match);
    }

    private static readonly string[] Sides = ["giver", "receiver"];
    private static readonly string[] Statuses =
    [
        "proposed",
        "accepted",
        "onTheWay",
        "delivered",
        "confirmed",
        "declined",
        "lapsed",
        "withdrawn",
        "failed",
    ];

    // status takes several, with commas between: what is still open is more than one.
    private static async Task<IResult> Mine(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop,
        string? side = null,
        string? status = null,
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("side", "status", "limit", "cursor");
        string[]? statuses = status?.Split(',', StringSplitOptions.TrimEntries);
        var errors = new FieldErrors();
        errors.Check(side is null || Sides.Contains(side), "side", "oneOf", string.Join(", ", Sides));
        errors.Check(
            statuses?.All(Statuses.Contains) != false,
            "status",
            "oneOf",
            string.Join(", ", Statuses)
        );
        errors.ThrowIfAny();
        int most = Paging.Limit(limit);
        var after = Paging.After(cursor);
        string locale = context.Locale();
        await using var connection = await database.Open(stop);
        var rows = await MatchStore.Mine(
            connection,
            caller.AccountId,
            side,
            statuses,
            after,
            most,
            time.GetUtcNow(),
            stop
        );
        return Paging.Page(context, rows, most, row => row.Answer(locale), row => (row.CreatedAt, row.Id));
    }

    private static async Task<IResult> Get(
        Guid id,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var row = await MatchStore.Get(connection, id, caller, time.GetUtcNow(), stop);
        return Results.Ok(row.Answer(context.Locale()));
    }
}
