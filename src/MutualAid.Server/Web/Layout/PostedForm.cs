using Microsoft.AspNetCore.Antiforgery;

namespace MutualAid.Server.Web.Layout;

/// <summary>The fields of a posted form.</summary>
public sealed class PostedForm
{
    public const string TokenField = "__RequestVerificationToken";
    public const string KeyField = "key";

    /// <summary>Field names and what was typed, trimmed; empty ones are absent.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>
    /// False when the antiforgery token is missing or old (cookies gone, keys changed): nothing may be done then, and the
    /// form is shown again as it was typed.
    /// </summary>
    public required bool Genuine { get; init; }

    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>Reads the form; its hidden key takes the place of the Idempotency-Key header that a program would send.</summary>
    public static async Task<PostedForm> Read(HttpContext context, CancellationToken stop)
    {
        if (!context.Request.HasFormContentType)
            throw new Refusal(415, "mediaType");
        var form = await context.Request.ReadFormAsync(stop);
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        bool genuine = await antiforgery.IsRequestValidAsync(context);
        var fields = form.Where(field => field.Key != TokenField && !string.IsNullOrWhiteSpace(field.Value))
            .ToDictionary(field => field.Key, field => field.Value[0]!.Trim());
        if (fields.TryGetValue(KeyField, out string? key))
            context.Request.Headers["Idempotency-Key"] = key;
        return new PostedForm { Fields = fields, Genuine = genuine };
    }
}
