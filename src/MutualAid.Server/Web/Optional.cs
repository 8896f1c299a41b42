using System.Text.Json;
using System.Text.Json.Serialization;

namespace MutualAid.Server.Web;

/// <summary>A field of a PATCH body (RFC 7396): left out, or given, perhaps as null.</summary>
[JsonConverter(typeof(OptionalConverter))]
public readonly struct Optional<T>(T value)
{
    public bool Given { get; } = true;
    public T Value { get; } = value;

    /// <summary>The given value, else what is there.</summary>
    public T Or(T present) => Given ? Value : present;
}

internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)
            Activator.CreateInstance(
                typeof(Of<>).MakeGenericType(type.GetGenericArguments()[0]),
                options.GetConverter(type.GetGenericArguments()[0])
            )!;

    private sealed class Of<T>(JsonConverter<T> inner) : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) =>
            reader.TokenType == JsonTokenType.Null && default(T) is null
                ? new Optional<T>(default!)
                : new Optional<T>(inner.Read(ref reader, typeof(T), options)!);

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
