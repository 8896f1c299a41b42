using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Changes;

/// <summary>
/// One reader of the change log for all live pages of this server: while somebody listens it polls, up to the oldest
/// transaction that still runs (an id is handed out before its row is seen, so "greater than the last" would lose the late
/// ones), and wakes those whose request has changed.
/// </summary>
public sealed class ChangeReader(
    ServiceDatabase database,
    Subscriptions subscriptions,
    ILogger<ChangeReader> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private const int Batch = 2_000;

    private readonly SemaphoreSlim starting = new(1);
    private Position? position;

    /// <summary>
    /// Listens for changes of one request. Everything that is committed after this returns will wake the subscription; so
    /// read the present state after it, not before.
    /// </summary>
    /// <exception cref="Web.Refusal">429: this caller, or this server, has as many listeners as it may.</exception>
    public async Task<Subscription> Subscribe(Guid requestId, string caller, CancellationToken stop)
    {
        var subscription = subscriptions.Add(requestId, caller);
        try
        {
            await starting.WaitAsync(stop);
            try
            {
                position ??= await Now(stop);
            }
            finally
            {
                starting.Release();
            }
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await subscriptions.Any(stop);
                if (!await Poll(stop))
                    await Task.Delay(Pause, stop);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                log.LogWarning("the change log cannot be read: {Kind}", e.GetType().Name);
                await Task.Delay(PauseAfterFailure, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // True when there may be more at once.
    private async Task<bool> Poll(CancellationToken stop)
    {
        await starting.WaitAsync(stop);
        try
        {
            // Nobody listens: where the log stands then is of no interest, the next listener starts from its own present.
            if (subscriptions.Count == 0)
                position = null;
            if (position is null)
                return false;
            await using var connection = await database.Open(stop);
            var rows = await connection.Rows<Row>(
                """
                select xid::text, id, request_id from change
                where (xid, id) > (@Xid::xid8, @Id) and xid < pg_snapshot_xmin(pg_current_snapshot())
                order by xid, id limit @Batch
                """,
                new
                {
                    position.Xid,
                    position.Id,
                    Batch,
                },
                stop
            );
            if (rows.Count == 0)
                return false;
            position = new Position(rows[^1].Xid, rows[^1].Id);
            subscriptions.Wake(rows.Select(row => row.RequestId).OfType<Guid>());
            return rows.Count == Batch;
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task<Position> Now(CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        string? xmin = await connection.Value<string>(
            "select pg_snapshot_xmin(pg_current_snapshot())::text",
            null,
            stop
        );
        return new Position(xmin!, 0);
    }

    // The last one that was read: its transaction and its number.
    private sealed record Position(string Xid, long Id);

    private sealed class Row
    {
        public string Xid { get; init; } = "";
        public long Id { get; init; }
        public Guid? RequestId { get; init; }
    }
}
