using System.Collections.Concurrent;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>The clients of a storm, and the snapshots in which the rules are compared: so many of each, spread evenly.</summary>
internal sealed class Pace(int acts, int snapshots)
{
    private int begun;
    private int taken;

    /// <summary>How many acts have begun.</summary>
    public int Begun => begun;

    public int SnapshotsTaken => taken;

    public ConcurrentBag<string> Violations { get; } = [];

    /// <summary>So many clients act at once until all acts are done; what goes on around them then ends too.</summary>
    public async Task Run(
        int clients,
        Func<int, Random, Task> act,
        int seed,
        Func<CancellationToken, IEnumerable<Task>> beside
    )
    {
        using var over = new CancellationTokenSource();
        Task[] around = [.. beside(over.Token)];
        var storm = Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(number => Task.Run(() => Client(number, act, seed, over.Token)))
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

    /// <summary>One snapshot after the other, each while the others go on.</summary>
    public Task Watch(Func<Task<NpgsqlConnection>> open, CancellationToken over) =>
        Watch(open, async connection => await Invariants.Violations(connection), over);

    /// <summary>The same with other rules: what <paramref name="look"/> returns is wrong.</summary>
    public async Task Watch(
        Func<Task<NpgsqlConnection>> open,
        Func<NpgsqlConnection, Task<IEnumerable<string>>> look,
        CancellationToken over
    )
    {
        while (!over.IsCancellationRequested)
        {
            if (begun / (acts / snapshots) >= taken)
            {
                await using var connection = await open();
                foreach (string violation in await look(connection))
                    Violations.Add($"snapshot {taken}, act {begun}: {violation}");
                Interlocked.Increment(ref taken);
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Returns when this share of the acts has begun, and half as many as lie between two snapshots: nobody waits for one then.</summary>
    public async Task After(double share, CancellationToken over)
    {
        while (begun < acts * share + acts / snapshots / 2 && !over.IsCancellationRequested)
            await Task.Delay(5, CancellationToken.None);
    }

    private async Task Client(int number, Func<int, Random, Task> one, int seed, CancellationToken over)
    {
        var random = new Random(HashCode.Combine(seed, number));
        int act;
        while ((act = Interlocked.Increment(ref begun)) <= acts && !over.IsCancellationRequested)
        {
            // Nobody runs away from the snapshots: there are as many in a quick storm as in a slow one.
            while (act / (acts / snapshots) > taken && !over.IsCancellationRequested)
                await Task.Delay(5, CancellationToken.None);
            await one(number, random);
        }
    }
}
