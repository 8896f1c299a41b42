using System.Text.Json;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>One route of the OpenAPI document, with the names of what it takes.</summary>
internal sealed record ApiOperation(
    HttpMethod Method,
    string Path,
    string[] Query,
    string[] Headers,
    JsonElement? Body
)
{
    /// <summary>Every route that the document describes; its references are followed by <paramref name="document"/>.</summary>
    public static ApiOperation[] AllOf(JsonElement document) =>
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select new ApiOperation(
                HttpMethod.Parse(operation.Name),
                path.Name,
                Parameters(operation.Value, "query"),
                Parameters(operation.Value, "header"),
                operation.Value.TryGetProperty("requestBody", out var body)
                    ? body.GetProperty("content").GetProperty("application/json").GetProperty("schema")
                    : null
            ),
        ];

    /// <summary>A body with a value for everything that the schema names.</summary>
    public static string Sample(JsonElement document, JsonElement schema, string name = "")
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Sample(
                document,
                document
                    .GetProperty("components")
                    .GetProperty("schemas")
                    .GetProperty(reference.GetString()!.Split('/')[^1]),
                name
            );
        if (schema.TryGetProperty("oneOf", out var choices))
            return Sample(document, choices.EnumerateArray().Last(), name);
        if (schema.TryGetProperty("properties", out var properties))
            return $"{{{string.Join(',', properties.EnumerateObject().Select(one => $"\"{one.Name}\":{Sample(document, one.Value, one.Name)}"))}}}";
        if (schema.TryGetProperty("items", out var items))
            return $"[{Sample(document, items, name)}]";
        return OfName(name) ?? OfType(schema);
    }

    private static string? OfName(string name) =>
        name switch
        {
            "coordinates" => "[105.853,21.032]",
            "type" => "\"Point\"",
            "category" => "\"food\"",
            "urgency" => "\"urgent\"",
            "phone" => "\"0901234567\"",
            "code" => "\"123456\"",
            "from" => "\"08:00\"",
            "to" => "\"20:00\"",
            "consent" => "true",
            "locale" => "\"vi\"",
            "reach" => "2000",
            "kind" => "\"request\"",
            _ => null,
        };

    private static string OfType(JsonElement schema)
    {
        string type = schema.TryGetProperty("type", out var said) ? said.ToString() : "";
        return type.Contains("integer", StringComparison.Ordinal) ? "2"
            : type.Contains("boolean", StringComparison.Ordinal) ? "true"
            : type.Contains("string", StringComparison.Ordinal) ? "\"a few words\""
            : "null";
    }

    private static string[] Parameters(JsonElement operation, string place) =>
        operation.TryGetProperty("parameters", out var parameters)
            ?
            [
                .. from parameter in parameters.EnumerateArray()
                where parameter.GetProperty("in").GetString() == place
                select parameter.GetProperty("name").GetString()!,
            ]
            : [];
}
