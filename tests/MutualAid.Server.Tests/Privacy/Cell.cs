namespace MutualAid.Server.Tests.Privacy;

/// <summary>A cell of the grid that keeps places private, in degrees: as the migration computes it, written down a second time.</summary>
internal sealed record Cell(double West, double South, double East, double North)
{
    private const double MetresADegree = 111_320;

    // A tenth of a metre: inside, whatever the last digits of a cosine are.
    private const double Inset = 1e-6;

    /// <summary>The cell of a point; <paramref name="metres"/> high and wide.</summary>
    public static Cell Of(double lon, double lat, int metres = 250)
    {
        double height = metres / MetresADegree;
        double south = Math.Floor(lat / height) * height;
        double width = height / Math.Cos((south + height / 2) * Math.PI / 180);
        double west = Math.Floor(lon / width) * width;
        return new Cell(west, south, west + width, south + height);
    }

    /// <summary>The point so far from west to east and from south to north, each 0 to 1.</summary>
    public (double Lon, double Lat) At(double east, double north) =>
        (
            West + Inset + east * (East - West - 2 * Inset),
            South + Inset + north * (North - South - 2 * Inset)
        );

    public (double Lon, double Lat) Centre => At(0.5, 0.5);

    /// <summary>The cell so many cells further east.</summary>
    public Cell Further(int east) =>
        this with
        {
            West = West + east * (East - West),
            East = East + east * (East - West),
        };

    /// <summary>Metres between the centres, on a plane: good to a metre over a few kilometres.</summary>
    public double MetresTo(Cell other)
    {
        double x = (Centre.Lon - other.Centre.Lon) * Math.Cos(Centre.Lat * Math.PI / 180);
        double y = Centre.Lat - other.Centre.Lat;
        return Math.Sqrt(x * x + y * y) * MetresADegree;
    }
}
