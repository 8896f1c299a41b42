namespace MutualAid.Server.Jobs;

/// <summary>
/// Work that comes round by the clock. A sweep looks for what is due and does it, in transactions of less than a second: so
/// it is right when it runs twice, late, never, or on two servers at once.
/// </summary>
public interface ISweep
{
    /// <summary>As <c>./run sweep NAME</c> calls it.</summary>
    string Name { get; }

    /// <summary>When: a Quartz cron expression, in UTC; half a minute apart at least.</summary>
    string Cron { get; }

    /// <summary>Longer than this without a run is told to whoever watches.</summary>
    TimeSpan LateAfter { get; }

    /// <summary>Does what is due at this moment; returns the rows done.</summary>
    Task<long> Sweep(DateTimeOffset now, CancellationToken stop);
}
