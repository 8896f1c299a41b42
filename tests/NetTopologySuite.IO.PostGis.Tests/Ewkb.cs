using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Implementation;

namespace NetTopologySuite.IO.Tests;

/// <summary>Bytes to geometry and back, by the reader and writer under test.</summary>
public static class Ewkb
{
    public static PostGisReader Reader(Ordinates handleOrdinates = Ordinates.XYZM) =>
        new(CoordinateArraySequenceFactory.Instance, new PrecisionModel(), handleOrdinates);

    public static Geometry Read(byte[] bytes, bool seekable = true)
    {
        using Stream stream = seekable ? new MemoryStream(bytes) : new OneWayStream(bytes);
        return Reader().Read(stream);
    }

    public static Geometry Read(string hex) => Read(Convert.FromHexString(hex.Replace(" ", "")));

    public static byte[] Write(
        Geometry geometry,
        string order = "NDR",
        Ordinates handleOrdinates = Ordinates.XYZM
    )
    {
        using var stream = new MemoryStream();
        var writer = order == "NDR" ? new PostGisWriter() : new PostGisWriter(ByteOrder.BigEndian);
        writer.HandleOrdinates = handleOrdinates;
        writer.Write(geometry, stream);
        return stream.ToArray();
    }

    public static string Hex(Geometry geometry) => Convert.ToHexString(Write(geometry));

    /// <summary>NetTopologySuite's own reading of the text, with the empty geometry's ordinates that it gets wrong.</summary>
    public static Geometry FromText(string text, int srid)
    {
        var services = new NtsGeometryServices(new PrecisionModel(), srid);
        var words = text.Split(' ');
        if (text.Contains('(') || words[0].StartsWith("MULTI") || words[0] == "GEOMETRYCOLLECTION")
            return new WKTReader(services).Read(text);
        var factory = services.CreateGeometryFactory(srid);
        var ordinates = Ordinates.XY;
        if (words[1].StartsWith('Z'))
            ordinates |= Ordinates.Z;
        if (words[1].EndsWith('M'))
            ordinates |= Ordinates.M;
        var none = factory.CoordinateSequenceFactory.Create(0, ordinates);
        return words[0] switch
        {
            "POINT" => factory.CreatePoint(none),
            "LINESTRING" => factory.CreateLineString(none),
            _ => factory.CreatePolygon(none),
        };
    }
}
