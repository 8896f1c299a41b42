using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MutualAid.Server.Web;

/// <summary>Times in JSON: written in UTC with a Z; read only with a zone, since a local time would be the server's and not the sender's.</summary>
internal sealed class UtcTimes : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (
            reader.TokenType == JsonTokenType.String
            && reader.GetString() is { Length: >= 17 } text
            && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && reader.TryGetDateTimeOffset(out var time)
        )
            return time.ToUniversalTime();
        throw new JsonException("A time is ISO 8601 with its zone.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
        );
}
