using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>
/// Which ordinates a geometry is written with: PostGIS wants the same in all its parts, so it is all that any part has,
/// NaN standing where another part lacks it.
/// </summary>
internal static class WrittenOrdinates
{
    public static Ordinates Of(Geometry geometry)
    {
        if (geometry is Point { IsEmpty: false } point)
            return point.CoordinateSequence.Ordinates;
        var (filled, empty) = (Ordinates.None, Ordinates.None);
        Gather(geometry, 1, ref filled, ref empty);
        // Where something is there, the empty parts beside it have no say.
        return filled == Ordinates.None ? empty : filled;
    }

    private static void Gather(Geometry geometry, int depth, ref Ordinates filled, ref Ordinates empty)
    {
        if (depth > GeometryFromEwkb.MaxDepth)
            throw new ArgumentException(
                $"Geometries are nested deeper than {GeometryFromEwkb.MaxDepth}.",
                nameof(geometry)
            );
        switch (geometry)
        {
            case Point point:
                Gather(point, point.CoordinateSequence, ref filled, ref empty);
                break;
            case LineString line:
                Gather(line, line.CoordinateSequence, ref filled, ref empty);
                break;
            case Polygon polygon:
                Gather(polygon, polygon.ExteriorRing.CoordinateSequence, ref filled, ref empty);
                for (var i = 0; i < polygon.NumInteriorRings; i++)
                    Gather(polygon, polygon.GetInteriorRingN(i).CoordinateSequence, ref filled, ref empty);
                break;
            case GeometryCollection whole:
                for (var i = 0; i < whole.NumGeometries; i++)
                    Gather(whole.GetGeometryN(i), depth + 1, ref filled, ref empty);
                break;
        }
    }

    // An empty geometry that NetTopologySuite makes, say a disjoint intersection, has all the ordinates that its factory
    // can hold. That says nothing of the data, and a column of XY would refuse it: such an empty one counts as XY.
    private static void Gather(Geometry of, CoordinateSequence run, ref Ordinates filled, ref Ordinates empty)
    {
        if (run.Count > 0)
            filled |= run.Ordinates;
        else if (run.Ordinates != of.Factory.CoordinateSequenceFactory.Ordinates)
            empty |= run.Ordinates;
    }
}
