using System.Globalization;
using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO.Tests;

/// <summary>A geometry as well-known text, spelt out here so that neither side's own writing is trusted.</summary>
public static class Text
{
    public static string Of(Geometry geometry)
    {
        var name = geometry.GeometryType.ToUpperInvariant() + Suffix(geometry);
        return geometry.IsEmpty && geometry.NumGeometries < 2 ? $"{name} EMPTY" : $"{name}{Body(geometry)}";
    }

    private static string Body(Geometry geometry) =>
        geometry switch
        {
            { IsEmpty: true } => " EMPTY",
            Point point => Run(point.CoordinateSequence),
            LineString line => Run(line.CoordinateSequence),
            Polygon polygon => Join(polygon.Holes.Prepend(polygon.Shell).Select(Body)),
            MultiPoint or MultiLineString or MultiPolygon => Join(Parts(geometry).Select(Body)),
            _ => Join(Parts(geometry).Select(Of)),
        };

    private static IEnumerable<Geometry> Parts(Geometry whole) => ((GeometryCollection)whole).Geometries;

    private static string Run(CoordinateSequence run) =>
        Join(
            Enumerable
                .Range(0, run.Count)
                .Select(i =>
                    string.Join(' ', Enumerable.Range(0, run.Dimension).Select(d => Number(run, i, d)))
                )
        );

    private static string Number(CoordinateSequence run, int i, int dimension) =>
        run.GetOrdinate(i, dimension).ToString("R", CultureInfo.InvariantCulture);

    private static string Join(IEnumerable<string> parts) => $"({string.Join(',', parts)})";

    private static string Suffix(Geometry geometry)
    {
        if (geometry is GeometryCollection whole)
            return whole.NumGeometries == 0 ? "" : Suffix(whole[0]);
        var run = geometry switch
        {
            Point point => point.CoordinateSequence,
            Polygon polygon => polygon.Shell.CoordinateSequence,
            _ => ((LineString)geometry).CoordinateSequence,
        };
        return (run.HasZ, run.HasM) switch
        {
            (true, true) => " ZM ",
            (true, false) => " Z ",
            (false, true) => " M ",
            _ => "",
        };
    }
}
