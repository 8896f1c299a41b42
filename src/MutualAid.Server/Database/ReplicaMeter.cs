using System.Diagnostics.Metrics;

namespace MutualAid.Server.Database;

/// <summary>What <c>/metrics</c> tells about the replica: 1 at the state that it is in, and how far it is behind at most.</summary>
internal static class ReplicaMeter
{
    /// <returns>What to end with the service: else its state is told on beside the next one's in the same process.</returns>
    public static Meter Measure(Replica replica)
    {
        var meter = new Meter("MutualAid");
        meter.CreateObservableGauge(
            "mutualaid.replica",
            () =>
                Enum.GetValues<ReplicaState>()
                    .Select(state => new Measurement<int>(
                        replica.Standing.State == state ? 1 : 0,
                        new KeyValuePair<string, object?>("state", Named(state))
                    ))
        );
        meter.CreateObservableGauge(
            "mutualaid.replica.behind",
            () =>
                replica.Standing.Behind is { } behind
                    ? [new Measurement<double>(behind.TotalSeconds)]
                    : Array.Empty<Measurement<double>>(),
            "s"
        );
        return meter;
    }

    public static string Named(ReplicaState state) =>
        state switch
        {
            ReplicaState.Good => "good",
            ReplicaState.Lagging => "lagging",
            ReplicaState.Older => "older",
            ReplicaState.Foreign => "foreign",
            ReplicaState.Away => "away",
            _ => "unknown",
        };
}
