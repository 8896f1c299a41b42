namespace NetTopologySuite.IO;

/// <summary>The type numbers of well-known binary; PostGIS's curves and surfaces (8 and above) have no NetTopologySuite type.</summary>
internal enum EwkbType : uint
{
    Point = 1,
    LineString = 2,
    Polygon = 3,
    MultiPoint = 4,
    MultiLineString = 5,
    MultiPolygon = 6,
    GeometryCollection = 7,
}
