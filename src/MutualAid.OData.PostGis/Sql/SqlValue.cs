using Microsoft.OData.Edm;

namespace MutualAid.OData.PostGis.Sql;

/// <summary>An expression in SQL, safe to stand anywhere (in parentheses where it needs them).</summary>
/// <param name="Kind">Its EDM type; none: null, or not known.</param>
/// <param name="Nullable">Whether it can be null.</param>
public readonly record struct SqlValue(string Sql, EdmPrimitiveTypeKind Kind, bool Nullable)
{
    public static readonly SqlValue Null = new("null", EdmPrimitiveTypeKind.None, true);

    /// <summary>Of a distance: the two places that it lies between.</summary>
    public (string One, string Other)? Between { get; init; }

    public bool IsNull => Sql == "null";
}
