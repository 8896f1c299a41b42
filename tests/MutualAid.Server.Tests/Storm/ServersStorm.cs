using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>Two servers that people may come to, either of which is killed now and then, and a database that crashes.</summary>
internal sealed class ServersStorm(
    StormService service,
    StormWorld world,
    StormActs doing,
    Func<Task> crashDatabase,
    int seed
)
{
    private readonly HashSet<ServerProcess> killed = [];
    private readonly List<string> endedByThemselves = [];

    public required Pace Pace { get; init; }
    public required int Kills { get; init; }
    public required int Crashes { get; init; }

    public int Killed => killed.Count;

    /// <summary>What servers said that came to their end without being killed: while the database was away they may.</summary>
    public IReadOnlyList<string> EndedByThemselves => endedByThemselves;

    public Task Run(int clients)
    {
        var moderating = new Random(seed);
        return Pace.Run(
            clients,
            (_, random) => doing.One(random),
            seed,
            over =>
                [
                    Patiently(world.Look, 100, over),
                    // The servers' clock is the real one; what the test does itself follows it.
                    Patiently(() => service.Clock.Set(TimeProvider.System.GetUtcNow()), 100, over),
                    Patiently(() => StormRounds.Moderation(service, world, moderating), 400, over),
                    Patiently(() => Pace.Watch(service.Open, over), 5, over),
                    Killing(over),
                    Crashing(over),
                    Supervision(over),
                ]
        );
    }

    // Kill -9 in the middle of whatever it does, also while the other one is still starting; the supervisor starts another.
    private async Task Killing(CancellationToken over)
    {
        var random = new Random(seed);
        for (int kill = 1; kill <= Kills && !over.IsCancellationRequested; kill++)
        {
            await Pace.After(kill / (Kills + 1.0), over);
            while (!over.IsCancellationRequested && !service.Servers.Any(Serves))
                await Task.Delay(20, CancellationToken.None);
            var victim = random.Pick([.. service.Servers.Where(Serves)]);
            killed.Add(victim);
            victim.Kill();
        }
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Crashing(CancellationToken over)
    {
        for (int crash = 1; crash <= Crashes; crash++)
        {
            await Pace.After(crash / (Crashes + 1.0), over);
            if (!over.IsCancellationRequested)
                await crashDatabase();
        }
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A server that is started while the database is away says so and ends: whatever started it starts it again.
    private Task Supervision(CancellationToken over) =>
        Repeating.Until(
            () =>
            {
                for (int i = 0; i < service.Servers.Length; i++)
                    if (service.Servers[i] is { HasExited: true } gone)
                    {
                        if (!killed.Contains(gone))
                            endedByThemselves.Add(gone.Said);
                        service.Renew(i);
                    }
                return Task.CompletedTask;
            },
            20,
            over
        );

    private static bool Serves(ServerProcess server) =>
        server is { HasExited: false, Address.IsCompletedSuccessfully: true };

    // The database's own end is part of the storm: what the test itself does then is tried again.
    private static Task Patiently(Func<Task> work, int pauseMilliseconds, CancellationToken over) =>
        Repeating.Until(
            async () =>
            {
                try
                {
                    await work();
                }
                catch (NpgsqlException e) when (e.IsTransient) { }
            },
            pauseMilliseconds,
            over
        );
}

/// <summary>People of this fixture go to two servers of their own processes; its own serves only to make people and to look.</summary>
internal sealed class StormService(Cluster cluster) : ServiceFixture(cluster)
{
    private int turn;

    public Heard Heard { get; } = new();

    public ServerProcess[] Servers { get; private set; } = [];

    public void Begin() => Servers = [Start(), Start()];

    public void Renew(int number)
    {
        Servers[number].Dispose();
        Servers[number] = Start();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
            server.Dispose();
        await base.DisposeAsync();
    }

    protected override HttpMessageHandler Way(HttpMessageHandler network) =>
        new Persistent(Next, Heard, network);

    private ServerProcess Start() =>
        new(Settings, ("MUTUALAID_JOBS", "on"), ("MUTUALAID_RATE_FACTOR", "10000"));

    private Uri? Next()
    {
        var address = Servers[(uint)Interlocked.Increment(ref turn) % Servers.Length].Address;
        return address.IsCompletedSuccessfully ? address.Result : null;
    }
}
