using System.Diagnostics.Metrics;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// Looks at the replica every second and says so, once, when public reading goes to the primary and when it comes back. While
/// the primary does not answer, what was seen last stands: nothing is written then that a replica could be behind of, and
/// reading from it is better than not reading.
/// </summary>
public sealed class ReplicaWatch : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly PublicDatabase primary;
    private readonly Replica replica;
    private readonly ReplicaLag lag;
    private readonly TimeProvider time;
    private readonly TimeSpan most;
    private readonly Meter meter;

    public ReplicaWatch(
        PublicDatabase database,
        Settings settings,
        TimeProvider time,
        ILogger<ReplicaWatch> log
    )
    {
        primary = database;
        replica = database.Replica!;
        this.time = time;
        lag = new ReplicaLag(time);
        most = settings.PublicLag;
        meter = ReplicaMeter.Measure(replica);
        replica.Changed = (before, why) =>
        {
            if (replica.Standing.State == ReplicaState.Good)
                log.LogInformation("public reading goes to the replica");
            else if (before is ReplicaState.Good or ReplicaState.Unknown)
                log.LogWarning(
                    "public reading goes to the primary, the replica is {State}: {Why}",
                    replica.Standing.State,
                    why
                );
            else
                log.LogWarning("the replica is {State}: {Why}", replica.Standing.State, why);
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Once(stoppingToken);
            await Task.Delay(Look, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        GC.SuppressFinalize(this);
        meter.Dispose();
        base.Dispose();
    }

    private async Task Once(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        ReplicaSeen there;
        try
        {
            await using var connection = await replica.Beside.Open(limit.Token);
            there = await ReplicaSeen.On(connection, limit.Token);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            replica.Judge(ReplicaState.Older, null, "it does not say which migrations it has");
            return;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            replica.Beside.ForgetSessions();
            replica.Judge(
                ReplicaState.Away,
                null,
                (e as PostgresException)?.SqlState ?? (e.InnerException ?? e).GetType().Name
            );
            return;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        // After the replica: what it has replayed can then not be ahead of what is written here.
        if (await Here(stop) is { } here)
            Judge(here, there);
    }

    private async Task<PrimarySeen?> Here(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            await using var connection = await primary.Open(limit.Token);
            return await PrimarySeen.On(connection, time, limit.Token);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Judge(PrimarySeen here, ReplicaSeen there)
    {
        // The setting may lead to the primary itself, or to a pooler before it.
        bool same = !there.Recovering && there.StartedAt == here.StartedAt;
        if (!same && (!there.Recovering || there.Cluster != here.Cluster || there.Position > here.Position))
        {
            replica.Judge(ReplicaState.Foreign, null, "it does not follow this primary");
            return;
        }
        if (there.Missing is { } missing)
        {
            replica.Judge(ReplicaState.Older, null, $"it lacks migration {missing}");
            return;
        }
        var behind = same ? TimeSpan.Zero : lag.Behind(here, there);
        // Half, for one that comes back: else it would go to and fro on the bound.
        var bound = replica.Standing.State == ReplicaState.Good ? most : most / 2;
        replica.Judge(
            behind <= bound ? ReplicaState.Good : ReplicaState.Lagging,
            behind,
            behind is { } known
                ? $"behind by up to {known.TotalSeconds:0.0} s"
                : "nobody knows how far behind"
        );
    }
}
