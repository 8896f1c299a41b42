using System.Globalization;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Cql2;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>Which features are asked for, in which system, and which page of them.</summary>
/// <param name="Cursor">The page's last or first neighbour; null: the first page.</param>
internal sealed record OgcItemsAsked(
    OgcCollection Collection,
    int Limit,
    Crs Crs,
    OgcCursor? Cursor,
    OgcBox? Box,
    OgcTime? Time,
    IReadOnlyList<SingleValueNode> Filters
)
{
    public const int Usual = 20;
    public const int Most = 1_000;

    /// <summary>Parameters that are no property's name.</summary>
    public static readonly string[] Parameters =
    [
        "limit",
        "bbox",
        "bbox-crs",
        "datetime",
        "crs",
        "filter",
        "filter-lang",
        "filter-crs",
        "cursor",
        "f",
    ];

    /// <summary>Properties by which can be asked in the address: all but the geometry.</summary>
    public static IEnumerable<ViewColumn> Properties(OgcCollection collection) =>
        collection.View.Columns.Where(column => column.Name != OgcCollection.Geometry);

    /// <exception cref="Refusal">400 that names what is unknown or malformed.</exception>
    public static OgcItemsAsked Read(HttpContext context, OgcCollection collection)
    {
        var query = context.Request.Query;
        context.ReadStrictly([.. Parameters, .. Properties(collection).Select(column => column.Name)]);
        var crs = OgcFilter.ReadCrs(query, "crs");
        var boxCrs = OgcFilter.ReadCrs(query, "bbox-crs");
        var filters = Properties(collection)
            .Where(column => query[column.Name].Count > 0)
            .Select(column => OgcFilter.Equal(collection, column, query[column.Name]!))
            .ToList();
        if (OgcFilter.Read(query, collection) is { } filter)
            filters.Add(filter);
        return new OgcItemsAsked(
            collection,
            ReadLimit(query["limit"]),
            crs,
            query["cursor"].Count == 0 ? null : OgcCursor.Read(query["cursor"]!),
            query["bbox"].Count == 0 ? null : OgcBox.Read(query["bbox"]!, boxCrs),
            query["datetime"].Count == 0 ? null : OgcTime.Read(query["datetime"]!),
            filters
        );
    }

    /// <summary>What holds of each feature that is asked for, whatever the page.</summary>
    public string Where(QueryScope query)
    {
        var all = Filters.Select(filter => CqlCondition.Sql(filter, Collection.View, "t", query)).ToList();
        if (Box is not null)
            all.Add(Box.Sql($"t.{Collection.Place.Sql}", query.Parameters));
        if (Time is not null)
            all.Add(Time.Sql(Collection.During, query.Parameters));
        return all.Count == 0 ? "true" : string.Join(" and ", all.Select(one => $"({one})"));
    }

    // More than we give is no mistake: the answer has fewer.
    private static int ReadLimit(string? text)
    {
        if (text is null)
            return Usual;
        bool digits = text.Length > 0 && text.All(char.IsAsciiDigit);
        if (!digits || text.All(digit => digit == '0'))
            throw Refusal.Field("limit", "between", 1, Most);
        return text.TrimStart('0').Length > 4
            ? Most
            : Math.Min(Most, int.Parse(text, CultureInfo.InvariantCulture));
    }
}

/// <summary>Where a page begins or ends: after a feature, or before one.</summary>
internal sealed record OgcCursor(bool Back, Guid Id)
{
    public string Write() => Web.Cursor.Write(Back ? "b" : "a", $"{Id}");

    /// <exception cref="Refusal">400: it is none of ours.</exception>
    public static OgcCursor Read(string text)
    {
        string[] parts = Web.Cursor.Read(text, 2);
        return parts[0] is "a" or "b" && Guid.TryParseExact(parts[1], "D", out var id)
            ? new OgcCursor(parts[0] == "b", id)
            : throw Web.Cursor.Wrong();
    }
}
