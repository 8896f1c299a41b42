using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>
/// Writes geometries as PostGIS's extended well-known binary (EWKB): the SRID once, at the front, if it is above 0.
/// One writer may serve many threads.
/// </summary>
public class PostGisWriter(ByteOrder byteOrder)
{
    /// <summary>A writer of little-endian numbers, which most machines have.</summary>
    public PostGisWriter()
        : this(ByteOrder.LittleEndian) { }

    /// <summary>Which ordinates are written of those that a geometry has; X and Y always are.</summary>
    public Ordinates HandleOrdinates { get; set; } = Ordinates.XYZM;

    /// <summary>Writes one geometry. An empty multi-geometry or collection has nothing to tell its Z or M by: it goes as XY.</summary>
    /// <exception cref="ArgumentException">The geometry's type has no EWKB, or it is nested too deeply.</exception>
    public void Write(Geometry geometry, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(stream);
        var ordinates = (WrittenOrdinates.Of(geometry) & HandleOrdinates) | Ordinates.XY;
        var buffer = (stackalloc byte[EwkbSink.BufferBytes]);
        var sink = new EwkbSink(stream, buffer, byteOrder == ByteOrder.LittleEndian);
        new GeometryToEwkb(ordinates).Write(ref sink, geometry, geometry.SRID);
        sink.Flush();
    }
}
