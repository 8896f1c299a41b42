using System.Text.Json;

namespace MutualAid.OData.PostGis.Tests.Hostile;

/// <summary>
/// Whatever stands in a request, the answer is data or a refusal in OData's form, and nothing of it stands in a statement's
/// text. Refusals name 4xx or 501; never is it the service's own failure.
/// </summary>
public sealed class HostileTests(HostileTests.OwnDatabase own) : IClassFixture<HostileTests.OwnDatabase>
{
    /// <summary>Its log holds the statements of these tests alone.</summary>
    public sealed class OwnDatabase : IAsyncLifetime
    {
        public ViewsDatabase Database { get; } = new();

        public ValueTask InitializeAsync() => Database.InitializeAsync();

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }

    [Fact]
    public async Task Hostile_text_in_every_place_is_data_or_refused()
    {
        var wrong = new List<string>();
        int asked = 0;
        foreach (string template in Attacks.Templates)
        foreach (string payload in Attacks.Payloads)
        {
            asked++;
            await Ask(
                template.Replace("@@", Uri.EscapeDataString(payload), StringComparison.Ordinal),
                [],
                wrong
            );
        }
        Assert.True(asked > 300);
        Told(wrong, asked);
    }

    [Fact]
    public async Task Malformed_requests_are_refused_by_name()
    {
        var wrong = new List<string>();
        foreach (string target in Attacks.Refused)
            if (await Ask(target, [], wrong) is 200 or 204)
                wrong.Add($"{target}\n  was answered");
        Told(wrong, Attacks.Refused.Count);
    }

    [Fact]
    public async Task Values_out_of_range_are_data_or_refused()
    {
        var wrong = new List<string>();
        foreach (string target in Attacks.Extreme)
            await Ask(target, [], wrong);
        Told(wrong, Attacks.Extreme.Count);
    }

    [Fact]
    public async Task A_url_cut_short_anywhere_is_answered_or_refused()
    {
        var wrong = new List<string>();
        int asked = 0;
        foreach (string whole in Attacks.Long)
            for (int length = 0; length <= whole.Length; length++, asked++)
                if (await Ask(whole[..length], [], wrong) != 200 && length == whole.Length)
                    wrong.Add($"{whole}\n  is whole, and was refused");
        Told(wrong, asked);
    }

    [Fact]
    public async Task Hostile_headers_are_read_or_refused()
    {
        var wrong = new List<string>();
        foreach (
            string name in new[]
            {
                "Accept",
                "Prefer",
                "OData-MaxVersion",
                "OData-Version",
                "If-None-Match",
                "Accept-Charset",
                "Content-Type",
            }
        )
        foreach (string payload in Attacks.Payloads)
        foreach (string target in new[] { "Things?$top=1", "Things(1)" })
        {
            await Ask(target, [$"{name}: {payload}"], wrong);
            await Ask(target, [$"{name}: maxpagesize={payload}"], wrong);
        }
        Told(wrong, 1);
    }

    [Fact]
    public async Task Hostile_bodies_are_read_or_refused()
    {
        var wrong = new List<string>();
        foreach (string payload in Attacks.Payloads)
        {
            await Ask("Things/$query", ["Content-Type: text/plain"], wrong, $"$filter=Name eq '{payload}'");
            await Ask("Things/$query", ["Content-Type: text/plain"], wrong, payload);
            await Ask("$batch", ["Content-Type: application/json"], wrong, payload);
            await Ask(
                "$batch",
                ["Content-Type: application/json"],
                wrong,
                Attacks.Batch.Replace("Name", payload, StringComparison.Ordinal)
            );
        }
        for (int length = 0; length <= Attacks.Batch.Length; length++)
            await Ask("$batch", ["Content-Type: application/json"], wrong, Attacks.Batch[..length]);
        Told(wrong, 1);
    }

    private async Task<int> Ask(string target, string[] headers, List<string> wrong, string? body = null)
    {
        var database = own.Database;
        database.Log.Taken();
        string said =
            $"{(target.Length > 300 ? target[..300] + "…" : target)} {string.Join(" ", headers)} {body}";
        try
        {
            var reply = await new Desk(database).Ask(
                body is null ? "GET" : "POST",
                target,
                body ?? "",
                headers
            );
            if (reply.Status is not (200 or 204 or 304 or 501 or (>= 400 and < 500)))
                wrong.Add($"{said}\n  {reply.Status} {reply.Text}");
            if (reply.Status >= 400 && (!Named(reply) || reply.Text.Length > 3000))
                wrong.Add($"{said}\n  {reply.Status}, and no error of OData: {reply.Text}");
            foreach (string line in database.Log.Taken())
                if (Attacks.Markers.Any(marker => line.Contains(marker, StringComparison.OrdinalIgnoreCase)))
                    wrong.Add($"{said}\n  stands in a statement: {line}");
            return reply.Status;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            wrong.Add(
                $"{said}\n  {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("MutualAid"))}"
            );
            return 500;
        }
    }

    private static bool Named(Reply reply)
    {
        try
        {
            var error = reply.Json.GetProperty("error");
            return error.GetProperty("code").GetString()!.Length > 0
                && error.GetProperty("message").GetString()!.Length > 0;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Told(List<string> wrong, int asked) =>
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join("\n\n", wrong.Take(25))}");
}
