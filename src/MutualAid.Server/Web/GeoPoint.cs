using System.Globalization;

namespace MutualAid.Server.Web;

/// <summary>A GeoJSON point (RFC 7946): <c>coordinates</c> are longitude and latitude in degrees, longitude first.</summary>
public sealed record GeoPoint(string? Type, IReadOnlyList<double>? Coordinates)
{
    public static GeoPoint At(double lon, double lat) => new("Point", [lon, lat]);

    /// <summary>The place that was sent; null, with the error added, when it is none.</summary>
    public static Place? Read(FieldErrors errors, string field, GeoPoint? point)
    {
        if (!errors.Check(point is not null, field, "required"))
            return null;
        if (!errors.Check(point!.Type == "Point", $"{field}.type", "point"))
            return null;
        if (!errors.Check(point.Coordinates is { Count: 2 or 3 }, $"{field}.coordinates", "lonLat"))
            return null;
        return Place.Read(errors, $"{field}.coordinates", point.Coordinates![0], point.Coordinates[1]);
    }
}

/// <summary>Longitude and latitude in degrees, WGS 84.</summary>
public readonly record struct Place(double Lon, double Lat)
{
    /// <summary>The place; null, with the error added, when the numbers are none. Numbers that fit the other way round are said so.</summary>
    public static Place? Read(FieldErrors errors, string field, double lon, double lat)
    {
        if (Math.Abs(lon) <= 180 && Math.Abs(lat) <= 90)
            return new Place(lon, lat);
        // NaN and infinities fail both comparisons.
        if (Math.Abs(lat) <= 180 && Math.Abs(lon) <= 90)
            errors.Add(field, "swapped", Degrees(lat), Degrees(lon));
        else
            errors.Add(field, "lonLat");
        return null;
    }

    /// <summary>As an example for an error's text: never in a language's own decimal notation.</summary>
    public static string Degrees(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
