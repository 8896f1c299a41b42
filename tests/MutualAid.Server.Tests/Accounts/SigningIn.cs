using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>Signing in through the front door, the code read from the message.</summary>
internal static partial class SigningIn
{
    /// <summary>Asks for a code and reads it from the message that comes.</summary>
    internal static async Task<(Guid Attempt, string Code)> AskCode(
        this ServiceFixture service,
        string phone,
        HttpClient? client = null
    )
    {
        string number = Phone.Parse(phone, "phone").E164;
        int known = service.SentTo(number).Count;
        var answer = await (client ?? service.Anonymous)
            .PostAsJsonAsync("/api/sign-in/codes", new { phone })
            .Is(HttpStatusCode.Accepted);
        // Another message to the same number may leave in the same breath.
        string told = await service.NextTo(number, text => SixDigitsAlone().IsMatch(text), known);
        return (Guid.Parse(answer.Text("attempt")), CodeIn(told));
    }

    internal static Task<HttpResponseMessage> UseCode(
        this ServiceFixture service,
        string phone,
        string code,
        Guid attempt
    ) =>
        service.Anonymous.PostAsJsonAsync(
            "/api/sign-in",
            new
            {
                phone,
                code,
                attempt,
            }
        );

    internal static async Task<JsonNode> SignIn(this ServiceFixture service, string phone)
    {
        var (attempt, code) = await service.AskCode(phone);
        return await service.UseCode(phone, code, attempt).Is(HttpStatusCode.OK);
    }

    internal static Task<HttpResponseMessage> UseSecond(
        this ServiceFixture service,
        string challenge,
        string code
    ) => service.Anonymous.PostAsJsonAsync("/api/sign-in/second", new { challenge, code });

    internal static string CodeIn(string message) => SixDigitsAlone().Match(message).Value;

    /// <summary>Another six digits than these.</summary>
    internal static string Wrong(string code) => code == "000000" ? "000001" : "000000";

    [GeneratedRegex(@"\b[0-9]{6}\b")]
    private static partial Regex SixDigitsAlone();
}
