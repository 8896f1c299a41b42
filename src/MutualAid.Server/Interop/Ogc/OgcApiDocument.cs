using System.Text.Json.Nodes;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary><c>/ogc/api</c>: OpenAPI 3.0, every collection's paths by themselves, so that each tells its own properties.</summary>
internal static class OgcApiDocument
{
    public static IResult Get(HttpContext context)
    {
        context.ReadStrictly("f");
        if (!context.WantsPage())
            return OgcAnswer.Data(Document(context), OgcAnswer.OpenApi);
        return Pages.Show<OgcPage>(
            context,
            new
            {
                Title = Texts.Of(context.Locale(), "ogc.api"),
                Lead = Texts.Of(context.Locale(), "ogc.text"),
                Lines = Paths().Select(path => $"GET {path.Key}").ToArray(),
                Links = context.Selves(page: true, OgcAnswer.OpenApi).ToArray(),
            }
        );
    }

    private static JsonObject Document(HttpContext context) =>
        new()
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject
            {
                ["title"] = Texts.Of(context.Locale(), "ogc.title"),
                ["description"] = Texts.Of(context.Locale(), "ogc.text"),
                ["version"] = "1.0.0",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = context.Root() }),
            ["paths"] = Paths(),
            ["components"] = new JsonObject
            {
                ["parameters"] = Shared(),
                ["schemas"] = new JsonObject { ["exception"] = Exception() },
            },
        };

    private static JsonObject Paths()
    {
        var paths = new JsonObject
        {
            ["/"] = Operation("getLandingPage", "The landing page", OgcAnswer.Json, ["f"]),
            ["/conformance"] = Operation("getConformance", "What is conformed to", OgcAnswer.Json, ["f"]),
            ["/api"] = Operation("getApi", "This document", OgcAnswer.OpenApi, ["f"]),
            ["/collections"] = Operation("getCollections", "The collections", OgcAnswer.Json, ["f"]),
        };
        foreach (var one in OgcCollections.All)
        {
            string path = $"/collections/{one.Id}";
            paths[path] = Operation($"describe.{one.Id}", "One collection", OgcAnswer.Json, ["f"]);
            paths[$"{path}/queryables"] = Operation(
                $"queryables.{one.Id}",
                "By what features can be asked",
                OgcAnswer.Schema,
                ["f"]
            );
            var items = Operation(
                $"items.{one.Id}",
                "Features, a page at a time",
                OgcAnswer.GeoJson,
                OgcItemsAsked.Parameters
            );
            var parameters = items["get"]!["parameters"]!.AsArray();
            foreach (var column in OgcItemsAsked.Properties(one))
                parameters.Add(Parameter(column.Name, OgcQueryables.SchemaOf(column, one)));
            paths[$"{path}/items"] = items;
            var item = Operation($"item.{one.Id}", "One feature", OgcAnswer.GeoJson, ["crs", "f"]);
            item["get"]!["parameters"]!
                .AsArray()
                .Insert(
                    0,
                    Parameter(
                        "featureId",
                        new JsonObject { ["type"] = "string", ["format"] = "uuid" },
                        place: "path"
                    )
                );
            paths[$"{path}/items/{{featureId}}"] = item;
        }
        return paths;
    }

    private static JsonObject Operation(string id, string summary, string type, string[] parameters) =>
        new()
        {
            ["get"] = new JsonObject
            {
                ["operationId"] = id,
                ["summary"] = summary,
                ["parameters"] = new JsonArray([
                    .. parameters.Select(name =>
                        (JsonNode)new JsonObject { ["$ref"] = $"#/components/parameters/{name}" }
                    ),
                ]),
                ["responses"] = new JsonObject
                {
                    ["200"] = Answer(
                        summary,
                        (type, new JsonObject { ["type"] = "object" }),
                        (OgcAnswer.Html, new JsonObject { ["type"] = "string" })
                    ),
                    ["400"] = Answer("A parameter is unknown or malformed; `errors` names it.", Problem()),
                    ["404"] = Answer("Not there.", Problem()),
                    ["default"] = Answer("Something went wrong.", Problem()),
                },
            },
        };

    private static JsonObject Answer(string description, params (string Type, JsonObject Schema)[] content)
    {
        var types = new JsonObject();
        foreach (var (type, schema) in content)
            types[type] = new JsonObject { ["schema"] = schema };
        return new JsonObject { ["description"] = description, ["content"] = types };
    }

    private static (string, JsonObject) Problem() =>
        ("application/problem+json", new JsonObject { ["$ref"] = "#/components/schemas/exception" });

    private static JsonObject Parameter(
        string name,
        JsonObject schema,
        string place = "query",
        bool separate = false
    )
    {
        var parameter = new JsonObject
        {
            ["name"] = name,
            ["in"] = place,
            ["required"] = place == "path",
            ["schema"] = schema,
        };
        if (place == "query")
        {
            parameter["style"] = "form";
            parameter["explode"] = !separate ? JsonValue.Create(true) : JsonValue.Create(false);
        }
        // OpenAPI 3.0's own words only.
        schema.Remove("x-ogc-role");
        return parameter;
    }

    private static JsonObject Shared()
    {
        JsonObject Text(params string[] of) =>
            of.Length == 0
                ? new JsonObject { ["type"] = "string" }
                : new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. of.Select(one => (JsonNode)one)]),
                };
        JsonObject System() =>
            new()
            {
                ["type"] = "string",
                ["format"] = "uri",
                ["enum"] = new JsonArray([.. Crs.All.Select(crs => (JsonNode)crs.Uri)]),
                ["default"] = Crs.LonLat.Uri,
            };
        var language = Text(OgcFilter.Languages);
        language["default"] = OgcFilter.Text;
        var parameters = new JsonObject
        {
            ["limit"] = Parameter(
                "limit",
                new JsonObject
                {
                    ["type"] = "integer",
                    ["minimum"] = 1,
                    ["maximum"] = OgcItemsAsked.Most,
                    ["default"] = OgcItemsAsked.Usual,
                },
                separate: true
            ),
            ["bbox"] = Parameter(
                "bbox",
                new JsonObject
                {
                    ["type"] = "array",
                    ["oneOf"] = new JsonArray(
                        new JsonObject { ["minItems"] = 4, ["maxItems"] = 4 },
                        new JsonObject { ["minItems"] = 6, ["maxItems"] = 6 }
                    ),
                    ["items"] = new JsonObject { ["type"] = "number" },
                },
                separate: true
            ),
            ["datetime"] = Parameter("datetime", Text(), separate: true),
            ["bbox-crs"] = Parameter("bbox-crs", System(), separate: true),
            ["crs"] = Parameter("crs", System(), separate: true),
            ["filter"] = Parameter("filter", Text(), separate: true),
            ["filter-lang"] = Parameter("filter-lang", language, separate: true),
            ["filter-crs"] = Parameter("filter-crs", System(), separate: true),
            ["cursor"] = Parameter("cursor", Text(), separate: true),
            ["f"] = Parameter("f", Text("json", "html"), separate: true),
        };
        return parameters;
    }

    private static JsonObject Exception() =>
        new()
        {
            ["type"] = "object",
            ["description"] = "RFC 9457.",
            ["required"] = new JsonArray("type", "title", "status"),
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject { ["type"] = "string" },
                ["title"] = new JsonObject { ["type"] = "string" },
                ["status"] = new JsonObject { ["type"] = "integer" },
                ["instance"] = new JsonObject { ["type"] = "string" },
                ["errors"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "For each wrong parameter what would be right.",
                    ["additionalProperties"] = new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = new JsonObject { ["type"] = "string" },
                    },
                },
            },
        };
}
