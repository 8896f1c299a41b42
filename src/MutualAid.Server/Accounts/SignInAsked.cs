using System.Text.Json;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary>Where somebody stands in signing in, as the page's hidden fields carry it from step to step.</summary>
public sealed record SignInAsked
{
    /// <summary><c>phone</c>, <c>code</c> or <c>second</c>.</summary>
    public string Step { get; init; } = "phone";
    public string? Phone { get; init; }
    public Guid Attempt { get; init; }

    /// <summary>Whether the page may say that the code was sent; when codes are scarce it must not.</summary>
    public bool Sent { get; init; } = true;

    /// <summary>What was typed as the code.</summary>
    public string? Code { get; init; }
    public string? Challenge { get; init; }

    /// <summary>The authenticator's new secret, while the first right code would enrol it.</summary>
    public string? Secret { get; init; }
    public string? SecretUri { get; init; }

    /// <summary>Where to go after it: a path of ours.</summary>
    public string Return { get; init; } = "/";

    /// <summary>The form that waits, as JSON.</summary>
    public string? Draft { get; init; }

    public static SignInAsked Read(PostedForm form) =>
        new()
        {
            Step = form["step"] is "code" or "second" ? form["step"]! : "phone",
            Phone = form["phone"],
            Attempt = Guid.TryParse(form["attempt"], out var attempt) ? attempt : Guid.Empty,
            Code = form["code"],
            Challenge = form["challenge"],
            Secret = form["secret"],
            SecretUri = form["secretUri"],
            Return = Way(form["return"]),
            Draft = form["draft"],
        };

    /// <summary>The waiting form; null when there is none that can be read.</summary>
    public PostedForm? ReadDraft()
    {
        try
        {
            return Draft is null
                ? null
                : new PostedForm(JsonSerializer.Deserialize<Dictionary<string, string>>(Draft)!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A path of ours that is not the sign-in itself.</summary>
    public static string Way(string? path) =>
        Pages.LocalPath(path) is var way && way.StartsWith("/sign-", StringComparison.Ordinal) ? "/" : way;
}
