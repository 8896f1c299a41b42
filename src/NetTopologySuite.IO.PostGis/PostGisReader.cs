using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>
/// Reads a geometry from PostGIS's extended well-known binary (EWKB), in either byte order. One reader may serve many
/// threads. Bytes that are no such geometry give a <see cref="ParseException"/> and nothing else.
/// </summary>
public class PostGisReader(
    CoordinateSequenceFactory coordinateSequenceFactory,
    PrecisionModel precisionModel,
    Ordinates handleOrdinates
)
{
    // Nearly all geometries of a program share one SRID: the last factory is the next one. Racing threads may each make
    // their own; none sees another's SRID, for a factory never changes.
    private volatile GeometryFactory _latest = new(precisionModel, 0, coordinateSequenceFactory);

    /// <summary>Which ordinates are kept of those that are there; X and Y always are.</summary>
    public Ordinates HandleOrdinates { get; set; } = handleOrdinates;

    /// <summary>Reads one geometry and leaves the stream behind its last byte; SRID 0 where none is stated.</summary>
    /// <exception cref="ParseException">The bytes are malformed, end too early, or describe what has no type here.</exception>
    public Geometry Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var source = new EwkbSource(stream, stackalloc byte[EwkbSource.ScratchBytes]);
        try
        {
            var header = EwkbHeader.Read(ref source);
            // PostGIS takes a negative SRID as the unknown one as well.
            var factory = FactoryFor(Math.Max(0, header.Srid ?? 0));
            var wanted = HandleOrdinates | Ordinates.XY;
            var coordinates = new EwkbCoordinates(coordinateSequenceFactory, precisionModel, wanted);
            return new GeometryFromEwkb(factory, coordinates).Read(ref source, header, depth: 1);
        }
        finally
        {
            source.Release();
        }
    }

    private GeometryFactory FactoryFor(int srid)
    {
        var latest = _latest;
        return latest.SRID == srid
            ? latest
            : _latest = new GeometryFactory(precisionModel, srid, coordinateSequenceFactory);
    }
}
