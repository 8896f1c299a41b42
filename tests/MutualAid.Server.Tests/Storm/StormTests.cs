using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>
/// Many people at once on few parcels, through HTTP, while rounds, sweeps and jobs run and days go by: the product's
/// arithmetic and table hold in every snapshot that is taken.
/// </summary>
public sealed class StormTests(Cluster cluster)
{
    private const int Clients = 32;
    private const int Snapshots = 64;

    [Fact]
    public async Task random_acts_of_32_clients_break_nothing_while_rounds_and_jobs_run()
    {
        int seed = StormSeed.Read();
        int acts = StormSeed.Acts();
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        var world = new StormWorld(service);
        await world.Make(new Random(seed), count: 16);
        var team = await service.NewPerson("Đội", ("teamLead", Places.Province));
        var doing = new StormActs(service, world, team);

        var storm = new Storm(service, world, doing, seed, acts, Clients, Snapshots);
        var watch = Stopwatch.StartNew();
        await storm.Run();
        await storm.Calm();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{acts} acts in {watch.Elapsed.TotalSeconds:F0} s, {storm.Pace.SnapshotsTaken} snapshots, the clock at {service.Clock.GetUtcNow():u}, "
                + $"{await service.Look<long>("select deadlocks from pg_stat_database where datname = current_database()")} deadlocks broken"
        );
        foreach (var (line, times) in doing.Answers.OrderBy(row => row.Key, StringComparer.Ordinal))
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{times, 6} {line}")
            );

        Assert.Empty(storm.Pace.Violations);
        Assert.True(storm.Pace.SnapshotsTaken >= 50, $"only {storm.Pace.SnapshotsTaken} snapshots");
        Assert.Empty(doing.Undocumented);
        // A route that is gone would answer 404 and trouble nobody.
        Assert.All(
            Documented.Acts,
            act =>
                Assert.Contains(
                    doing.Answers.Keys,
                    line => line.StartsWith($"{act} 2", StringComparison.Ordinal)
                )
        );
        await using var connection = await service.Open();
        Assert.Empty(await Invariants.Violations(connection));
        Assert.Empty(await MatchHistory.Violations(connection));
        await connection.ExecuteAsync("select fold_counts()");
        Assert.Empty(await Invariants.Violations(connection));
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from count_delta"));
        // The counts were reconciled many times in between: never was there anything to repair.
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from count_difference"));
        var steps = await MatchHistory.Steps(connection);
        // The storm was one: whatever can happen to a match did happen.
        Assert.Empty(MatchHistory.EveryStep.Except(steps.Keys.Select(step => step.Split(" by ")[0])));
        doing.AnsweredWhatHappened(steps);
    }
}
