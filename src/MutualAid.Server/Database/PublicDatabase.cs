using System.Diagnostics.Metrics;
using MutualAid.Server.Accounts;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// What the public surfaces read through: role <c>mutualaid_reader</c>, which sees the <c>public_*</c> views only. Whoever is
/// not signed in is answered by the replica while there is a good one, and by the primary otherwise.
/// </summary>
public sealed class PublicDatabase(Settings settings)
    : PooledDatabase(settings.Database, Role, StatementTimeoutSeconds, settings.ThroughPooler, prepared: 100)
{
    internal const string Role = "mutualaid_reader";
    internal const int StatementTimeoutSeconds = 10;

    private static readonly Meter Meter = new("MutualAid");
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>("mutualaid.public_reads");

    /// <summary>The replica that is set; null: there is none.</summary>
    public Replica? Replica { get; } =
        settings.PublicDatabase is { } there ? new Replica(there, settings.ThroughPooler) : null;

    /// <summary>
    /// Reads for this reader. Where the replica fails, the same is read again from the primary: so the work must have no
    /// effect but its result. Whoever is signed in reads from the primary: what they did a moment ago must be there.
    /// </summary>
    public async Task<T> Read<T>(
        Caller? reader,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken stop
    )
    {
        if (reader is not null || Replica is null || Replica.Standing.State != ReplicaState.Good)
            return await ReadFresh(work, stop);
        try
        {
            var read = await Replica.Read(work, stop);
            Count("replica", "done");
            return read;
        }
        catch (Exception e) when (Replica.Failed(e, stop))
        {
            Count("replica", "failed");
            return await ReadFresh(work, stop);
        }
    }

    /// <summary>Reads what is so at this moment: for whoever was just told that something changed.</summary>
    public async Task<T> ReadFresh<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken stop
    )
    {
        await using var connection = await Open(stop);
        var read = await work(connection, stop);
        Count("primary", "done");
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        if (Replica is not null)
            await Replica.DisposeAsync();
        await base.DisposeAsync();
    }

    private static void Count(string from, string outcome) =>
        Reads.Add(
            1,
            new KeyValuePair<string, object?>("kind", from),
            new KeyValuePair<string, object?>("outcome", outcome)
        );
}
