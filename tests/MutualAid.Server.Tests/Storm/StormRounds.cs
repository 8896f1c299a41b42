using MutualAid.Server.Jobs;
using MutualAid.Server.Rounds;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>What the service does by itself, called as its loop and its clock would call it.</summary>
internal static class StormRounds
{
    public static async Task Round(ServiceFixture service)
    {
        var services = service.App.Services;
        await services
            .GetRequiredService<LapseMatches>()
            .Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
        await services.GetRequiredService<MatchingRound>().Run(CancellationToken.None);
    }

    /// <summary>Every job that there is, one after the other.</summary>
    public static async Task Jobs(ServiceFixture service)
    {
        foreach (var sweep in service.App.Services.GetServices<ISweep>())
            try
            {
                await sweep.Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
            }
            // It does not wait long for others' locks, and is tried again at its next turn.
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable) { }
    }
}
