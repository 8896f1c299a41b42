using System.Diagnostics;
using System.Globalization;
using Dapper;
using MutualAid.Server.Tests.Recovery;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>
/// The whole fire at once: two servers with their rounds and jobs, 64 people who send again what was not answered, servers
/// killed and the database crashed under them. What was answered is there, once; what was refused left nothing; and the
/// product's rules hold in every snapshot. The clock is the real one: <see cref="StormTests"/> lets the days go by.
/// Seen to fail where <c>Idempotency</c> does not look whether its key is there: one key made two matches.
/// </summary>
public sealed class ServersStormTests(OwnCluster own) : IClassFixture<OwnCluster>
{
    private const int Clients = 64;
    private static readonly int Acts = StormSeed.Acts();
    private static readonly int Snapshots = Acts / 500;
    private static readonly int Kills = Seeds.Long ? 20 : 4;
    private static readonly int Crashes = Seeds.Long ? 3 : 1;

    [Fact]
    public async Task servers_killed_and_a_database_crashed_promise_nothing_twice_and_lose_no_answer()
    {
        int seed = StormSeed.Read();
        await using var service = new StormService(own.Databases);
        await service.InitializeAsync();
        await using (var connection = await service.Open())
            await connection.ExecuteAsync(
                "create or replace function clock() returns timestamptz language sql stable as 'select now()'"
            );
        await service.Clock.Set(TimeProvider.System.GetUtcNow());
        var world = new StormWorld(service);
        await world.Make(new Random(seed), count: 24);
        var team = await service.NewPerson("Đội", ("teamLead", Places.Province));
        var doing = new StormActs(service, world, team);
        var begun = TimeProvider.System.GetUtcNow();
        service.Begin();
        var storm = new ServersStorm(service, world, doing, CrashDatabase, seed)
        {
            Pace = new Pace(Acts, Snapshots),
            Kills = Kills,
            Crashes = Crashes,
        };

        var watch = Stopwatch.StartNew();
        await storm.Run(Clients);

        var heard = service.Heard;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Acts} acts in {watch.Elapsed.TotalSeconds:F0} s, {storm.Pace.SnapshotsTaken} snapshots, {storm.Killed} servers killed, "
                + $"{Crashes} crashes of the database; {heard.Posts.Count} posts, {heard.Unanswered} tries broken off, {heard.NotNow} put off, "
                + $"{heard.UnclearEdits} edits unclear; {await service.Look<long>("select count(*) from match where origin = 'matcher'")} proposals, "
                + $"{await service.Look<long>("select fence from lease")} leaders; ended by themselves: {storm.EndedByThemselves.Count}"
        );
        foreach (var (line, times) in doing.Answers.OrderBy(row => row.Key, StringComparer.Ordinal))
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{times, 6} {line}")
            );

        Assert.Empty(storm.Pace.Violations);
        Assert.True(storm.Pace.SnapshotsTaken >= Snapshots);
        Assert.Equal(Kills, storm.Killed);
        Assert.Empty(doing.Undocumented);
        Assert.True(
            heard.Unanswered > 0,
            "nothing was broken off: the servers were not killed under anybody"
        );
        Assert.True(heard.NotNow > 0, "nothing was put off: the database was not away for anybody");
        await using var look = await service.Open();
        Assert.Empty(await Invariants.Violations(look));
        Assert.Empty(await MatchHistory.Violations(look));
        doing.AnsweredWhatHappened(await MatchHistory.Steps(look));
        Assert.Empty(await AnsweredAndKept.Violations(look, heard, begun));
        await AnsweredAndKept.Edits(look, doing, heard);
        await look.ExecuteAsync("select fold_counts()");
        Assert.Empty(await Invariants.Violations(look));
        Assert.Equal(0, await look.ExecuteScalarAsync<int>("select count(*) from count_difference"));
    }

    private async Task CrashDatabase()
    {
        await own.Postgres.StopAtOnce();
        await Task.Delay(300);
        await own.Postgres.StartAgain();
    }
}
