using System.Collections.Concurrent;

namespace MutualAid.Server.Tests.Storm;

/// <summary>The clients and what goes on around them: rounds, sweeps, jobs, the clock, and the snapshots in which the rules are compared.</summary>
internal sealed class Storm(
    ServiceFixture service,
    StormWorld world,
    StormActs doing,
    int seed,
    int acts,
    int clients,
    int snapshots
)
{
    private int begun;
    private int snapshotsTaken;

    public int SnapshotsTaken => snapshotsTaken;

    public ConcurrentBag<string> Violations { get; } = [];

    public async Task Run()
    {
        using var over = new CancellationTokenSource();
        var moderating = new Random(seed);
        Task[] around =
        [
            Repeating.Until(world.Look, 100, over.Token),
            Repeating.Until(Round, 50, over.Token),
            Repeating.Until(Jobs, 700, over.Token),
            Repeating.Until(() => StormRounds.Moderation(service, world, moderating), 400, over.Token),
            Farewells(over.Token),
            Clock(over.Token),
            Watch(over.Token),
        ];
        var storm = Task.WhenAll(
            Enumerable.Range(0, clients).Select(number => Task.Run(() => Client(number, over.Token)))
        );
        try
        {
            // Whatever breaks around the clients ends the storm at once, and says why.
            await await Task.WhenAny([storm, .. around]);
            await storm;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll([storm, .. around]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// The two days after: whatever was accepted is on its way, and nobody says another word, so that it lapses. In the
    /// storm itself somebody nearly always ends it before its time is over.
    /// </summary>
    public async Task Calm()
    {
        var random = new Random(seed);
        while (await doing.SetOutAll() == 0)
            await doing.One(random);
        for (int hour = 0; hour < 48; hour += 3)
        {
            await service.Clock.Advance(TimeSpan.FromHours(3));
            await StormRounds.Round(service);
            await StormRounds.Jobs(service);
        }
    }

    private async Task Client(int number, CancellationToken over)
    {
        var random = new Random(HashCode.Combine(seed, number));
        int act;
        while ((act = Interlocked.Increment(ref begun)) <= acts && !over.IsCancellationRequested)
        {
            // Nobody runs away from the snapshots: there are as many in a quick storm as in a slow one.
            while (act / (acts / snapshots) > snapshotsTaken && !over.IsCancellationRequested)
                await Task.Delay(5, CancellationToken.None);
            await doing.One(random);
        }
    }

    // So many snapshots, spread over the acts, each while the others go on.
    private async Task Watch(CancellationToken over)
    {
        await using var connection = await service.Open();
        while (!over.IsCancellationRequested)
        {
            if (begun / (acts / snapshots) >= snapshotsTaken)
            {
                foreach (string violation in await Invariants.Violations(connection))
                    Violations.Add($"snapshot {snapshotsTaken}, act {begun}: {violation}");
                Interlocked.Increment(ref snapshotsTaken);
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }

    // Small steps, 500 of them: about six days go by, so that terms of minutes, hours and days all run out.
    private async Task Clock(CancellationToken over)
    {
        var random = new Random(seed);
        for (int step = 1; !over.IsCancellationRequested; )
        {
            if (begun / Math.Max(1, acts / 500) >= step)
            {
                step++;
                await service.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 35)));
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }

    // Two of them have enough of it, and take everything that is theirs with them.
    private async Task Farewells(CancellationToken over)
    {
        var random = new Random(seed);
        for (int gone = 0; gone < 2 && !over.IsCancellationRequested; )
        {
            if (begun > acts * (gone + 1) / 3)
            {
                await doing.Erase(world.Leave(random));
                gone++;
            }
            await Task.Delay(20, CancellationToken.None);
        }
        // Whoever ends first ends the storm.
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Round() => StormRounds.Round(service);

    private Task Jobs() => StormRounds.Jobs(service);
}
