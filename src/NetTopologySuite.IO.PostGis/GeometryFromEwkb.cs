using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>Builds geometries, and the geometries in them, out of a source's bytes.</summary>
internal readonly record struct GeometryFromEwkb(GeometryFactory Factory, EwkbCoordinates Coordinates)
{
    /// <summary>Geometries within geometries: PostGIS itself goes no deeper, and no stack overflows.</summary>
    public const int MaxDepth = 200;

    // A part has a header of 5 bytes and a count (a point, more); a ring is only a count.
    private const int LeastPartBytes = 9;
    private const int LeastRingBytes = 4;

    // A claimed number of parts is given this much room beforehand; beyond, the list grows with what is read.
    private const int BelievedParts = 64;

    public Geometry Read(ref EwkbSource source, EwkbHeader header, int depth) =>
        header.Type switch
        {
            EwkbType.Point => Factory.CreatePoint(Coordinates.ReadOne(ref source, header)),
            EwkbType.LineString => ReadLine(ref source, header),
            EwkbType.Polygon => ReadPolygon(ref source, header),
            EwkbType.MultiPoint => Factory.CreateMultiPoint(ReadParts<Point>(ref source, header, depth)),
            EwkbType.MultiLineString => Factory.CreateMultiLineString(
                ReadParts<LineString>(ref source, header, depth)
            ),
            EwkbType.MultiPolygon => Factory.CreateMultiPolygon(
                ReadParts<Polygon>(ref source, header, depth)
            ),
            _ => Factory.CreateGeometryCollection(ReadParts<Geometry>(ref source, header, depth)),
        };

    private LineString ReadLine(ref EwkbSource source, EwkbHeader header)
    {
        var run = Coordinates.ReadRun(ref source, header);
        try
        {
            return Factory.CreateLineString(run);
        }
        catch (ArgumentException refusal)
        {
            throw new ParseException($"The line is none: {refusal.Message}", refusal);
        }
    }

    private Polygon ReadPolygon(ref EwkbSource source, EwkbHeader header)
    {
        var count = source.ReadCount(LeastRingBytes);
        if (count == 0)
            return Factory.CreatePolygon(Factory.CreateLinearRing(Coordinates.Empty(header)));
        try
        {
            var shell = Factory.CreateLinearRing(Coordinates.ReadRun(ref source, header));
            if (count == 1)
                return Factory.CreatePolygon(shell);
            var holes = new List<LinearRing>(Math.Min(count - 1, BelievedParts));
            for (var i = 1; i < count; i++)
                holes.Add(Factory.CreateLinearRing(Coordinates.ReadRun(ref source, header)));
            return Factory.CreatePolygon(shell, [.. holes]);
        }
        catch (ArgumentException refusal)
        {
            throw new ParseException($"The polygon is none: {refusal.Message}", refusal);
        }
    }

    private T[] ReadParts<T>(ref EwkbSource source, EwkbHeader whole, int depth)
        where T : Geometry
    {
        var count = source.ReadCount(LeastPartBytes);
        if (count > 0 && depth == MaxDepth)
            throw new ParseException($"Geometries are nested deeper than {MaxDepth}.");
        var parts = new List<T>(Math.Min(count, BelievedParts));
        for (var i = 0; i < count; i++)
        {
            var header = EwkbHeader.Read(ref source);
            header.MustSuit(whole);
            parts.Add(
                Read(ref source, header, depth + 1) as T
                    ?? throw new ParseException($"A {whole.Type} cannot hold a {header.Type}.")
            );
        }
        return [.. parts];
    }
}
