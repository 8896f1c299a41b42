using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Matches;

/// <summary>
/// Tells givers and receivers of matches that the service took back, where the act that did so did not tell them itself: a
/// request closed or hidden, an account suspended or erased.
/// </summary>
public sealed class TellCalledOff(ServiceDatabase database, MatchMessages messages) : ISweep
{
    public string Name => "tell-called-off";
    public string Cron => "40 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long told = await database.InBatches(500, connection => messages.CalledOff(connection, stop), stop);
        if (told > 0)
            messages.Wake();
        return told;
    }
}
