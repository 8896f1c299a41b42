using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>
/// A grid of cells with crooked borders that tile exactly: every corner and every border is drawn once and both neighbours
/// use the same coordinates, so there is neither a gap nor an overlap, whatever rounding does.
/// </summary>
internal sealed class JitteredGrid
{
    private const int Halvings = 3;
    private readonly Coordinate[,] corners;
    private readonly Coordinate[,][] eastward;
    private readonly Coordinate[,][] northward;

    /// <param name="halfWidth">Degrees of longitude from the centre to the edge.</param>
    /// <param name="halfHeight">Degrees of latitude.</param>
    public JitteredGrid(
        Coordinate centre,
        double halfWidth,
        double halfHeight,
        int columns,
        int rows,
        Dice dice
    )
    {
        double[] xs = Ticks(centre.X, halfWidth, columns);
        double[] ys = Ticks(centre.Y, halfHeight, rows);
        corners = new Coordinate[columns + 1, rows + 1];
        for (int i = 0; i <= columns; i++)
        for (int j = 0; j <= rows; j++)
            corners[i, j] = At(xs[i] + Shake(xs, i, dice), ys[j] + Shake(ys, j, dice));

        eastward = new Coordinate[columns, rows + 1][];
        northward = new Coordinate[columns + 1, rows][];
        for (int i = 0; i <= columns; i++)
        {
            for (int j = 0; j <= rows; j++)
            {
                if (i < columns)
                    eastward[i, j] = Crooked(corners[i, j], corners[i + 1, j], dice);
                if (j < rows)
                    northward[i, j] = Crooked(corners[i, j], corners[i, j + 1], dice);
            }
        }
    }

    /// <summary>The ring of one cell, counter-clockwise as RFC 7946 has it.</summary>
    public Polygon Cell(int column, int row)
    {
        Coordinate[] ring =
        [
            .. eastward[column, row],
            .. northward[column + 1, row][1..],
            .. eastward[column, row + 1].Reverse().Skip(1),
            .. northward[column, row].Reverse().Skip(1),
        ];
        return Wgs84.Factory.CreatePolygon(ring);
    }

    // Cells grow outwards, as the wards of a city do.
    private static double[] Ticks(double centre, double half, int count)
    {
        var ticks = new double[count + 1];
        for (int i = 0; i <= count; i++)
        {
            double u = 2.0 * i / count - 1;
            ticks[i] = centre + Math.Sign(u) * Math.Pow(Math.Abs(u), 1.4) * half;
        }
        return ticks;
    }

    private static double Shake(double[] ticks, int i, Dice dice)
    {
        double before = i > 0 ? ticks[i] - ticks[i - 1] : double.MaxValue;
        double after = i < ticks.Length - 1 ? ticks[i + 1] - ticks[i] : double.MaxValue;
        return dice.Between(-0.2, 0.2) * Math.Min(before, after);
    }

    // Midpoint displacement: small enough (a tenth of the length in all) that borders never meet between their corners.
    private static Coordinate[] Crooked(Coordinate from, Coordinate to, Dice dice)
    {
        List<Coordinate> line = [from, to];
        for (int step = 0; step < Halvings; step++)
        {
            List<Coordinate> finer = [line[0]];
            for (int k = 1; k < line.Count; k++)
            {
                var (a, b) = (line[k - 1], line[k]);
                double aside = dice.Between(-0.07, 0.07);
                finer.Add(At((a.X + b.X) / 2 - aside * (b.Y - a.Y), (a.Y + b.Y) / 2 + aside * (b.X - a.X)));
                finer.Add(b);
            }
            line = finer;
        }
        return [.. line];
    }

    private static Coordinate At(double lon, double lat) => new(Math.Round(lon, 6), Math.Round(lat, 6));
}
