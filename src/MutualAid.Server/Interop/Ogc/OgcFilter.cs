using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Cql2;
using MutualAid.OData.PostGis.Model;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>What a reader filters by: <c>filter</c> in CQL2, and properties by their names.</summary>
internal static class OgcFilter
{
    public const string Text = "cql2-text";
    public const string Json = "cql2-json";

    /// <summary>The draft's name for CQL2 text, which GDAL says.</summary>
    public const string Draft = "cql-text";

    public static readonly string[] Languages = [Text, Json, Draft];

    /// <summary>The filter that the address carries; null: none.</summary>
    /// <exception cref="Refusal">400 that names the parameter and says what is wrong, and where.</exception>
    public static SingleValueNode? Read(IQueryCollection query, OgcCollection collection)
    {
        string? filter = query["filter"],
            language = query["filter-lang"];
        if (language is not null && !Languages.Contains(language))
            throw Refusal.Field("filter-lang", "oneOf", string.Join(", ", Languages));
        var crs = ReadCrs(query, "filter-crs");
        if (filter is null)
            return null;
        return Told(
            "filter",
            () =>
                language == Json
                    ? CqlJson.Read(filter, OgcCollections.Model, collection.Id, crs.Plane)
                    : CqlText.Read(filter, OgcCollections.Model, collection.Id, crs.Plane)
        );
    }

    /// <summary>Whether a property has this value, as it stands in an address.</summary>
    public static SingleValueNode Equal(OgcCollection collection, ViewColumn column, string value) =>
        Told(column.Name, () => CqlEquals.Read(OgcCollections.Model, collection.Id, column.Name, value));

    /// <exception cref="Refusal">400: it is none of <see cref="Crs.All"/>.</exception>
    public static Crs ReadCrs(IQueryCollection query, string name) =>
        query[name].Count == 0 ? Crs.LonLat
        : Crs.Find(query[name]!) is { } crs ? crs
        : throw Refusal.Field(name, "ogcCrs");

    private static SingleValueNode Told(string field, Func<SingleValueNode> read)
    {
        try
        {
            return read();
        }
        catch (CqlException wrong)
        {
            throw Refusal.Field(field, $"cql{wrong.Fault}", wrong.Position, wrong.Named);
        }
    }
}
