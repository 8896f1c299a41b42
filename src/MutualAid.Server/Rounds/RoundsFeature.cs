namespace MutualAid.Server.Rounds;

/// <summary>Matching rounds and lapses.</summary>
public static class RoundsFeature
{
    public static void AddRounds(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<MatcherLease>();
        services.AddSingleton<MatchingRound>();
        services.AddSingleton<LapseMatches>();
        if (settings.Rounds)
            services.AddHostedService<MatcherLoop>();
    }

    /// <summary>How rounds weigh one need against another, for everybody to read.</summary>
    public static void MapRounds(this WebApplication app) => app.MapGet("/api/matching", RoundCosts.Get);

    /// <summary><c>./run match-once</c></summary>
    public static async Task<int> MatchOnce(CancellationToken stop)
    {
        var settings = Commands.ReadSettings() with { Rounds = false, Jobs = false };
        await using var app = Service.Create(settings);
        var round = app.Services.GetRequiredService<MatchingRound>();
        var all = await round.Run(stop, figures => Console.Error.WriteLine(figures));
        await Console.Out.WriteLineAsync(all.ToString());
        return 0;
    }
}
