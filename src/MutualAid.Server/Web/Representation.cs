using System.Security.Cryptography;
using System.Text.Json;

namespace MutualAid.Server.Web;

/// <summary>
/// Versions of what is served. A tag is the hash of the representation for that reader; the owner's has the edit version
/// before it: <c>"3.hash"</c>. Edits are guarded by the version alone: a match that moves on is no edit.
/// </summary>
public static class Representation
{
    /// <param name="value">The answer, as its reader gets it.</param>
    /// <param name="editVersion">For the owner only.</param>
    public static string Tag(object value, int? editVersion)
    {
        byte[] hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options));
        string text = Convert.ToHexStringLower(hash.AsSpan(0, 16));
        return editVersion is null ? $"\"{text}\"" : $"\"{editVersion}.{text}\"";
    }

    /// <summary>Whether the reader has this already (<c>If-None-Match</c>, compared whole; weak tags count, RFC 9110 13.1.2).</summary>
    public static bool IsHeld(HttpContext context, string tag) =>
        context.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } held
        && (held.Trim() == "*" || Listed(held).Any(item => item == tag || item == "W/" + tag));

    /// <summary>200 with the tag, or 304 when the reader has it.</summary>
    public static IResult Tagged(HttpContext context, object value, int? editVersion)
    {
        string tag = Tag(value, editVersion);
        context.Response.Headers.ETag = tag;
        return IsHeld(context, tag) ? Results.StatusCode(304) : Results.Json(value, Json.Options);
    }

    /// <exception cref="Refusal">428 without <c>If-Match</c>, 412 when it names another edit version.</exception>
    public static void DemandVersion(HttpContext context, int editVersion)
    {
        string given = context.Request.Headers.IfMatch.ToString();
        if (given.Length == 0)
            throw new Refusal(428, "ifMatch");
        string start = $"\"{editVersion}.";
        // Strong comparison: a weak tag never matches (RFC 9110 13.1.1).
        if (
            given.Trim() != "*"
            && !Listed(given).Any(item => item.StartsWith(start, StringComparison.Ordinal))
        )
            throw new Refusal(412, "stale");
    }

    private static IEnumerable<string> Listed(string header) =>
        header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
