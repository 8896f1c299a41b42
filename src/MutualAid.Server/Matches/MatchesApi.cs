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
        var match = app.MapGroup("/api/matches/{id:guid}");
        match.MapGet("", Get);
        match.MapGet("/contact", Contact.Get);
        MatchSteps.Map(match);
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
