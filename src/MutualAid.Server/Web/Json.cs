using System.Text.Json;
using System.Text.Json.Serialization;

namespace MutualAid.Server.Web;

/// <summary>How JSON is read and written everywhere: camelCase, strict about unknown and doubled fields and about types.</summary>
public static class Json
{
    public static readonly JsonSerializerOptions Options = Configure(
        new JsonSerializerOptions(JsonSerializerDefaults.Web)
    );

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.MaxDepth = 32;
        options.Converters.Add(new UtcTimes());
        options.Converters.Add(new FiniteNumbers());
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(
            System.Text.Unicode.UnicodeRanges.All
        );
        return options;
    }
}
