using System.Collections.Concurrent;

namespace MutualAid.Server.Tests.Storm;

/// <summary>
/// Two servers whose rounds run, people who accept and claim by hand at the same time through a third, and whoever leads is
/// killed, again and again.
/// </summary>
public sealed class KilledServersTests(Cluster cluster)
{
    private const int Clients = 8;
    private const int Kills = 4;

    [Fact]
    public async Task leaders_that_are_killed_promise_nothing_twice_and_lose_nothing()
    {
        int seed = StormSeed.Read();
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        await service.Clock.Set(TimeProvider.System.GetUtcNow());
        var world = new StormWorld(service);
        await world.Make(new Random(seed), count: 12);
        var doing = new StormActs(
            service,
            world,
            await service.NewPerson("Đội", ("teamLead", Places.Province))
        );
        using var over = new CancellationTokenSource();
        var (needs, offers) = (new Random(seed), new Random(~seed));
        var violations = new ConcurrentBag<string>();
        Task[] around =
        [
            // The servers' clock is the real one: the database's and the people's follow it.
            Repeating.Until(() => service.Clock.Set(TimeProvider.System.GetUtcNow()), 20, over.Token),
            Repeating.Until(world.Look, 100, over.Token),
            // The people of the storm claim all they see: needs and neighbours go on coming, so that rounds have their share.
            Repeating.Until(() => world.MakeRequest(needs, world.Somebody(needs)), 150, over.Token),
            Repeating.Until(
                async () => await world.MakeOffer(offers, await service.NewPerson()),
                300,
                over.Token
            ),
            Repeating.Until(() => Watch(service, violations), 200, over.Token),
            .. Enumerable
                .Range(0, Clients)
                .Select(number =>
                {
                    var random = new Random(HashCode.Combine(seed, number));
                    return Repeating.Until(() => doing.One(random), 20, over.Token);
                }),
        ];
        var killing = Killing(service, over.Token);
        await Task.WhenAny([killing, .. around]);
        await over.CancelAsync();
        await Task.WhenAll([killing, .. around]);

        long proposed = await service.Look<long>("select count(*) from match where origin = 'matcher'");
        long fence = await service.Look<long>("select fence from lease");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"MUTUALAID_STORM_SEED={seed}: {doing.Answers.Values.Sum()} acts, {proposed} proposals, fence {fence}"
        );
        Assert.Empty(violations);
        Assert.Empty(doing.Undocumented);
        Assert.True(fence >= Kills, $"only {fence} leaders");
        Assert.True(proposed > 20, $"only {proposed} proposals");
        await using var connection = await service.Open();
        Assert.Empty(await Invariants.Violations(connection));
        Assert.Empty(await MatchHistory.Violations(connection));
        // Every claim that was answered is there.
        Assert.Equal(
            doing.Claimed.Count,
            await service.Look<int>(
                "select count(*)::int from storm_history where from_status is null and to_status = 'accepted'"
            )
        );
    }

    // One leads and one waits; once it has proposed, the leader is killed in the middle of its work, and a new one takes its place in the queue.
    private static async Task Killing(ServiceFixture service, CancellationToken over)
    {
        var random = new Random();
        var servers = new List<ServerProcess> { new(service.Settings), new(service.Settings) };
        try
        {
            for (int kill = 0; kill < Kills && !over.IsCancellationRequested; kill++)
            {
                var leader = await Leader(servers, over);
                await Task.Delay(random.Next(1_500), CancellationToken.None);
                servers.Remove(leader);
                leader.Kill();
                leader.Dispose();
                servers.Add(new ServerProcess(service.Settings));
            }
            await Leader(servers, over);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static async Task<ServerProcess> Leader(List<ServerProcess> servers, CancellationToken over)
    {
        for (int tries = 0; tries < 600 && !over.IsCancellationRequested; tries++)
        {
            if (servers.Find(server => server is { Leads: true, HasProposed: true }) is { } leader)
                return leader;
            if (servers.Find(server => server.HasExited) is { } gone)
                throw new InvalidOperationException($"a server ended by itself: {gone.Said}");
            await Task.Delay(100, CancellationToken.None);
        }
        throw new InvalidOperationException(
            $"nobody leads and proposes: {string.Join(" | ", servers.Select(server => server.Said))}"
        );
    }

    private static async Task Watch(ServiceFixture service, ConcurrentBag<string> violations)
    {
        await using var connection = await service.Open();
        foreach (string violation in await Invariants.Violations(connection))
            violations.Add(violation);
    }
}
