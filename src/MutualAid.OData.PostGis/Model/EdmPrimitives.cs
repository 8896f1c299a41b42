using Microsoft.OData.Edm;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Model;

/// <summary>Which primitive types there are here, and what each is in PostgreSQL.</summary>
public static class EdmPrimitives
{
    public static bool IsSpatial(Kind kind) =>
        kind
            is Kind.Geography
                or Kind.GeographyPoint
                or Kind.GeographyLineString
                or Kind.GeographyPolygon
                or Kind.GeographyMultiPoint
                or Kind.GeographyMultiLineString
                or Kind.GeographyMultiPolygon
                or Kind.GeographyCollection;

    public static bool IsNumeric(Kind kind) =>
        kind
            is Kind.Byte
                or Kind.SByte
                or Kind.Int16
                or Kind.Int32
                or Kind.Int64
                or Kind.Single
                or Kind.Double
                or Kind.Decimal;

    /// <summary>PostgreSQL's name of the type; null: there is none that fits.</summary>
    public static string? SqlType(Kind kind) =>
        kind switch
        {
            Kind.Boolean => "boolean",
            Kind.Byte or Kind.SByte or Kind.Int16 => "smallint",
            Kind.Int32 => "integer",
            Kind.Int64 => "bigint",
            Kind.Single => "real",
            Kind.Double => "double precision",
            Kind.Decimal => "numeric",
            Kind.String => "text",
            Kind.Guid => "uuid",
            Kind.DateTimeOffset => "timestamptz",
            Kind.Date => "date",
            Kind.TimeOfDay => "time",
            Kind.Duration => "interval",
            _ when IsSpatial(kind) => "geography",
            _ => null,
        };

    /// <summary>The kind of a type reference; none: it is no primitive, or not known.</summary>
    public static Kind KindOf(IEdmTypeReference? type) => type is null ? Kind.None : type.PrimitiveKind();
}
