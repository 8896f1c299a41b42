using MutualAid.OData.PostGis.Query;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>
/// What CQL2 asks for and OData has no name for. Shapes are compared in the plane of longitude and latitude, as simple features
/// are; so are the indexes of the views.
/// </summary>
internal static class CqlFunctions
{
    private static readonly Dictionary<string, SqlFunction> Known = new(StringComparer.Ordinal)
    {
        ["cql.isnull"] = Of(Kind.Boolean, "{0} is null"),
        ["cql.like"] = Of(Kind.Boolean, "{0} like {1}"),
        ["cql.casei"] = Of(Kind.String, "lower(normalize({0}, nfc))"),
        // PostgreSQL's unaccent knows đ too; phones send letters in parts.
        ["cql.accenti"] = Of(Kind.String, "public.unaccent('public.unaccent', normalize({0}, nfc))"),
        ["cql.quotient"] = Of(Kind.Double, "{0}::double precision / {1}::double precision"),
        ["cql.div"] = Of(Kind.Double, "trunc({0}::double precision / {1}::double precision)"),
        ["cql.power"] = Of(Kind.Double, "power({0}::double precision, {1}::double precision)"),
        ["cql.geometry"] = Of(
            Kind.Geography,
            "case {1} when 'EPSG:4326' then st_geomfromtext({0}, 4326) else st_setsrid(st_transform(st_geomfromtext({0}), {1}, 'EPSG:4326'), 4326) end"
        ),
        ["cql.s_intersects"] = Spatial("st_intersects"),
        ["cql.s_equals"] = Spatial("st_equals"),
        ["cql.s_disjoint"] = Spatial("st_disjoint"),
        ["cql.s_touches"] = Spatial("st_touches"),
        ["cql.s_within"] = Spatial("st_within"),
        ["cql.s_overlaps"] = Spatial("st_overlaps"),
        ["cql.s_crosses"] = Spatial("st_crosses"),
        ["cql.s_contains"] = Spatial("st_contains"),
    };

    public static SqlFunction? Find(string name) => Known.GetValueOrDefault(name);

    private static SqlFunction Of(Kind kind, string pattern) => Functions.Of(kind, pattern);

    private static SqlFunction Spatial(string function) =>
        Of(Kind.Boolean, function + "({0}::geometry, {1}::geometry)");
}
