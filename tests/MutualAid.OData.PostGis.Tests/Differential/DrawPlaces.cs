using System.Globalization;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Functions of geography.</summary>
public sealed partial class Draw
{
    private Ex Distance(Place place)
    {
        var one = Property(place, Kind.GeographyPoint);
        var other = Chance(60) ? Literal(Kind.GeographyPoint) : Property(place, Other());
        if (Chance(30))
            (one, other) = (other, one);
        return Named(
            "geo.distance",
            Kind.Double,
            [one, other],
            of =>
                (Shape)of[0] is { Kind: Kind.GeographyPoint } point
                    ? Sphere.Distance(point.Points[0], (Shape)of[1])
                    : Sphere.Distance(((Shape)of[1]).Points[0], (Shape)of[0])
        ) with
        {
            Loose = true,
        };
    }

    private Ex Length(Place place) =>
        Named(
            "geo.length",
            Kind.Double,
            [Chance(70) ? Property(place, Kind.GeographyLineString) : Literal(Kind.GeographyLineString)],
            of => Sphere.Length((Shape)of[0])
        ) with
        {
            Loose = true,
        };

    private Ex Crossing(Place place)
    {
        var (one, other) = random.Next(4) switch
        {
            0 => (Property(place, Kind.GeographyPoint), Literal(Kind.GeographyPolygon)),
            1 => (Literal(Kind.GeographyPoint), Property(place, Kind.GeographyPolygon)),
            2 => (Property(place, Kind.GeographyPolygon), Literal(Kind.GeographyPolygon)),
            _ => (Property(place, Kind.GeographyPolygon), Property(place, Kind.GeographyPoint)),
        };
        // Microsoft's parser knows the point first.
        if (one.Kind == Kind.GeographyPolygon && other.Kind == Kind.GeographyPoint)
            (one, other) = (other, one);
        return Named(
            "geo.intersects",
            Kind.Boolean,
            [one, other],
            of => Sphere.Intersects((Shape)of[0], (Shape)of[1])
        );
    }

    /// <summary>A distance or length against metres, in either order.</summary>
    private Ex Reach(Place place, string sign)
    {
        var measured = Chance(75) ? Distance(place) : Length(place);
        double metres = random.Next(-1, 40) * 500.5;
        bool turned = Chance(25);
        string text = metres.ToString(CultureInfo.InvariantCulture);
        return new Ex(
            turned ? $"{text} {sign} {measured.Text}" : $"{measured.Text} {sign} {text}",
            Kind.Boolean,
            env =>
                turned
                    ? Semantics.Compare(sign, metres, measured.Of(env), true)
                    : Semantics.Compare(sign, measured.Of(env), metres, true)
        );
    }

    private Kind Other() =>
        One([Kind.GeographyPoint, Kind.GeographyPoint, Kind.GeographyLineString, Kind.GeographyPolygon]);
}
