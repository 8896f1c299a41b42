using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>What every policy keeps to, as the service does.</summary>
internal static class Rules
{
    private static readonly PlanOptions Plan = new();

    /// <summary>Matches that one trip has at most.</summary>
    public const int MatchesATrip = 5;

    /// <summary>Metres: every stop of a trip lies so near the first one.</summary>
    public static readonly double TripMetres = Plan.TripRadius;

    /// <summary>Seconds that a giver is left in peace after saying no, or nothing.</summary>
    public const double QuietSeconds = 1_800;

    /// <summary>Trips that one giver is asked for in 7 days.</summary>
    public const int TripsAWeek = 40;

    /// <summary>Seconds at a door.</summary>
    public const double StopSeconds = 300;

    /// <summary>Seconds between two looks for something to plan.</summary>
    public const double RoundSeconds = 120;

    /// <summary>Seconds between two counts of what each ward lacks.</summary>
    public const double DeficitSeconds = 600;

    /// <summary>An urgent need is asked of further givers until one says yes so surely.</summary>
    public static readonly double UrgentCertainty = Plan.UrgentCertainty;

    /// <summary>What is believed of a giver who has not been asked yet, and how many asks that belief is worth.</summary>
    public const double PriorAcceptance = 0.32;
    public const double PriorAsks = 5;
}
