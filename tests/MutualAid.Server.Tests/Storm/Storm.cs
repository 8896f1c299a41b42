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
    public Pace Pace { get; } = new(acts, snapshots);

    public Task Run()
    {
        var moderating = new Random(seed);
        return Pace.Run(
            clients,
            (_, random) => doing.One(random),
            seed,
            over =>
                [
                    Repeating.Until(world.Look, 100, over),
                    Repeating.Until(Round, 50, over),
                    Repeating.Until(Jobs, 700, over),
                    Repeating.Until(() => StormRounds.Moderation(service, world, moderating), 400, over),
                    Farewells(over),
                    Clock(over),
                    Pace.Watch(service.Open, over),
                ]
        );
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

    // Small steps, 500 of them: about six days go by, so that terms of minutes, hours and days all run out.
    private async Task Clock(CancellationToken over)
    {
        var random = new Random(seed);
        for (int step = 1; !over.IsCancellationRequested; )
        {
            if (Pace.Begun / Math.Max(1, acts / 500) >= step)
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
        foreach (double share in (double[])[1 / 3.0, 2 / 3.0])
        {
            await Pace.After(share, over);
            await doing.Erase(world.Leave(random));
        }
        // Whoever ends first ends the storm.
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Round() => StormRounds.Round(service);

    private Task Jobs() => StormRounds.Jobs(service);
}
