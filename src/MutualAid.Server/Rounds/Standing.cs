using MutualAid.Matching;
using MutualAid.Server.Database;
using MutualAid.Server.Health;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Who waits and who may be asked, kept in memory from round to round: read once, and then row by row as the change log tells.
/// Nothing here is promised to be true: the door judges every proposal against the rows themselves.
/// </summary>
/// <param name="database">For what has changed.</param>
/// <param name="everything">For reading all of it.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears when a look at all givers failed.</param>
public sealed class Standing(
    ServiceDatabase database,
    MatcherDatabase everything,
    TimeProvider time,
    ILogger<Standing> log
)
{
    /// <summary>A pair that the door refused is left alone for so long, or it would be proposed at every round.</summary>
    private static readonly TimeSpan RefusedRests = TimeSpan.FromMinutes(10);

    // Hours come and pauses end without a change to tell of it. Looking for those takes a twentieth of the time at most.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private const int Share = 20;

    private readonly Dictionary<(Guid Request, Guid Giver), DateTimeOffset> refused = [];
    private readonly HashSet<Guid> changedWhileLooking = [];
    private readonly RoundChanges changes = new(database);
    private Dictionary<Guid, ReadyGiver> givers = [];
    private WaitingRequests waiting = new(new CostModel(new CostOptions()));
    private Task<Seen>? looking;
    private long lookedAt;
    private TimeSpan rest;

    public WaitingRequests Waiting => waiting;

    public IReadOnlyCollection<ReadyGiver> Givers => givers.Values;

    /// <summary>By ward: see <see cref="CostModel.UnmetCost"/>.</summary>
    public IReadOnlyDictionary<Guid, double> Deficits { get; private set; } = new Dictionary<Guid, double>();

    private async Task Load(CancellationToken stop)
    {
        waiting = await ReadWaiting(stop);
        looking = null;
        Take(await Look(stop));
    }

    private async Task<WaitingRequests> ReadWaiting(CancellationToken stop)
    {
        await using var connection = await everything.Open(stop);
        var fresh = new WaitingRequests(new CostModel(await RoundCosts.Read(connection, stop)));
        var values = new { now = time.GetUtcNow() };
        await foreach (var row in connection.Stream<WaitingRow>(WaitingRow.All, values, stop))
            fresh.Put(row.ToRequest());
        return fresh;
    }

    /// <summary>Reads what has changed, and everything at first. Returns whether there is anything new to plan with.</summary>
    public async Task<bool> Follow(CancellationToken stop)
    {
        var changed = await changes.Read(stop);
        if (changed.Many)
        {
            await Load(stop);
            return true;
        }
        if (looking is null && waiting.Count > 0 && time.GetElapsedTime(lookedAt) >= rest)
            looking = Task.Run(() => Look(stop), stop);
        changedWhileLooking.UnionWith(changed.Givers);
        bool seen = looking is { IsCompletedSuccessfully: true };
        if (looking is { IsCompleted: true } && !seen)
            LookLater();
        if (changed.IsNothing && !seen)
            return false;
        await using var connection = await database.Open(stop);
        if (changed.Requests.Count > 0)
            await ReadRequests(connection, changed.Requests, stop);
        if (seen && await Finish(connection, stop))
            return true;
        if (changed.Givers.Count > 0)
            await ReadGivers(connection, changed.Givers, stop);
        return true;
    }

    /// <summary>
    /// Takes note of pairs that the door has refused, and reads them again: something about them is not as it stands here,
    /// and what nobody wrote leaves no trace in the change log.
    /// </summary>
    public async Task Refuse(IReadOnlyCollection<(Guid Request, Guid Giver)> pairs, CancellationToken stop)
    {
        foreach (var pair in pairs)
            refused[pair] = time.GetUtcNow() + RefusedRests;
        if (pairs.Count == 0)
            return;
        // A look that is under way has read them as they were.
        changedWhileLooking.UnionWith(pairs.Select(pair => pair.Giver));
        await using var connection = await database.Open(stop);
        await ReadRequests(connection, pairs.Select(pair => pair.Request).ToHashSet(), stop);
        await ReadGivers(connection, pairs.Select(pair => pair.Giver).ToHashSet(), stop);
    }

    private async Task ReadRequests(
        NpgsqlConnection connection,
        IReadOnlyCollection<Guid> ids,
        CancellationToken stop
    )
    {
        foreach (var id in ids)
            waiting.Remove(id);
        var values = new { ids = ids.ToArray(), now = time.GetUtcNow() };
        foreach (var row in await connection.Rows<WaitingRow>(WaitingRow.Some, values, stop))
            waiting.Put(row.ToRequest());
    }

    private async Task ReadGivers(
        NpgsqlConnection connection,
        IReadOnlyCollection<Guid> ids,
        CancellationToken stop
    )
    {
        foreach (var id in ids)
            givers.Remove(id);
        Put(
            await connection.Rows<ReadyRow>(
                ReadyRow.Some,
                new { ids = ids.ToArray(), now = time.GetUtcNow() },
                stop
            )
        );
    }

    // Takes over what a look has seen; who has changed since it began is read once more. Other costs make everything new.
    private async Task<bool> Finish(NpgsqlConnection connection, CancellationToken stop)
    {
        var seen = await looking!;
        looking = null;
        if (!RoundCosts.Same(seen.Costs, waiting.Costs.Options))
        {
            await Load(stop);
            return true;
        }
        Guid[] changed = [.. changedWhileLooking];
        Take(seen);
        if (changed.Length > 0)
            await ReadGivers(connection, changed, stop);
        return true;
    }

    // What has been seen before stands as it is, and goes on following the changes.
    private void LookLater()
    {
        if (looking is { Exception.InnerException: { } trouble })
            log.LogWarning("a look at all givers failed: {What}", WhatFailed.In(trouble));
        looking = null;
        lookedAt = time.GetTimestamp();
    }

    // All givers, what the wards lack, and the costs, beside the rounds that go on.
    private async Task<Seen> Look(CancellationToken stop)
    {
        long begun = time.GetTimestamp();
        var now = time.GetUtcNow();
        await using var connection = await everything.Open(stop);
        var rows = await connection.Rows<ReadyRow>(ReadyRow.All, new { now }, stop);
        var lacking = await WardDeficits.Read(connection, now, stop);
        return new Seen(rows, lacking, await RoundCosts.Read(connection, stop), time.GetElapsedTime(begun));
    }

    private void Take(Seen seen)
    {
        var now = time.GetUtcNow();
        foreach (var (pair, until) in refused.ToList())
            if (until <= now)
                refused.Remove(pair);
        givers = [];
        Put(seen.Offers);
        Deficits = seen.Deficits;
        changedWhileLooking.Clear();
        lookedAt = time.GetTimestamp();
        rest = seen.Took * Share > LookAgain ? seen.Took * Share : LookAgain;
    }

    private void Put(IEnumerable<ReadyRow> rows)
    {
        var refusedOf = refused.Keys.ToLookup(pair => pair.Giver, pair => pair.Request);
        foreach (var offers in rows.GroupBy(row => row.GiverId))
            givers[offers.Key] = ReadyRow.ToGiver([.. offers], refusedOf[offers.Key]);
    }

    private sealed record Seen(
        IReadOnlyList<ReadyRow> Offers,
        IReadOnlyDictionary<Guid, double> Deficits,
        CostOptions Costs,
        TimeSpan Took
    );
}
