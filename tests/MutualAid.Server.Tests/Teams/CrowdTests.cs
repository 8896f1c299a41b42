using System.Diagnostics;
using System.Globalization;
using Dapper;
using MutualAid.Server.Jobs;
using MutualAid.Server.Tests.Jobs;
using MutualAid.Server.Tests.Storm;
using MutualAid.Server.Tests.Teams.Crowd;
using Npgsql;

namespace MutualAid.Server.Tests.Teams;

/// <summary>Sixteen members of teams at work at once, beside those who need and those who give.</summary>
public sealed class CrowdTests(Cluster cluster)
{
    private const int Looks = 200;

    /// <summary>2,000; with <c>MUTUALAID_TEST_LONG=1</c> 40,000; <c>MUTUALAID_STORM_ACTS</c> says another number.</summary>
    private static int Acts => Seeds.Number("MUTUALAID_STORM_ACTS") ?? (Seeds.Long ? 40_000 : 2_000);

    [Fact]
    public async Task sixteen_at_work_at_once_see_numbers_that_equal_the_rows_at_every_level()
    {
        int seed = StormSeed.Read();
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        var world = new CrowdWorld(service);
        await world.Make(new Random(seed));
        var answers = new CrowdAnswers();
        var desk = new DeskActs(world, answers);
        var neighbours = new NeighbourActs(world, answers);
        var counts = new AreaCounts(service, world);
        var pace = new Pace(Acts, Looks);
        var watch = Stopwatch.StartNew();
        await pace.Run(
            CrowdWorld.TeamMembers + CrowdWorld.Neighbours,
            (number, random) =>
                number < CrowdWorld.TeamMembers
                    ? desk.One(world.Members[number], random)
                    : neighbours.One(world.People[number - CrowdWorld.TeamMembers], random),
            seed,
            over =>
                [
                    Repeating.Until(world.Look, 150, over),
                    Repeating.Until(() => Rounds(service), 500, over),
                    Clock(service, pace, seed, over),
                    pace.Watch(service.Open, counts.Differences, over),
                ]
        );
        Say(
            $"{pace.Begun} acts in {watch.Elapsed.TotalSeconds:F0} s, {pace.SnapshotsTaken} looks at {counts.Compared} numbers, the clock at {service.Clock.GetUtcNow():u}"
        );
        foreach (var (line, times) in answers.Heard.OrderBy(row => row.Key, StringComparer.Ordinal))
            Say($"{times, 6} {line}");

        Assert.True(pace.Violations.IsEmpty, string.Join("\n", pace.Violations.Take(20)));
        Assert.True(pace.SnapshotsTaken >= Looks, $"only {pace.SnapshotsTaken} looks");
        Assert.True(answers.Wrong.IsEmpty, string.Join("\n", answers.Wrong.Take(20)));
        // An act whose route is gone would answer 404 and trouble nobody.
        Assert.All(
            answers.Heard.Keys.Select(line => line.Split(" 2")[0].Split(" 4")[0]).Distinct(),
            act =>
                Assert.Contains(
                    answers.Heard.Keys,
                    line => line.StartsWith($"{act} 2", StringComparison.Ordinal)
                )
        );
        await using var connection = await service.Open();
        Assert.Empty(await ToldAndWritten.Violations(connection, desk.Told));
        await ToldAndWritten.Shown(world.Members[0].Person, desk.Told);
        await AddsUp(service, connection);
        await service.Sweep("fold-desk");
        await service.Sweep("fold-counts");
        await AddsUp(service, connection);
    }

    private static async Task AddsUp(ServiceFixture service, NpgsqlConnection connection)
    {
        Assert.Empty(await Invariants.Violations(connection));
        Assert.Equal(
            0,
            await connection.ExecuteScalarAsync<int>("select count(*)::int from desk_difference")
        );
        Assert.Equal(
            0,
            await connection.ExecuteScalarAsync<int>(
                "select count(*)::int from reconcile_counts(@now)",
                new { now = service.Clock.GetUtcNow() }
            )
        );
        // The jobs compared many times in between: never was there anything to repair.
        Assert.Equal(
            0,
            await connection.ExecuteScalarAsync<int>("select count(*)::int from count_difference")
        );
        Assert.Empty(
            await connection.QueryAsync<Guid>(
                """
                select r.id from request r join match m on m.request_id = r.id and m.status in ('accepted', 'onTheWay', 'delivered', 'confirmed')
                group by r.id, r.quantity having sum(m.units) > r.quantity
                """
            )
        );
    }

    // What the service does by itself; a difference that it repaired would be one that nobody saw.
    private static async Task Rounds(ServiceFixture service)
    {
        await StormRounds.Round(service);
        foreach (var sweep in service.App.Services.GetServices<ISweep>())
            try
            {
                long rows = await sweep.Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
                Assert.False(
                    sweep.Name == "reconcile-desk" && rows > 0,
                    $"{rows} of the desk's numbers were wrong"
                );
            }
            // It does not wait long for others' locks, and is tried again at its next turn.
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable) { }
    }

    // A day goes by, past midnight.
    private static async Task Clock(ServiceFixture service, Pace pace, int seed, CancellationToken over)
    {
        var random = new Random(seed);
        for (int step = 1; !over.IsCancellationRequested; )
        {
            if (pace.Begun / (Acts / Looks) >= step)
            {
                step++;
                await service.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 14)));
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static void Say(FormattableString line) =>
        TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
