using System.Buffers.Text;
using System.Text;

namespace MutualAid.Server.Web;

/// <summary>Where the next page of a list begins: opaque to readers, the last item's sort key inside.</summary>
public static class Cursor
{
    public static string Write(params string[] parts) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('|', parts)));

    /// <exception cref="Refusal">400 on <c>cursor</c>: it is none of ours.</exception>
    public static string[] Read(string cursor, int parts)
    {
        try
        {
            string[] read = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|');
            return read.Length == parts ? read : throw Wrong();
        }
        catch (FormatException)
        {
            throw Wrong();
        }
    }

    public static Refusal Wrong() => Refusal.Field("cursor", "cursor");

    /// <summary>This request's own address with another cursor: every other parameter stays.</summary>
    public static string Next(HttpContext context, string cursor)
    {
        var query = context
            .Request.Query.Where(parameter => parameter.Key != "cursor")
            .SelectMany(parameter =>
                parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value))
            )
            .Append(KeyValuePair.Create("cursor", (string?)cursor));
        return context.Request.PathBase + context.Request.Path + QueryString.Create(query);
    }
}
