using MutualAid.Server.Database;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Whose turn it is. What has just changed goes first; behind it a pass goes over everybody of the scarcer side, in fair
/// order, a portion a round, so that a round stays short however many wait.
/// </summary>
/// <remarks>
/// A pass also sees what no change tells of: hours that have come, pauses that are over, people back on duty. One that found
/// nothing is followed by a rest of at least 5 s and three times what it took, so that hopeless pairs cost a quarter of a
/// core at most.
/// </remarks>
public sealed class Rotation(ServiceDatabase database, TimeProvider time)
{
    /// <summary>Requests or givers of a pass that one round looks at.</summary>
    public const int Portion = 500;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly HashSet<Guid> freshRequests = [];
    private readonly HashSet<Guid> freshGivers = [];
    private Pass pass = new(Side.Requests, []);
    private bool begun;
    private long begunAt;
    private long endedAt;
    private TimeSpan rest;

    /// <summary>Puts what has changed at the head of the queue.</summary>
    public void Add(Changed changed)
    {
        freshRequests.UnionWith(changed.Requests);
        freshGivers.UnionWith(changed.Givers);
        // More has changed than is worth listing: a pass sees all of it.
        if (changed.Many)
            rest = TimeSpan.Zero;
    }

    /// <summary>Whom the next round looks at; null when nobody is left until something changes or the rest is over.</summary>
    public async Task<Turn?> Next(DateTimeOffset now, CancellationToken stop)
    {
        if (pass.IsOver)
            await Begin(now, stop);
        var turn = new Turn(
            [.. Take(freshRequests), .. pass.Take(Side.Requests)],
            [.. Take(freshGivers), .. pass.Take(Side.Givers)]
        );
        return turn.IsEmpty ? null : turn;
    }

    /// <summary>Tells how the round went: a pass that led to proposals is followed by another at once.</summary>
    public void Made(int proposals)
    {
        pass.Proposals += proposals;
        if (pass.IsOver && begun)
            End();
    }

    private void End()
    {
        begun = false;
        endedAt = time.GetTimestamp();
        // What requests cannot find from their side, givers may still find from theirs.
        bool more = pass.Proposals > 0 || pass.Side == Side.Requests;
        var took = time.GetElapsedTime(begunAt, endedAt);
        rest =
            more ? TimeSpan.Zero
            : took * 3 > Rest ? took * 3
            : Rest;
    }

    private async Task Begin(DateTimeOffset now, CancellationToken stop)
    {
        if (time.GetElapsedTime(endedAt) < rest)
            return;
        bool fromGivers = pass is { Side: Side.Requests, Proposals: 0 } && endedAt != 0;
        begunAt = time.GetTimestamp();
        await using var connection = await database.Open(stop);
        pass = await Sides.Choose(connection, now, fromGivers, stop);
        begun = true;
        if (pass.IsOver)
            End();
    }

    private static List<Guid> Take(HashSet<Guid> fresh)
    {
        var some = fresh.Take(Portion / 2).ToList();
        fresh.ExceptWith(some);
        return some;
    }
}

/// <summary>Whom one round looks at.</summary>
public sealed record Turn(IReadOnlyList<Guid> Requests, IReadOnlyList<Guid> Givers)
{
    public bool IsEmpty => Requests.Count + Givers.Count == 0;
}

/// <summary>Requests and givers for whom something changed; <paramref name="Many"/>: more than are listed.</summary>
public sealed record Changed(IReadOnlyCollection<Guid> Requests, IReadOnlyCollection<Guid> Givers, bool Many);

internal enum Side
{
    Requests,
    Givers,
}

/// <summary>One going over everybody of a side.</summary>
internal sealed class Pass(Side side, IReadOnlyList<Guid> ids)
{
    private int at;

    public Side Side => side;
    public int Proposals { get; set; }
    public bool IsOver => at >= ids.Count;

    public IEnumerable<Guid> Take(Side asked)
    {
        if (asked != side)
            return [];
        var portion = ids.Skip(at).Take(Rotation.Portion).ToList();
        at += portion.Count;
        return portion;
    }
}
