using System.Diagnostics.Metrics;

namespace MutualAid.Server.Rounds;

/// <summary>What <c>/metrics</c> tells about rounds.</summary>
internal static class RoundMeter
{
    private static readonly Meter Meter = new("MutualAid");
    private static readonly Counter<long> Rounds = Meter.CreateCounter<long>("mutualaid.rounds");
    private static readonly Counter<long> Pairs = Meter.CreateCounter<long>("mutualaid.round.pairs");
    private static readonly Counter<long> Proposals = Meter.CreateCounter<long>("mutualaid.proposals");
    private static readonly Counter<long> Lapsed = Meter.CreateCounter<long>("mutualaid.lapses");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "mutualaid.round.duration",
        "s"
    );

    /// <summary>Seconds from a look at the change log to the end of the round that took it in.</summary>
    private static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("mutualaid.round.lag", "s");

    public static void Count(RoundFigures figures)
    {
        Rounds.Add(figures.Rounds);
        Pairs.Add(figures.Pairs);
        Proposals.Add(figures.Proposed, new KeyValuePair<string, object?>("outcome", "done"));
        foreach (var (outcome, count) in figures.Refused)
            Proposals.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        Duration.Record((figures.Reading + figures.Solving + figures.Writing).TotalSeconds);
    }

    public static void CountLapses(long lapses) => Lapsed.Add(lapses);

    public static void CountLag(TimeSpan lag) => Lag.Record(lag.TotalSeconds);
}
