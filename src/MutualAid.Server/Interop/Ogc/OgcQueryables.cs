using System.Text.Json.Nodes;
using Microsoft.OData.Edm;
using MutualAid.OData.PostGis.Model;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary><c>/ogc/collections/{id}/queryables</c>: by what features can be asked, as a JSON schema.</summary>
internal static class OgcQueryables
{
    public static IResult Get(HttpContext context, string collection)
    {
        var one = OgcFeature.Collection(collection);
        context.ReadStrictly("f");
        bool page = context.WantsPage();
        string title = Texts.Of(context.Locale(), $"ogc.{one.Id}.title");
        if (page)
            return Pages.Show<OgcPage>(
                context,
                new
                {
                    Title = $"{title}: {Texts.Of(context.Locale(), "ogc.queryables")}",
                    Lines = one
                        .View.Columns.Select(column => $"{column.Name}: {Said(column, one)}")
                        .ToArray(),
                    Links = context.Selves(page, OgcAnswer.Schema).ToArray(),
                }
            );
        var properties = new JsonObject();
        foreach (var column in one.View.Columns)
            properties[column.Name] = SchemaOf(column, one);
        return OgcAnswer.Data(
            new JsonObject
            {
                ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
                ["$id"] = $"{context.Root()}/collections/{one.Id}/queryables",
                ["type"] = "object",
                ["title"] = title,
                ["properties"] = properties,
                ["additionalProperties"] = false,
            },
            OgcAnswer.Schema
        );
    }

    /// <summary>What the values of a property are.</summary>
    public static JsonObject SchemaOf(ViewColumn column, OgcCollection collection)
    {
        var schema = new JsonObject { ["title"] = column.Name };
        if (EdmPrimitives.IsSpatial(column.Kind))
        {
            schema["format"] = $"geometry-{collection.Shape}";
            schema["x-ogc-role"] = "primary-geometry";
            return schema;
        }
        var (type, format) = column.Kind switch
        {
            EdmPrimitiveTypeKind.Boolean => ("boolean", null),
            EdmPrimitiveTypeKind.Int32 => ("integer", null),
            EdmPrimitiveTypeKind.Guid => ("string", "uuid"),
            EdmPrimitiveTypeKind.DateTimeOffset => ("string", "date-time"),
            EdmPrimitiveTypeKind.Date => ("string", "date"),
            EdmPrimitiveTypeKind.TimeOfDay => ("string", "time"),
            _ => ("string", (string?)null),
        };
        schema["type"] = type;
        if (format is not null)
            schema["format"] = format;
        if (column.IsKey)
            schema["x-ogc-role"] = "id";
        return schema;
    }

    private static string Said(ViewColumn column, OgcCollection one)
    {
        var schema = SchemaOf(column, one);
        return string.Join(
            ", ",
            new[] { (string?)schema["type"], (string?)schema["format"] }.OfType<string>()
        );
    }
}
