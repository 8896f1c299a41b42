namespace MutualAid.Server.Teams.Queues;

/// <summary>In which order to call at doors on foot: a short way past all of them that need not come back.</summary>
/// <remarks>Metres as the crow flies. For the sixty doors of a sheet two simple steps come within a few per cent of the shortest.</remarks>
public static class Walk
{
    private const double Earth = 6_371_008.8;

    /// <param name="doors">Degrees.</param>
    /// <param name="start">Where somebody sets out; null: at the first door.</param>
    /// <returns>Which door is first, second …: each once.</returns>
    public static int[] Order(
        IReadOnlyList<(double Lon, double Lat)> doors,
        (double Lon, double Lat)? start = null
    )
    {
        int[] order = Nearest(doors, start);
        // Two crossings become none: a stretch of the way is walked the other way round, as long as that is shorter.
        bool shorter = true;
        while (shorter)
        {
            shorter = false;
            for (int from = start is null ? 1 : 0; from < order.Length - 1; from++)
            for (int to = from + 1; to < order.Length; to++)
                if (Saved(doors, start, order, from, to) > 1e-6)
                {
                    Array.Reverse(order, from, to - from + 1);
                    shorter = true;
                }
        }
        return order;
    }

    /// <summary>From each door to the one that is nearest of those left.</summary>
    public static int[] Nearest(
        IReadOnlyList<(double Lon, double Lat)> doors,
        (double Lon, double Lat)? start = null
    )
    {
        var left = Enumerable.Range(0, doors.Count).ToList();
        var order = new List<int>(doors.Count);
        var at = start;
        while (left.Count > 0)
        {
            int next = at is { } here ? left.MinBy(door => Metres(here, doors[door])) : left[0];
            left.Remove(next);
            order.Add(next);
            at = doors[next];
        }
        return [.. order];
    }

    /// <summary>How long the way is, in metres.</summary>
    public static double Length(
        IReadOnlyList<(double Lon, double Lat)> doors,
        IReadOnlyList<int> order,
        (double Lon, double Lat)? start = null
    )
    {
        double metres = start is { } from && order.Count > 0 ? Metres(from, doors[order[0]]) : 0;
        for (int i = 1; i < order.Count; i++)
            metres += Metres(doors[order[i - 1]], doors[order[i]]);
        return metres;
    }

    private static double Saved(
        IReadOnlyList<(double Lon, double Lat)> doors,
        (double Lon, double Lat)? start,
        int[] order,
        int from,
        int to
    )
    {
        (double, double)? before = from > 0 ? doors[order[from - 1]] : start;
        (double, double)? after = to + 1 < order.Length ? doors[order[to + 1]] : null;
        var (first, last) = (doors[order[from]], doors[order[to]]);
        return Between(before, first) + Between(last, after) - Between(before, last) - Between(first, after);
    }

    private static double Between((double, double)? one, (double, double)? other) =>
        one is { } from && other is { } to ? Metres(from, to) : 0;

    /// <summary>Metres on the sphere, degrees in.</summary>
    public static double Metres((double Lon, double Lat) from, (double Lon, double Lat) to)
    {
        double north = double.DegreesToRadians(to.Lat - from.Lat);
        double east = double.DegreesToRadians(to.Lon - from.Lon);
        double half =
            Math.Pow(Math.Sin(north / 2), 2)
            + Math.Cos(double.DegreesToRadians(from.Lat))
                * Math.Cos(double.DegreesToRadians(to.Lat))
                * Math.Pow(Math.Sin(east / 2), 2);
        return 2 * Earth * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }
}
