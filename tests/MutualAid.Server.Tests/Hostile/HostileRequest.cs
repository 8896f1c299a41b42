using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>Makes one request for an operation, with a few things wrong in it; the same random numbers make the same one.</summary>
internal sealed partial class HostileRequest(Random random, JsonElement document, HostileWorld world)
{
    private const string Hole = "@@hole@@";

    /// <summary>Where the one wrong value stands, when all else would have been taken; its answer, if 400, must name it.</summary>
    public string? OnlyWrong { get; private set; }

    /// <summary>The request in a line, for whoever reads a failure.</summary>
    public string Line { get; private set; } = "";

    public HttpRequestMessage Make(ApiOperation operation)
    {
        bool mild = random.Next(3) == 0 && Templates(operation) is not null;
        var who = mild ? world.Scene.Stranger : world.Anybody(random);
        string address = Id().Replace(operation.Path, _ => Name(operation));
        address += mild ? "" : Query(operation);
        var message = new HttpRequestMessage(operation.Method, address);
        if (who is not null)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
        Set(message, "Idempotency-Key", mild || Mostly() ? Guid.NewGuid().ToString() : Text());
        if (operation.Headers.Contains("If-Match"))
            Set(message, "If-Match", Mostly() ? "\"1\"" : Text());
        if (!mild)
            foreach (
                string header in (string[])
                    ["Accept", "Accept-Language", "Cookie", "X-Forwarded-For", "Authorization", "Range"]
            )
                if (random.Next(60) == 0)
                    Set(message, header, Text());
        string body = "";
        if (operation.Body is { } schema)
        {
            body = Body(
                Templates(operation) ?? ApiOperation.Sample(document, schema),
                keepsRules: mild,
                mild ? 1 : random.Next(4)
            );
            message.Content = mild ? Json(body) : Wrapped(body);
        }
        Line = $"{operation.Method} {Short(address)} by {who?.Phone ?? "nobody"}: {Short(body)}";
        return message;
    }

    // Bodies that keep every rule, where a sample of the schema would not.
    private string? Templates(ApiOperation operation) =>
        (operation.Method.Method, operation.Path) switch
        {
            ("POST", "/api/requests") => Posting.Body().ToJsonString(),
            ("POST", "/api/offers") => """
                {"category":"food","capacity":5,"location":{"type":"Point","coordinates":[105.856,21.034]},"reach":2000,"note":"buổi tối"}
                """,
            ("POST", "/api/reports") =>
                $$"""{"subject":{"kind":"request","id":"{{world.Scene.Request}}"},"reason":"money","text":"hỏi tiền"}""",
            _ => null,
        };

    private string Name(ApiOperation operation)
    {
        string kind = operation.Path.Split('/')[2];
        return random.Next(10) switch
        {
            0 => Guid.NewGuid().ToString(),
            1 => Uri.EscapeDataString(HostileValues.WellFormed(random)),
            _ => world.Ids.TryGetValue(kind, out var id) ? id.ToString() : Guid.NewGuid().ToString(),
        };
    }

    private string Query(ApiOperation operation)
    {
        var pairs = operation
            .Query.Where(_ => random.Next(4) > 0)
            .Select(name => $"{name}={Value(name)}")
            .ToList();
        if (random.Next(8) == 0)
            pairs.Add($"{Uri.EscapeDataString(HostileValues.WellFormed(random))}={Value("")}");
        if (pairs.Count > 0 && random.Next(10) == 0)
            pairs.Add(pairs[0]);
        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }

    private string Value(string name) =>
        Mostly()
            ? name switch
            {
                "lon" => "105.853",
                "lat" or "at" => "21.032",
                "within" => "2000",
                "limit" => "20",
                "category" => "food",
                _ => "a",
            }
        : random.Next(6) == 0 ? "%ff%c0%af" // no UTF-8
        : Uri.EscapeDataString(HostileValues.WellFormed(random));

    private string Body(string template, bool keepsRules, int changes)
    {
        var values = new List<string>();
        var node = JsonNode.Parse(template)!;
        for (int change = 0; change < changes; change++)
        {
            var (parent, name) = Somewhere(node);
            if (parent is null)
                continue;
            if (random.Next(15) == 0)
                name = HostileValues.WellFormed(random);
            OnlyWrong = Top(parent) ?? name;
            parent[name] = $"{Hole}{values.Count}";
            values.Add(HostileValues.Json(random));
        }
        string body = node.ToJsonString();
        for (int at = 0; at < values.Count; at++)
            body = body.Replace($"\"{Hole}{at}\"", values[at], StringComparison.Ordinal);
        if (changes != 1 || !keepsRules || !IsJson(body))
            OnlyWrong = null;
        return body;
    }

    // A property of the body, at any depth.
    private (JsonObject? Parent, string Name) Somewhere(JsonNode node)
    {
        var all = Properties(node).ToList();
        return all.Count == 0 ? (null, "") : all[random.Next(all.Count)];
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Properties(JsonNode? node) =>
        node switch
        {
            JsonObject one => one.Select(property => (one, property.Key))
                .Concat(one.SelectMany(property => Properties(property.Value))),
            JsonArray many => many.SelectMany(Properties),
            _ => [],
        };

    // The outermost property that a node stands in.
    private static string? Top(JsonNode node)
    {
        string path = node.GetPath(); // $.needs[0]
        return path.Length < 3 ? null : path[2..].Split('.', '[')[0];
    }

    private HttpContent Wrapped(string body)
    {
        switch (random.Next(20))
        {
            case 0:
                return Json(body[..random.Next(body.Length + 1)]);
            case 1:
                return new ByteArrayContent([.. Encoding.UTF8.GetBytes(body), 0xff, 0xc0, 0xaf])
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                };
            case 2:
                return new StringContent(body, Encoding.Unicode, "application/json");
            case 3:
                return new StringContent(body, Encoding.UTF8, "application/xml");
            case 4:
                return new FormUrlEncodedContent([KeyValuePair.Create("needs", body)]);
            case 5:
                var bare = Json(body);
                bare.Headers.Remove("Content-Type");
                bare.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=nonsense");
                return bare;
            default:
                return Json(body);
        }
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    // A line break in a header would never leave this client; the raw ones are a test of their own.
    private static void Set(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value.ReplaceLineEndings(" ").Replace('\0', ' '));
    }

    private bool Mostly() => random.Next(10) < 7;

    private string Text() => HostileValues.WellFormed(random);

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Short(string text) => text.Length <= 300 ? text : text[..300] + "…";

    [GeneratedRegex("{[^}]+}")]
    private static partial Regex Id();
}
