using System.Globalization;

namespace MutualAid.OData.PostGis.Tests;

/// <summary>Degrees.</summary>
public readonly record struct Position(double Longitude, double Latitude);

/// <summary>A point, a line, or a polygon of one ring.</summary>
public sealed record Shape(Kind Kind, IReadOnlyList<Position> Points)
{
    public static Shape Of(Position position) => new(Kind.GeographyPoint, [position]);

    public static Shape Line(params IReadOnlyList<Position> points) => new(Kind.GeographyLineString, points);

    /// <summary>A polygon with <paramref name="corners"/> corners about a place.</summary>
    public static Shape Around(Position centre, double degrees, int corners)
    {
        var points = new List<Position>();
        for (int at = 0; at < corners; at++)
        {
            double angle = (at * 2 * Math.PI / corners) + 0.3;
            points.Add(
                new Position(
                    Math.Round(centre.Longitude + (degrees * Math.Cos(angle)), 6),
                    Math.Round(centre.Latitude + (degrees * Math.Sin(angle)), 6)
                )
            );
        }
        points.Add(points[0]);
        return new Shape(Kind.GeographyPolygon, points);
    }

    public string Text =>
        Kind switch
        {
            Kind.GeographyPoint => $"Point({Positions})",
            Kind.GeographyLineString => $"LineString({Positions})",
            _ => $"Polygon(({Positions}))",
        };

    public bool Equals(Shape? other) =>
        other is not null && Kind == other.Kind && Points.SequenceEqual(other.Points);

    public override int GetHashCode() => Points[0].GetHashCode();

    private string Positions =>
        string.Join(
            ",",
            Points.Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{point.Longitude} {point.Latitude}")
            )
        );
}
