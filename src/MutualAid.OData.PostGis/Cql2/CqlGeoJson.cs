using System.Text.Json;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>Reads a geometry in CQL2 JSON: GeoJSON, its coordinates in the filter's own system.</summary>
internal static class CqlGeoJson
{
    public static CqlShape Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new CqlException(CqlFault.Geometry, 1, "type");
        string type =
            json.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String
                ? named.GetString()!.ToUpperInvariant()
                : "";
        if (!CqlWkt.Names.Contains(type) || type == CqlWkt.Box)
            throw new CqlException(CqlFault.Geometry, 1, "type");
        if (type == "GEOMETRYCOLLECTION")
            return new CqlShape(type, [], [.. List(json, "geometries").EnumerateArray().Select(Read)], 1);
        return Shape(type, List(json, "coordinates"));
    }

    public static IReadOnlyList<double> Numbers(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(one => one.GetDouble())]
            : throw new CqlException(CqlFault.Geometry, 1, "coordinates");

    private static CqlShape Shape(string type, JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array)
            throw new CqlException(CqlFault.Geometry, 1, "coordinates");
        if (type == "POINT")
            return new CqlShape(type, [Position(coordinates)], [], 1);
        return CqlShape.PartOf(type) is { } part
            ? new CqlShape(type, [], [.. coordinates.EnumerateArray().Select(one => Shape(part, one))], 1)
            : new CqlShape(type, [.. coordinates.EnumerateArray().Select(Position)], [], 1);
    }

    private static CqlPosition Position(JsonElement json) =>
        Numbers(json) is { Count: 2 or 3 } numbers
            ? new CqlPosition(numbers[0], numbers[1])
            : throw new CqlException(CqlFault.Geometry, 1, "coordinates");

    private static JsonElement List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list
            : throw new CqlException(CqlFault.Geometry, 1, name);
}
