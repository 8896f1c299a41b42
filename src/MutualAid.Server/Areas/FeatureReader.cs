using System.Text.Json;

namespace MutualAid.Server.Areas;

/// <summary>
/// The features of a GeoJSON FeatureCollection (RFC 7946), one at a time: a country's communes are hundreds of megabytes,
/// of which no more than the largest feature is held.
/// </summary>
internal sealed class FeatureReader(Stream stream)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;
    private bool inFeatures;
    private bool seenFeatures;
    private JsonReaderState state;

    /// <summary>The next feature; null after the last.</summary>
    /// <exception cref="ImportException">Not JSON, not a FeatureCollection, or of another reference system.</exception>
    public JsonDocument? Next()
    {
        try
        {
            while (true)
            {
                switch (Step(out var feature))
                {
                    case Outcome.Feature:
                        return feature;
                    case Outcome.End when !seenFeatures:
                        throw new ImportException(
                            "The file has no \"features\": it is not a GeoJSON FeatureCollection."
                        );
                    case Outcome.End:
                        return null;
                    case Outcome.NeedsMore:
                        Fill();
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            throw new ImportException($"The file is not JSON: {e.Message}");
        }
    }

    private enum Outcome
    {
        Moved,
        NeedsMore,
        Feature,
        End,
    }

    // One token or one whole value. What is incomplete is not consumed, and read again with more bytes.
    private Outcome Step(out JsonDocument? feature)
    {
        feature = null;
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), ended, state);
        if (!reader.Read())
            return ended ? Outcome.End : Outcome.NeedsMore;
        if (inFeatures)
        {
            if (reader.TokenType == JsonTokenType.EndArray)
                inFeatures = false;
            else if (!JsonDocument.TryParseValue(ref reader, out feature))
                return Outcome.NeedsMore;
        }
        else if (reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("features"))
            {
                if (!reader.Read())
                    return Outcome.NeedsMore;
                if (reader.TokenType != JsonTokenType.StartArray)
                    throw new ImportException("\"features\" is not a list.");
                inFeatures = seenFeatures = true;
            }
            else
            {
                string name = reader.GetString()!;
                if (!reader.Read() || !JsonDocument.TryParseValue(ref reader, out var value))
                    return Outcome.NeedsMore;
                using (value)
                    CheckMember(name, value.RootElement);
            }
        }
        else if (
            reader.CurrentDepth == 0
            && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject)
        )
            throw new ImportException("The file is not a GeoJSON FeatureCollection.");
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
        return feature is null ? Outcome.Moved : Outcome.Feature;
    }

    private static void CheckMember(string name, JsonElement value)
    {
        if (
            name == "type"
            && !(value.ValueKind == JsonValueKind.String && value.ValueEquals("FeatureCollection"))
        )
            throw new ImportException($"The file is a {value}, not a GeoJSON FeatureCollection.");
        // GeoJSON of before 2016 could name another system; RFC 7946 knows longitude and latitude only.
        if (name == "crs" && value.ValueKind == JsonValueKind.Object)
        {
            string text = value.GetRawText();
            if (
                !text.Contains("CRS84", StringComparison.Ordinal)
                && !text.Contains("4326", StringComparison.Ordinal)
            )
                throw new ImportException(
                    $"The file's coordinates are of another reference system ({text}). Convert them: ogr2ogr -t_srs EPSG:4326 -lco RFC7946=YES new.geojson FILE"
                );
        }
    }

    private void Fill()
    {
        if (ended)
            throw new ImportException("The file ends in the middle.");
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        int read = stream.Read(buffer, end, buffer.Length - end);
        // A byte order mark is no JSON, and common.
        if (
            end == 0
            && read >= 3
            && buffer.AsSpan(0, 3).SequenceEqual((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])
            && state.Equals(default(JsonReaderState))
        )
            start = 3;
        end += read;
        ended = read == 0;
    }
}
