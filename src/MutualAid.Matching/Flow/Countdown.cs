namespace MutualAid.Matching.Flow;

/// <summary>Whether a deadline has passed; asks the clock only now and then, since a search may take less than the asking.</summary>
internal sealed class Countdown(FlowOptions options)
{
    private const int Searches = 64;
    private readonly long start = options.Time.GetTimestamp();
    private int until;
    private bool past;

    /// <summary>Whether so much of the time has gone, 0 to 1, that what comes after had better begin.</summary>
    public bool Spent(double share) =>
        options.Deadline is { } deadline && options.Time.GetElapsedTime(start) > deadline * share;

    /// <summary>Whether it is time to stop.</summary>
    public bool Past
    {
        get
        {
            if (past || options.Deadline is not { } deadline || until-- > 0)
                return past;
            until = Searches - 1;
            return past = options.Time.GetElapsedTime(start) > deadline;
        }
    }
}
