using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Offers;

/// <summary>Ends offers whose time is over; their open proposals go back, what is promised stays promised.</summary>
public sealed class RetireOffers(ServiceDatabase database) : ISweep
{
    private const int Batch = 200;

    public string Name => "retire-offers";
    public string Cron => "20 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public Task<long> Sweep(DateTimeOffset now, CancellationToken stop) =>
        database.ThroughTheDoor(
            Batch,
            Due,
            "select count(*)::int from offer_close(@now, @ids, 'ended', 'offerEnded')",
            now,
            stop
        );

    /// <summary>What is due. <c>@now, @limit</c></summary>
    public const string Due = """
        select id from offer
        where status in ('active', 'paused') and available_until <= @now and not one_time
        order by available_until
        limit @limit
        """;
}
