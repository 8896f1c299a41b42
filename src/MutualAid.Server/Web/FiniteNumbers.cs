using System.Text.Json;
using System.Text.Json.Serialization;

namespace MutualAid.Server.Web;

/// <summary>1e999 is well-formed JSON and reads as infinity, which nothing behind can compare, store or write again.</summary>
internal sealed class FiniteNumbers : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
        && reader.GetDouble() is var number
        && double.IsFinite(number)
            ? number
            : throw new JsonException("A finite number.");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}
