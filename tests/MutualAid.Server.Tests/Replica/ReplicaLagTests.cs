using MutualAid.Server.Database;

namespace MutualAid.Server.Tests.Replica;

/// <summary>
/// How far a replica is behind at most, from what both said. Seen to fail: by the last commit alone, a quiet primary's first
/// row makes it an hour late; without forgetting what another had reached, one that was made anew counts as close behind.
/// </summary>
public sealed class ReplicaLagTests
{
    private readonly Ticks ticks = new();
    private readonly ReplicaLag lag;

    public ReplicaLagTests() => lag = new ReplicaLag(ticks);

    [Fact]
    public void the_first_row_of_a_primary_that_was_quiet_makes_no_replica_an_hour_late()
    {
        Assert.Equal(0, Look(at: 0, written: 100, replayed: 100, committed: 0));
        Assert.Equal(0, Look(at: 3599, written: 100, replayed: 100, committed: 0));
        Assert.Equal(1, Look(at: 3600, written: 160, replayed: 100, committed: 0));
        Assert.Equal(0, Look(at: 3601, written: 160, replayed: 160, committed: 3600));
    }

    [Fact]
    public void one_that_stands_still_is_behind_since_it_was_last_seen_abreast_and_less_with_each_row_that_it_replays()
    {
        Look(at: 0, written: 100, replayed: 100, committed: 0);
        for (int at = 1; at <= 20; at++)
            Assert.Equal(at, Look(at, written: 100 + at, replayed: 100, committed: -5));
        Assert.Equal(6, Look(at: 21, written: 121, replayed: 115, committed: -5));
        Assert.Equal(2, Look(at: 22, written: 122, replayed: 118, committed: 20));
        Assert.Equal(0, Look(at: 23, written: 122, replayed: 122, committed: 22));
    }

    [Fact]
    public void one_of_which_nothing_was_seen_before_is_as_late_as_its_last_commit_and_without_one_nobody_knows()
    {
        Assert.Equal(4, Look(at: 10, written: 200, replayed: 100, committed: 6));
        Assert.Null(new ReplicaLag(ticks).Behind(Here(10, 200), There(100, null)));
        Assert.Null(new ReplicaLag(ticks).Behind(Here(10, 200), There(null, null)));
    }

    [Fact]
    public void one_that_was_made_anew_from_an_old_copy_does_not_profit_from_what_the_one_before_it_had_reached()
    {
        Look(at: 0, written: 500, replayed: 500, committed: 0);
        Assert.Equal(901, Look(at: 1, written: 501, replayed: 100, committed: -900));
    }

    private double? Look(int at, long written, long replayed, int committed) =>
        lag.Behind(Here(at, written), There(replayed, committed))?.TotalSeconds;

    private PrimarySeen Here(int at, long written)
    {
        ticks.Now = at * TimeSpan.TicksPerSecond;
        return new PrimarySeen
        {
            Position = written,
            Now = FakeClock.Start.AddSeconds(at),
            Asked = ticks.Now,
        };
    }

    private static ReplicaSeen There(long? replayed, int? committed) =>
        new()
        {
            Recovering = true,
            Position = replayed,
            ReplayedAt = committed is { } at ? FakeClock.Start.AddSeconds(at) : null,
        };

    private sealed class Ticks : TimeProvider
    {
        public long Now { get; set; }
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
