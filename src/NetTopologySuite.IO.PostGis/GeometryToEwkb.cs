using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>Takes a geometry apart into a sink's numbers, all parts with the same ordinates.</summary>
internal readonly record struct GeometryToEwkb(Ordinates Ordinates)
{
    private const int NoSrid = 0;

    // PostGIS writes the NaN of the C library, which is the positive one; .NET's double.NaN is negative.
    private static readonly double EmptyPoint = BitConverter.UInt64BitsToDouble(0x7FF8000000000000);

    private bool WithZ => EwkbCoordinates.Has(Ordinates, Ordinates.Z);
    private bool WithM => EwkbCoordinates.Has(Ordinates, Ordinates.M);

    public void Write(ref EwkbSink sink, Geometry geometry, int srid)
    {
        WriteHeader(ref sink, TypeOf(geometry), srid);
        switch (geometry)
        {
            case Point point:
                WritePoint(ref sink, point);
                break;
            case LineString line:
                WriteRun(ref sink, line.CoordinateSequence);
                break;
            case Polygon polygon:
                WriteRings(ref sink, polygon);
                break;
            default:
                WriteParts(ref sink, geometry);
                break;
        }
    }

    private static EwkbType TypeOf(Geometry geometry) =>
        geometry switch
        {
            Point => EwkbType.Point,
            LineString => EwkbType.LineString,
            Polygon => EwkbType.Polygon,
            MultiPoint => EwkbType.MultiPoint,
            MultiLineString => EwkbType.MultiLineString,
            MultiPolygon => EwkbType.MultiPolygon,
            GeometryCollection => EwkbType.GeometryCollection,
            _ => throw new ArgumentException($"{geometry.GeometryType} has no EWKB.", nameof(geometry)),
        };

    private void WriteHeader(ref EwkbSink sink, EwkbType type, int srid)
    {
        var word = (uint)type;
        if (WithZ)
            word |= EwkbHeader.ZFlag;
        if (WithM)
            word |= EwkbHeader.MFlag;
        sink.ByteOrder();
        sink.UInt32(srid > NoSrid ? word | EwkbHeader.SridFlag : word);
        if (srid > NoSrid)
            sink.UInt32((uint)srid);
    }

    private void WritePoint(ref EwkbSink sink, Point point)
    {
        if (!point.IsEmpty)
        {
            WriteCoordinate(ref sink, point.CoordinateSequence, 0);
            return;
        }
        for (var bytes = EwkbCoordinates.BytesEach(Ordinates); bytes > 0; bytes -= sizeof(double))
            sink.Double(EmptyPoint);
    }

    private void WriteRings(ref EwkbSink sink, Polygon polygon)
    {
        if (polygon.IsEmpty)
        {
            sink.UInt32(0);
            return;
        }
        sink.UInt32((uint)polygon.NumInteriorRings + 1);
        WriteRun(ref sink, polygon.ExteriorRing.CoordinateSequence);
        for (var i = 0; i < polygon.NumInteriorRings; i++)
            WriteRun(ref sink, polygon.GetInteriorRingN(i).CoordinateSequence);
    }

    private void WriteParts(ref EwkbSink sink, Geometry whole)
    {
        sink.UInt32((uint)whole.NumGeometries);
        for (var i = 0; i < whole.NumGeometries; i++)
            Write(ref sink, whole.GetGeometryN(i), NoSrid);
    }

    private void WriteRun(ref EwkbSink sink, CoordinateSequence run)
    {
        sink.UInt32((uint)run.Count);
        for (var i = 0; i < run.Count; i++)
            WriteCoordinate(ref sink, run, i);
    }

    private void WriteCoordinate(ref EwkbSink sink, CoordinateSequence run, int i)
    {
        sink.Double(run.GetX(i));
        sink.Double(run.GetY(i));
        // A sequence without Z or M answers NaN.
        if (WithZ)
            sink.Double(run.GetZ(i));
        if (WithM)
            sink.Double(run.GetM(i));
    }
}
