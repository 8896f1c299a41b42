using Microsoft.AspNetCore.Antiforgery;

namespace MutualAid.Server.Web.Layout;

/// <summary>The fields of a posted form, trimmed; empty ones are absent.</summary>
public sealed class PostedForm(IReadOnlyDictionary<string, string> fields)
{
    public const string TokenField = "__RequestVerificationToken";
    public const string KeyField = "key";

    public static readonly PostedForm Empty = new(new Dictionary<string, string>());

    public IReadOnlyDictionary<string, string> Fields => fields;

    public string? this[string field] => fields.GetValueOrDefault(field);

    /// <summary>A form whose handler acts. </summary>
    /// <exception cref="Refusal">403: it does not come from a page of ours, or from one too old.</exception>
    public static async Task<PostedForm> Read(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await Keep(context, stop);
        return genuine ? form : throw new Refusal(403, "antiforgery");
    }

    /// <summary>
    /// A form that somebody may have typed much into. When its token is missing or old (cookies gone, another session)
    /// <c>Genuine</c> is false: nothing may be done, and the form is shown again as it was typed.
    /// </summary>
    public static async Task<(PostedForm Form, bool Genuine)> Keep(
        HttpContext context,
        CancellationToken stop
    )
    {
        if (!context.Request.HasFormContentType)
            throw new Refusal(415, "mediaType");
        var posted = await context.Request.ReadFormAsync(stop);
        var antiforgery = context.RequestServices.GetRequiredService<IAntiforgery>();
        bool genuine = await antiforgery.IsRequestValidAsync(context);
        return (
            new PostedForm(
                posted
                    .Where(field => field.Key != TokenField && !string.IsNullOrWhiteSpace(field.Value))
                    .ToDictionary(field => field.Key, field => field.Value[0]!.Trim())
            ),
            genuine
        );
    }

    /// <summary>
    /// Does the work under the form's hidden key, which stands for the header that a program would send. A form sent twice
    /// at once waits for its first: the browser shows the second answer only.
    /// </summary>
    public async Task<T> Once<T>(HttpContext context, Func<Task<T>> work, CancellationToken stop)
    {
        context.Request.Headers["Idempotency-Key"] = this[KeyField];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Refusal refusal) when (refusal.Code == "stillRunning" && attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
            }
        }
    }

    /// <summary>The same form with some fields changed; null takes one out.</summary>
    public PostedForm With(params ReadOnlySpan<(string Field, string? Value)> changes)
    {
        var changed = new Dictionary<string, string>(fields);
        foreach (var (field, value) in changes)
            if (value is null)
                changed.Remove(field);
            else
                changed[field] = value;
        return new PostedForm(changed);
    }
}
