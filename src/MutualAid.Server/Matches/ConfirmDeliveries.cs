using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Matches;

/// <summary>Confirms by the clock what was delivered two days ago and nobody has disputed.</summary>
public sealed class ConfirmDeliveries(ServiceDatabase database) : ISweep
{
    private const int Batch = 500;

    public string Name => "confirm-deliveries";
    public string Cron => "50 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public Task<long> Sweep(DateTimeOffset now, CancellationToken stop) =>
        database.ThroughTheDoor(
            Batch,
            Due,
            "select count(*)::int from match_step(@now, 'confirm', 'clock', null, @ids) where outcome = 'done'",
            now,
            stop
        );

    /// <summary>What is due. <c>@now, @limit</c></summary>
    public const string Due = """
        select id from match
        where status = 'delivered' and delivered_at <= @now - (select setting('confirm_after_hours')) * interval '1 hour'
        order by delivered_at
        limit @limit
        """;
}
