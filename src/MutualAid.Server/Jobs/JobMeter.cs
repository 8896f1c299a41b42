using System.Diagnostics.Metrics;

namespace MutualAid.Server.Jobs;

/// <summary>What <c>/metrics</c> tells about sweeps.</summary>
internal static class JobMeter
{
    private static readonly Meter Meter = new("MutualAid");
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("mutualaid.job.runs");
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("mutualaid.job.rows");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "mutualaid.job.duration",
        "s"
    );
    private static readonly Counter<long> Freed = Meter.CreateCounter<long>("mutualaid.job.triggers_freed");
    private static readonly Counter<long> Differences = Meter.CreateCounter<long>(
        "mutualaid.count_differences"
    );

    public static void Count(string job, string outcome, long rows, TimeSpan took)
    {
        var tag = new KeyValuePair<string, object?>("job", job);
        Runs.Add(1, tag, new KeyValuePair<string, object?>("outcome", outcome));
        Rows.Add(rows, tag);
        Duration.Record(took.TotalSeconds, tag);
    }

    public static void CountFreed(string job) => Freed.Add(1, new KeyValuePair<string, object?>("job", job));

    public static void CountDifferences(int differences) => Differences.Add(differences);
}
