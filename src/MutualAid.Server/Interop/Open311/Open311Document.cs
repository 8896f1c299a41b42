using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>A part of an answer, said once and written as XML or as JSON.</summary>
internal abstract record Part
{
    public static implicit operator Part(string? value) => new Text(value);

    public static implicit operator Part(bool value) => new Text(value);

    public static implicit operator Part(int value) => new Text(value);

    public static implicit operator Part(double value) => new Text(value);

    /// <summary>With its zone, to the second.</summary>
    public static implicit operator Part(DateTimeOffset value) =>
        new Text(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}

/// <summary>A string, a number or a truth; null is an empty element, or JSON's null.</summary>
internal sealed record Text(object? Value) : Part;

/// <summary>Named parts in their order.</summary>
internal sealed record Fields(params IReadOnlyList<(string Name, Part Part)> All) : Part;

/// <summary>An array; in XML each item is an element of the name <paramref name="Each"/>.</summary>
internal sealed record Items(string Each, IEnumerable<Part> All) : Part;

/// <summary>An answer as the address asks for it: <c>….json</c>, or XML. <paramref name="Root"/> stands in XML only.</summary>
internal sealed class Open311Document(string root, Part part, int status = 200) : IResult
{
    public Task ExecuteAsync(HttpContext context)
    {
        bool json = context.Request.Path.Value?.EndsWith(".json", StringComparison.Ordinal) == true;
        context.Response.StatusCode = status;
        context.Response.ContentType = json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
        byte[] bytes = json ? Json() : Xml();
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private byte[] Json()
    {
        using var bytes = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                bytes,
                new JsonWriterOptions { Encoder = Web.Json.Options.Encoder }
            )
        )
            Write(writer, part);
        return bytes.ToArray();
    }

    private byte[] Xml()
    {
        using var bytes = new MemoryStream();
        using (
            var writer = XmlWriter.Create(
                bytes,
                new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }
            )
        )
            Write(writer, root, part);
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Part part)
    {
        switch (part)
        {
            case Fields fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields.All)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
                writer.WriteEndObject();
                break;
            case Items items:
                writer.WriteStartArray();
                foreach (var item in items.All)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case Text text:
                JsonSerializer.Serialize(writer, text.Value, Web.Json.Options);
                break;
        }
    }

    private static void Write(XmlWriter writer, string name, Part part)
    {
        writer.WriteStartElement(name);
        switch (part)
        {
            case Fields fields:
                foreach (var (field, value) in fields.All)
                    Write(writer, field, value);
                break;
            case Items items:
                foreach (var item in items.All)
                    Write(writer, items.Each, item);
                break;
            case Text { Value: bool truth }:
                writer.WriteString(truth ? "true" : "false");
                break;
            case Text text:
                writer.WriteString(
                    Writable(Convert.ToString(text.Value, CultureInfo.InvariantCulture) ?? "")
                );
                break;
        }
        writer.WriteEndElement();
    }

    // An error may name a parameter as it was sent, and not everything that can be sent can stand in XML.
    private static string Writable(string text) =>
        text.All(XmlConvert.IsXmlChar)
            ? text
            : string.Concat(
                text.EnumerateRunes()
                    .Select(rune =>
                        rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value)
                            ? Rune.ReplacementChar.ToString()
                            : rune.ToString()
                    )
            );
}
