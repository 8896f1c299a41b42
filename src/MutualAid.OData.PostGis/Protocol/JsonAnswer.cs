using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>How JSON is written here: letters as they are. Answers are <c>application/json</c>, never part of a page.</summary>
internal static class JsonAnswer
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonWriterOptions Writing = new() { Encoder = Options.Encoder };

    public static Utf8JsonWriter Writer(IBufferWriter<byte> buffer) => new(buffer, Writing);

    public static Utf8JsonWriter Writer(Stream stream) => new(stream, Writing);
}
