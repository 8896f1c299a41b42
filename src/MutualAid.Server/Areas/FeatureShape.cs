using System.Text.Json;
using NetTopologySuite.Geometries;

namespace MutualAid.Server.Areas;

/// <summary>The polygons of a feature. Rings that were left open are closed; everything else is PostGIS's to repair.</summary>
internal static class FeatureShape
{
    private static readonly GeometryFactory Factory = new(new PrecisionModel(), 4326);

    /// <exception cref="FormatException">What is wrong with the geometry, to be put after "feature N".</exception>
    public static MultiPolygon Read(JsonElement feature)
    {
        if (
            !feature.TryGetProperty("geometry", out var geometry)
            || geometry.ValueKind != JsonValueKind.Object
        )
            throw new FormatException("has no geometry");
        string? type = geometry.TryGetProperty("type", out var t) ? t.GetString() : null;
        if (!geometry.TryGetProperty("coordinates", out var coordinates))
            throw new FormatException("has a geometry without coordinates");
        return type switch
        {
            "Polygon" => Factory.CreateMultiPolygon([Polygon(coordinates)]),
            "MultiPolygon" => Factory.CreateMultiPolygon([.. Items(coordinates).Select(Polygon)]),
            _ => throw new FormatException(
                $"is a {type ?? "thing without type"}: areas are Polygon or MultiPolygon"
            ),
        };
    }

    private static Polygon Polygon(JsonElement rings)
    {
        var read = Items(rings).Select(Ring).ToArray();
        return read.Length > 0
            ? Factory.CreatePolygon(read[0], read[1..])
            : throw new FormatException("has a polygon without rings");
    }

    private static LinearRing Ring(JsonElement positions)
    {
        var ring = Items(positions).Select(Position).ToList();
        if (ring.Count > 0 && !ring[0].Equals2D(ring[^1]))
            ring.Add(ring[0].Copy());
        return ring.Count >= 4
            ? Factory.CreateLinearRing([.. ring])
            : throw new FormatException("has a ring of fewer than three points");
    }

    private static Coordinate Position(JsonElement position)
    {
        var numbers = Items(position).ToArray();
        if (
            numbers.Length < 2
            || numbers[0].ValueKind != JsonValueKind.Number
            || numbers[1].ValueKind != JsonValueKind.Number
        )
            throw new FormatException($"has a position that is not two numbers: {position.GetRawText()}");
        double lon = numbers[0].GetDouble();
        double lat = numbers[1].GetDouble();
        if (Math.Abs(lon) <= 180 && Math.Abs(lat) <= 90)
            return new Coordinate(lon, lat);
        throw new FormatException(
            Math.Abs(lon) <= 90 && Math.Abs(lat) <= 180
                ? $"has the position [{lon}, {lat}]: that is latitude first; GeoJSON has longitude first. Swap them (PostGIS: ST_FlipCoordinates)"
                : $"has the position [{lon}, {lat}]: that is no longitude and latitude but a projected coordinate. Convert the file: ogr2ogr -t_srs EPSG:4326 -lco RFC7946=YES new.geojson FILE"
        );
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw new FormatException("has coordinates that are not lists of lists of positions");
}
