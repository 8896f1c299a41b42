using System.Diagnostics.Metrics;

namespace MutualAid.Server.Accounts;

/// <summary>What <c>/metrics</c> tells about looks at private data.</summary>
internal static class PrivateViewMeter
{
    private static readonly Meter Meter = new("MutualAid");
    private static readonly Counter<long> Views = Meter.CreateCounter<long>("mutualaid.private_views");
    private static readonly Counter<long> Raised = Meter.CreateCounter<long>("mutualaid.harvesting_raised");

    public static void CountShown() => Count("shown");

    public static void CountRefused() => Count("refused");

    public static void CountRaised() => Raised.Add(1);

    private static void Count(string outcome) =>
        Views.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
