using MutualAid.Server.Database;
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

    /// <summary>What teams and moderators do now and then: hide, show again, close, suspend, lift.</summary>
    public static async Task Moderation(ServiceFixture service, StormWorld world, Random random)
    {
        var seen = world.Now;
        string act = random.Pick(["hide", "show", "show", "close", "suspend", "lift", "lift"]);
        string sql = act switch
        {
            "hide" => "select request_hide(@now, @request, true)",
            "show" => "select request_hide(@now, id, false) from request where hidden_at is not null",
            "close" => "select count(*) from request_end(@now, array[@request], 'closed', 'duplicate')",
            "suspend" => "select suspend_account(@now, @person)",
            _ =>
                "select lift_suspension(id) from (select id from account where suspended_at is not null order by id) a",
        };
        var values = new
        {
            now = service.Clock.GetUtcNow(),
            request = seen.Request(random)?.Id ?? Guid.Empty,
            person = world.Somebody(random).Id,
        };
        // As the service itself would: a broken deadlock is tried again.
        await service
            .App.Services.GetRequiredService<ServiceDatabase>()
            .Transaction(
                connection => connection.Execute(sql, values, CancellationToken.None),
                CancellationToken.None
            );
    }
}
