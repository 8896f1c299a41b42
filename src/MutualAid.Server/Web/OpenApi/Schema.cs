using System.Text;
using Microsoft.OpenApi;

namespace MutualAid.Server.Web.OpenApi;

/// <summary>Schemas as a person reads them: the shape of the JSON, a type for each value.</summary>
public static class Schema
{
    private const int Deepest = 6;

    /// <summary>In a word or two: <c>integer</c>, <c>string (uuid)</c>, the name of a shape.</summary>
    public static string Say(IOpenApiSchema? schema)
    {
        if (schema is null)
            return "";
        var branch = schema.OneOf?.Concat(schema.AnyOf ?? []) ?? schema.AnyOf ?? [];
        if (branch.FirstOrDefault(one => one.Type is not JsonSchemaType.Null) is { } one)
            return Say(one) + "?";
        if (schema.Enum is { Count: > 0 } values)
            return string.Join(" | ", values.Select(value => value?.ToString()));
        if (schema.Type is not { } type)
            return "any";
        var known = Enum.GetValues<JsonSchemaType>()
            .Where(each => each is not JsonSchemaType.Null && type.HasFlag(each))
            .ToList();
        // A number that may also come as text is a number.
        if (known.Count > 1)
            known.Remove(JsonSchemaType.String);
        string name = string.Join(" | ", known.Select(each => each.ToString().ToLowerInvariant()));
        return (schema.Format is { } format ? $"{name} ({format})" : name)
            + (type.HasFlag(JsonSchemaType.Null) ? "?" : "");
    }

    /// <summary>The whole shape, indented, one property a line; a question mark means that it may be null.</summary>
    public static string Outline(IOpenApiSchema? schema)
    {
        var text = new StringBuilder();
        Write(text, schema, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, IOpenApiSchema? schema, int depth)
    {
        var inner =
            schema?.OneOf?.FirstOrDefault(one => one.Type is not JsonSchemaType.Null)
            ?? schema?.AnyOf?.FirstOrDefault(one => one.Type is not JsonSchemaType.Null)
            ?? schema;
        string margin = new(' ', 2 * (depth + 1));
        if (inner?.Items is { } items)
        {
            text.Append('[');
            Write(text, items, depth);
            text.Append(']');
        }
        else if (inner?.Properties is { Count: > 0 } properties && depth < Deepest)
        {
            text.Append("{\n");
            foreach (var (name, property) in properties)
            {
                text.Append(margin).Append(name).Append(": ");
                Write(text, property, depth + 1);
                text.Append('\n');
            }
            text.Append(margin[2..]).Append('}');
        }
        else
            text.Append(Say(schema));
    }
}
