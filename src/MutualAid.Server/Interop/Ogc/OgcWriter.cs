using System.Text.Json;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>Writes GeoJSON (RFC 7946, but for the order of axes in another system than CRS84).</summary>
internal static class OgcWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = Json.Options.Encoder };

    public static byte[] Collection(
        OgcItemsAsked asked,
        OgcPageRead read,
        IEnumerable<OgcLink> links,
        DateTimeOffset now
    )
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteString("timeStamp", Time(now.UtcDateTime));
            if (read.Matched is { } matched)
                json.WriteNumber("numberMatched", matched);
            json.WriteNumber("numberReturned", read.Features.Count);
            Links(json, links);
            json.WriteStartArray("features");
            foreach (var feature in read.Features)
                Feature(json, asked.Collection, feature, []);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return content.ToArray();
    }

    public static byte[] Feature(OgcCollection collection, OgcFeatureRead feature, IEnumerable<OgcLink> links)
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, Options))
            Feature(json, collection, feature, links);
        return content.ToArray();
    }

    /// <summary>A value as both GeoJSON and pages have it.</summary>
    public static string Said(object value) =>
        value switch
        {
            DateTime at => Time(at),
            DateOnly day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => $"{value}",
        };

    private static string Time(DateTime at) =>
        at.ToUniversalTime()
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static void Feature(
        Utf8JsonWriter json,
        OgcCollection collection,
        OgcFeatureRead feature,
        IEnumerable<OgcLink> links
    )
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", feature.Id);
        json.WritePropertyName("geometry");
        if (feature.Geometry is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(feature.Geometry);
        json.WriteStartObject("properties");
        int at = 0;
        foreach (var column in OgcItemsAsked.Properties(collection))
        {
            object? value = feature.Values[at++];
            if (column.IsKey)
                continue;
            json.WritePropertyName(column.Name);
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool yes:
                    json.WriteBooleanValue(yes);
                    break;
                case int whole:
                    json.WriteNumberValue(whole);
                    break;
                default:
                    json.WriteStringValue(Said(value));
                    break;
            }
        }
        json.WriteEndObject();
        if (links.Any())
            Links(json, links);
        json.WriteEndObject();
    }

    private static void Links(Utf8JsonWriter json, IEnumerable<OgcLink> links)
    {
        json.WriteStartArray("links");
        foreach (var link in links)
            JsonSerializer.Serialize(json, link, Json.Options);
        json.WriteEndArray();
    }
}
