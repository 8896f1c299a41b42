namespace MutualAid.Matching;

/// <summary>Places as points in space, for trees: neither the antimeridian nor the poles are special there.</summary>
internal static class UnitSphere
{
    // A sphere's metres are up to 0.6 % longer than the spheroid's (6,371 km against 6,335 km along a meridian at the
    // equator): what is ruled out by a sphere needs so much room.
    private const double Shorter = 0.99;

    public readonly record struct Point(double X, double Y, double Z)
    {
        /// <summary>One of the three, 0 to 2 for x, y, z.</summary>
        public double Along(int axis) =>
            axis switch
            {
                0 => X,
                1 => Y,
                _ => Z,
            };
    }

    public static Point At(double longitude, double latitude)
    {
        var (sinEast, cosEast) = Math.SinCos(double.DegreesToRadians(longitude));
        var (sinNorth, cosNorth) = Math.SinCos(double.DegreesToRadians(latitude));
        return new Point(cosNorth * cosEast, cosNorth * sinEast, sinNorth);
    }

    /// <summary>Metres that two places are apart at least, whose points are joined by a straight line so long.</summary>
    public static double LeastMetres(double chord) => Sphere.ChordMetres(chord) * Shorter;

    /// <summary>How long the line is at most between two places so many metres apart.</summary>
    public static double MostChord(double metres) => Sphere.Chord(metres / Shorter);
}

/// <summary>
/// All within so many metres of a place. A few too many rather than one too few: room for the spheroid, and a millimetre for
/// rounding.
/// </summary>
internal readonly struct Cap(UnitSphere.Point centre, double metres)
{
    private readonly double chord = UnitSphere.MostChord(metres + 1e-3);

    public UnitSphere.Point Centre => centre;

    public bool MayHold(in Box box) => box.Square(centre) <= chord * chord;

    public bool MayHold(UnitSphere.Point point)
    {
        var (x, y, z) = (point.X - centre.X, point.Y - centre.Y, point.Z - centre.Z);
        return x * x + y * y + z * z <= chord * chord;
    }
}

/// <summary>The smallest box around some points, to tell how far a place is from all of them at least.</summary>
internal struct Box()
{
    public UnitSphere.Point Least = new(double.MaxValue, double.MaxValue, double.MaxValue);
    public UnitSphere.Point Greatest = new(double.MinValue, double.MinValue, double.MinValue);

    public void Add(UnitSphere.Point point)
    {
        Least = new(Math.Min(Least.X, point.X), Math.Min(Least.Y, point.Y), Math.Min(Least.Z, point.Z));
        Greatest = new(
            Math.Max(Greatest.X, point.X),
            Math.Max(Greatest.Y, point.Y),
            Math.Max(Greatest.Z, point.Z)
        );
    }

    /// <summary>The straight line from a point to the nearest that could be in the box, squared; 0 inside.</summary>
    public readonly double Square(UnitSphere.Point from)
    {
        double x = Math.Max(0, Math.Max(Least.X - from.X, from.X - Greatest.X));
        double y = Math.Max(0, Math.Max(Least.Y - from.Y, from.Y - Greatest.Y));
        double z = Math.Max(0, Math.Max(Least.Z - from.Z, from.Z - Greatest.Z));
        return x * x + y * y + z * z;
    }

    /// <summary>Metres from a point to whatever is in the box, at least; 0 inside.</summary>
    public readonly double LeastMetres(UnitSphere.Point from) =>
        UnitSphere.LeastMetres(Math.Sqrt(Square(from)));

    /// <summary>The widest side, 0 to 2 for x, y, z, and its middle.</summary>
    public readonly (int Axis, double Middle) Halves()
    {
        double x = Greatest.X - Least.X;
        double y = Greatest.Y - Least.Y;
        double z = Greatest.Z - Least.Z;
        return x >= y && x >= z ? (0, Least.X + x / 2)
            : y >= z ? (1, Least.Y + y / 2)
            : (2, Least.Z + z / 2);
    }
}
