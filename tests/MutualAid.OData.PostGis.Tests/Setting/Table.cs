using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Tests;

/// <summary>A property, and the column <c>c_name</c> that it is.</summary>
public sealed record Field(string Name, Kind Kind, bool Nullable = false, bool Key = false)
{
    public string Column => $"c_{Name.Replace('/', '_').ToLowerInvariant()}";

    public string SqlType =>
        Kind switch
        {
            Kind.GeographyPoint => "geography(Point, 4326)",
            Kind.GeographyLineString => "geography(LineString, 4326)",
            Kind.GeographyPolygon => "geography(Polygon, 4326)",
            _ => EdmPrimitives.SqlType(Kind)!,
        };
}

/// <summary>A way to rows of another set: those whose <paramref name="There"/> equals this row's <paramref name="Here"/>.</summary>
public sealed record Way(
    string Name,
    string Target,
    string Here,
    string There,
    bool Many = false,
    bool Nullable = false
);

/// <summary>An entity set, as the test knows it.</summary>
public sealed record Table(string Set, string Type, IReadOnlyList<Field> Fields, IReadOnlyList<Way> Ways)
{
    public Field Field(string name) => Fields.First(field => field.Name == name);

    public IEnumerable<Field> Key => Fields.Where(one => one.Key);
}

/// <summary>
/// A row as the test knows it. Whole numbers are <c>long</c>, whatever their kind; the rest decimal, double, string, bool,
/// Guid, DateTimeOffset, DateOnly, TimeOnly, TimeSpan, <see cref="Shape"/> or null.
/// </summary>
public sealed record Row(Table Table, IReadOnlyDictionary<string, object?> Values)
{
    public object? this[string name] => Values[name];
}
