using System.Text.Json;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>Reads a filter in CQL2 JSON (OGC 21-065r2) as the tree that OData's filters are.</summary>
public sealed class CqlJson
{
    private readonly CqlTree tree;
    private readonly CqlLimits limits = new();

    private CqlJson(CqlTree tree) => this.tree = tree;

    /// <inheritdoc cref="CqlText.Read"/>
    public static SingleValueNode Read(string text, ServiceModel model, string set, CqlPlane plane)
    {
        CqlLimits.Length(text);
        var tree = new CqlTree(model, model.View(set), plane);
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = CqlLimits.Depth });
            return tree.Condition(new CqlJson(tree).Term(json.RootElement, ""));
        }
        catch (JsonException wrong)
        {
            throw new CqlException(CqlFault.Expected, (int)(wrong.BytePositionInLine ?? 0) + 1, "JSON");
        }
        // Half of a surrogate pair, escaped: no text.
        catch (InvalidOperationException)
        {
            throw new CqlException(CqlFault.Value, 1, "JSON");
        }
    }

    private CqlTerm Term(JsonElement json, string path)
    {
        limits.Part(1);
        return json.ValueKind switch
        {
            JsonValueKind.String => tree.Text(json.GetString()!, 1),
            JsonValueKind.Number => tree.Number(json.GetRawText(), 1),
            JsonValueKind.True => tree.Boolean(true, 1),
            JsonValueKind.False => tree.Boolean(false, 1),
            JsonValueKind.Object => Object(json, path),
            _ => throw Expected(path, "a value"),
        };
    }

    private CqlTerm Object(JsonElement json, string path)
    {
        if (json.TryGetProperty("op", out var op))
            return Operation(Text(op, path + "/op"), Arguments(json, path), path);
        if (json.TryGetProperty("property", out var property))
            return tree.Property(Text(property, path + "/property"), 1);
        if (json.TryGetProperty("timestamp", out var timestamp))
            return tree.Instant(Text(timestamp, path + "/timestamp"), 1);
        if (json.TryGetProperty("date", out var date))
            return tree.Day(Text(date, path + "/date"), 1);
        if (json.TryGetProperty("interval", out var interval))
            return tree.Call("INTERVAL", Terms(interval, path + "/interval"), 1);
        if (json.TryGetProperty("bbox", out var box))
            return tree.Geometry((null, CqlGeoJson.Numbers(box)), 1);
        if (json.TryGetProperty("type", out _))
            return tree.Geometry((CqlGeoJson.Read(json), null), 1);
        throw Expected(path, "op, property, timestamp, date, interval, bbox, type");
    }

    private CqlTerm Operation(string op, JsonElement of, string path)
    {
        string name = op.ToUpperInvariant();
        path += "/args";
        // Its second argument is a list.
        if (name == "IN")
        {
            Count(of, 2, path);
            return tree.In(Term(of[0], path + "/0"), Terms(of[1], path + "/1"), 1);
        }
        var terms = Terms(of, path);
        CqlTerm Only(int count, Func<CqlTerm> made)
        {
            Count(of, count, path);
            return made();
        }
        switch (name)
        {
            case "AND" or "OR":
                return terms.Count < 2
                    ? throw Expected(path, $"{op}: 2")
                    : tree.Logic(name == "AND" ? BinaryOperatorKind.And : BinaryOperatorKind.Or, terms, 1);
            case "NOT":
                return Only(1, () => tree.Not(terms[0], 1));
            case "=" or "<>" or "<" or "<=" or ">" or ">=":
                return Only(2, () => tree.Compare(op, terms[0], terms[1], 1));
            case "LIKE":
                return Only(2, () => tree.Like(terms[0], terms[1], false, 1));
            case "BETWEEN":
                return Only(3, () => tree.Between(terms[0], terms[1], terms[2], 1));
            case "ISNULL":
                return Only(1, () => tree.IsNull(terms[0], 1));
            case "-" when terms.Count == 1:
                return tree.Minus(terms[0], 1);
            case "+" or "-" or "*" or "/" or "%" or "^" or "DIV":
                return Only(2, () => tree.Reckon(name, terms[0], terms[1], 1));
            // These are written {"timestamp": …} here.
            case "TIMESTAMP" or "DATE" or "INTERVAL" or "BBOX":
                throw new CqlException(CqlFault.Function, 1, op);
            default:
                return tree.Call(name, terms, 1);
        }
    }

    private static JsonElement Arguments(JsonElement json, string path) =>
        json.TryGetProperty("args", out var of) && of.ValueKind == JsonValueKind.Array
            ? of
            : throw Expected(path, "args");

    private List<CqlTerm> Terms(JsonElement list, string path) =>
        list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select((one, index) => Term(one, $"{path}/{index}"))]
            : throw Expected(path, "[ ]");

    private static void Count(JsonElement list, int count, string path)
    {
        if (list.GetArrayLength() != count)
            throw Expected(path, $"{count}");
    }

    private static string Text(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw Expected(path, "\" \"");

    private static CqlException Expected(string path, string what) =>
        new(CqlFault.Expected, 1, path.Length == 0 ? what : $"{path}: {what}");
}
