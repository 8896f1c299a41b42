using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>
/// <c>geo.distance</c>, <c>geo.intersects</c>, <c>geo.length</c>. Distances are metres on the sphere of the Earth's mean radius
/// (6 371 008.77 m): PostGIS's KNN operator measures so, and one measure must do for value, order and reach, or a list sorted by
/// distance would contradict the distances that stand in it. From the ellipsoid it is off by at most 0.56 %.
/// </summary>
internal static class GeoFunctions
{
    public static SqlValue Distance(SqlValue[] arguments, QueryScope query) =>
        new($"({arguments[0].Sql} <-> {arguments[1].Sql})", Kind.Double, Nullable(arguments))
        {
            Between = (arguments[0].Sql, arguments[1].Sql),
        };

    /// <summary>Counts the boundary; edges are geodesic.</summary>
    public static SqlValue Intersects(SqlValue[] arguments, QueryScope query) =>
        new($"ST_Intersects({arguments[0].Sql}, {arguments[1].Sql})", Kind.Boolean, Nullable(arguments));

    public static SqlValue Length(SqlValue[] arguments, QueryScope query) =>
        new($"ST_Length({arguments[0].Sql}, false)", Kind.Double, Nullable(arguments));

    /// <summary>For <c>distance &lt; reach</c>, the test that the spatial index serves, to stand before the strict one; null: it is none.</summary>
    public static string? WithinReach(SqlValue distance, string sign, SqlValue reach) =>
        sign is "<" or "<=" && distance.Between is var (one, other)
            ? $"ST_DWithin({one}, {other}, greatest({reach.Sql}, 0), false) and "
            : null;

    private static bool Nullable(SqlValue[] arguments) => arguments.Any(argument => argument.Nullable);
}
