using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <param name="Rel">A link relation, registered or OGC's own.</param>
public sealed record OgcLink(string Href, string Rel, string Type, string Title);

/// <summary>What every answer shares: absolute addresses, JSON or a page, a minute's cache at most.</summary>
internal static class OgcAnswer
{
    public const string Json = "application/json";
    public const string GeoJson = "application/geo+json";
    public const string Html = "text/html";
    public const string Schema = "application/schema+json";
    public const string OpenApi = "application/vnd.oai.openapi+json;version=3.0";

    /// <summary>The service's own address as this reader calls it, through whichever proxy is trusted.</summary>
    public static string Root(this HttpContext context) =>
        $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/ogc";

    /// <summary>Whether a page is asked for, by <c>f</c> or, without it, by what stands first in Accept.</summary>
    /// <exception cref="Refusal">400 on <c>f</c>.</exception>
    public static bool WantsPage(this HttpContext context)
    {
        var asked = context.Request.Query["f"];
        if (asked.Count > 0)
            return (string?)asked switch
            {
                "json" => false,
                "html" => true,
                _ => throw Refusal.Field("f", "oneOf", "json, html"),
            };
        string accept = context.Request.Headers.Accept.ToString();
        int page = accept.IndexOf(Html, StringComparison.OrdinalIgnoreCase),
            data = accept.IndexOf("json", StringComparison.OrdinalIgnoreCase);
        return page >= 0 && (data < 0 || page < data);
    }

    /// <summary>Refuses what is not known and what is said twice or with nothing in it, and says how long the answer may be kept.</summary>
    public static void ReadStrictly(this HttpContext context, params ReadOnlySpan<string> names)
    {
        context.AllowParameters(names);
        foreach (var (name, values) in context.Request.Query)
            if (
                values.Count != 1
                // A text may be asked for that is empty.
                || (string.IsNullOrEmpty(values[0]) && OgcItemsAsked.Parameters.Contains(name))
                || values[0]!.Contains('\0', StringComparison.Ordinal)
            )
                throw Refusal.Field(name, "ogcOnce");
        context.CacheBriefly();
        if (Accounts.Caller.Of(context) is not null)
            context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Append("Vary", "Accept");
    }

    /// <summary>This document itself, and as the other of its two forms.</summary>
    public static IEnumerable<OgcLink> Selves(this HttpContext context, bool page, string data = Json)
    {
        string self = context.Request.PathBase + context.Request.Path;
        string At(string form) =>
            $"{context.Request.Scheme}://{context.Request.Host}{self}"
            + QueryString.Create(
                context
                    .Request.Query.Where(one => one.Key != "f")
                    .Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))
                    .Append(KeyValuePair.Create("f", (string?)form))
            );
        yield return new OgcLink(At("json"), page ? "alternate" : "self", data, "JSON");
        yield return new OgcLink(At("html"), page ? "self" : "alternate", Html, "HTML");
    }

    public static IResult Data(object value, string type = Json) =>
        Results.Json(value, Web.Json.Options, type);
}
