using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace MutualAid.Server.Tests.Keys;

/// <summary>A service behind a proxy that says how it was reached, with every line that it logs.</summary>
public class KeysFixture(Cluster cluster) : ServiceFixture(cluster)
{
    private readonly LoggedLines log = new();

    public IReadOnlyList<string> Lines => log.All;

    protected override Settings Configure(Settings settings) =>
        settings with
        {
            TrustedProxies = [IPAddress.Loopback],
        };

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Logging.AddProvider(log);
    }

    /// <summary>Asks from afar with a token; <paramref name="scheme"/> is what the proxy was reached by.</summary>
    public async Task<HttpResponseMessage> Ask(
        string token,
        string path,
        string scheme = "https",
        HttpMethod? method = null,
        bool basic = false,
        string user = "excel"
    )
    {
        using var message = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        message.Headers.Add("X-Forwarded-For", "203.0.113.9");
        message.Headers.Add("X-Forwarded-Proto", scheme);
        message.Headers.Authorization = basic
            ? new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{token}"))
            )
            : new AuthenticationHeaderValue("Bearer", token);
        return await Anonymous.SendAsync(message);
    }
}

/// <summary>Makes keys as a client does.</summary>
internal static class KeyMaking
{
    public static Task<HttpResponseMessage> MakeKey(
        this Person person,
        string kind = "posting",
        Guid? area = null,
        int? days = null,
        string name = "Excel của phường"
    ) =>
        person.Http.PostAsJsonAsync(
            "/api/me/keys",
            new
            {
                kind,
                name,
                areaId = area,
                days,
            }
        );

    /// <summary>A reading key of this area, or without one a posting key, with its token.</summary>
    public static Task<JsonNode> Key(this Person person, Guid? area = null, int? days = null) =>
        person.MakeKey(area is null ? "posting" : "reading", area, days).Is(HttpStatusCode.Created);

    public static async Task<string> KeyToken(this Person person, Guid? area = null, int? days = null) =>
        (await person.Key(area, days)).Text("token");
}
