using MutualAid.Server.Teams.Queues;

namespace MutualAid.Server.Tests.Teams;

public sealed class WalkTests
{
    [Fact]
    public void a_walk_calls_at_each_door_once_and_is_never_longer_than_from_nearest_to_nearest()
    {
        int seed = Seeds.Of("MUTUALAID_WALK_SEED");
        var random = new Random(seed);
        int shorter = 0;
        for (int round = 0; round < 300; round++)
        {
            // Some doors at one place: a block of flats.
            var doors = Enumerable
                .Range(0, random.Next(0, 61))
                .Select(_ => (105.8 + random.Next(40) / 1000.0, 21.0 + random.Next(40) / 1000.0))
                .ToList();
            (double, double)? start =
                random.Next(2) == 0
                    ? null
                    : (105.8 + random.NextDouble() / 10, 21 + random.NextDouble() / 10);
            int[] walk = Walk.Order(doors, start);
            Assert.Equal(Enumerable.Range(0, doors.Count), walk.Order());
            if (start is null && doors.Count > 0)
                Assert.Equal(0, walk[0]);
            double nearest = Walk.Length(doors, Walk.Nearest(doors, start), start);
            double length = Walk.Length(doors, walk, start);
            Assert.True(length <= nearest + 1e-6, $"{length} m after {nearest} m, seed {seed}");
            if (length < nearest - 1)
                shorter++;
        }
        Assert.True(shorter > 100, $"shorter in {shorter} of 300: the second step does nothing");
    }

    [Fact]
    public void a_crossing_is_walked_round()
    {
        (double, double)[] square = [(0, 0), (0.01, 0.011), (0.01, 0), (0, 0.011)];
        Assert.InRange(Walk.Length(square, Walk.Order(square)), 3000, 3500);
        Assert.InRange(Walk.Metres((105.85, 21.03), (105.85, 21.04)), 1111, 1113);
    }
}
