namespace MutualAid.Seed.Simulation;

/// <summary>
/// How people answer. Every draw hangs on who is asked for what alone, never on when or in which order: policies that ask the
/// same get the same (common random numbers), so that their difference is not noise.
/// </summary>
internal sealed class Answers(long seed)
{
    /// <summary>Share of askings that are not looked at before they lapse.</summary>
    public const double SilentShare = 0.3;

    /// <summary>Seconds that nobody answers faster than.</summary>
    public const double FastestSeconds = 60;

    private const double MeanFurtherSeconds = 480;

    /// <summary>Whether they do not look at this asking at all.</summary>
    /// <param name="first">The trip's first need.</param>
    /// <param name="attempt">How often this giver was asked for that one before.</param>
    public bool Silent(Giver giver, Need first, int attempt) =>
        Draw(1, giver.Number, first.Number, attempt) < SilentShare;

    /// <summary>Seconds until they answer: 1 minute and an exponential rest of 8 minutes on average.</summary>
    public double DelaySeconds(Giver giver, Need first, int attempt) =>
        FastestSeconds - MeanFurtherSeconds * Math.Log(1 - Draw(2, giver.Number, first.Number, attempt));

    /// <summary>Whether they say yes to this need when they look: fixed for the pair.</summary>
    public bool Willing(Giver giver, Need need) =>
        Draw(3, giver.Number, need.Number, 0) < giver.Acceptance / (1 - SilentShare);

    // splitmix64's finaliser over the mixed key, to 53 bits.
    private double Draw(int kind, int giver, int need, int attempt)
    {
        ulong x = (ulong)seed * 0x9E3779B97F4A7C15;
        foreach (int part in (ReadOnlySpan<int>)[kind, giver, need, attempt])
        {
            x += (ulong)part + 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
        }
        return (x >> 11) * (1.0 / (1UL << 53));
    }
}
