using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Whether an answer's JSON says what is expected: a plain value, an object (dictionary) or an array (list).</summary>
public static class Same
{
    /// <summary>Null: it does; otherwise where it does not.</summary>
    public static string? Not(object? expected, JsonElement actual, string at = "$")
    {
        switch (expected)
        {
            case IReadOnlyDictionary<string, object?> members:
                if (actual.ValueKind != JsonValueKind.Object)
                    return Told(at, "an object", actual);
                foreach (var (name, value) in members)
                    if (!actual.TryGetProperty(name, out var member))
                        return $"{at}.{name} is missing";
                    else if (Not(value, member, $"{at}.{name}") is { } inner)
                        return inner;
                foreach (var member in actual.EnumerateObject())
                    if (
                        !members.ContainsKey(member.Name)
                        && !member.Name.StartsWith("@odata.", StringComparison.Ordinal)
                    )
                        return $"{at}.{member.Name} stands there too";
                return null;
            case IReadOnlyList<object?> items:
                if (actual.ValueKind != JsonValueKind.Array)
                    return Told(at, "an array", actual);
                var found = actual.EnumerateArray().ToList();
                for (int n = 0; n < Math.Min(items.Count, found.Count); n++)
                    if (Not(items[n], found[n], $"{at}[{n}]") is { } inner)
                        return inner;
                return items.Count == found.Count ? null : $"{at} has {found.Count} items, not {items.Count}";
            default:
                return Scalar(expected, actual) ? null : Told(at, Said(expected), actual);
        }
    }

    private static bool Scalar(object? expected, JsonElement actual)
    {
        if (expected is null || actual.ValueKind == JsonValueKind.Null)
            return expected is null && actual.ValueKind == JsonValueKind.Null;
        try
        {
            return expected switch
            {
                bool flag => actual.GetBoolean() == flag,
                long whole => decimal.Parse(
                    actual.GetRawText(),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture
                ) == whole,
                decimal or double => Near(
                    Convert.ToDouble(expected, CultureInfo.InvariantCulture),
                    actual.GetDouble()
                ),
                string text => actual.GetString() == text,
                Guid id => actual.GetString() == id.ToString(),
                DateTimeOffset time => actual.GetDateTimeOffset() == time
                    && actual.GetString()!.EndsWith('Z'),
                DateOnly day => actual.GetString()
                    == day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                TimeOnly time => TimeOnly.Parse(actual.GetString()!, CultureInfo.InvariantCulture) == time,
                TimeSpan span => XmlConvert.ToTimeSpan(actual.GetString()!) == span,
                Shape shape => Drawn(shape, actual),
                _ => throw new ArgumentException(expected.GetType().Name),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static bool Near(double one, double other) =>
        Math.Abs(one - other) <= 1e-6 * Math.Max(Math.Abs(one), Math.Abs(other))
        || Math.Abs(one - other) < 1e-9;

    private static bool Drawn(Shape shape, JsonElement actual)
    {
        string type = shape.Kind.ToString()["Geography".Length..];
        var coordinates = actual.GetProperty("coordinates");
        if (actual.GetProperty("type").GetString() != type)
            return false;
        var places = type switch
        {
            "Point" => [coordinates],
            "Polygon" => coordinates[0].EnumerateArray().ToList(),
            _ => coordinates.EnumerateArray().ToList(),
        };
        return places
            .Select(place => new Position(place[0].GetDouble(), place[1].GetDouble()))
            .SequenceEqual(shape.Points);
    }

    private static string Told(string at, string expected, JsonElement actual) =>
        $"{at}: expected {expected}, is {actual.GetRawText()[..Math.Min(200, actual.GetRawText().Length)]}";

    private static string Said(object? value) =>
        value is null
            ? "null"
            : $"{Convert.ToString(value, CultureInfo.InvariantCulture)} ({value.GetType().Name})";
}
