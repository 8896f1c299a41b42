using System.Text;
using System.Text.RegularExpressions;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>One way to call a route, and what of the answer is drawn anew each time and so left out of the comparison.</summary>
internal sealed record Call(HttpMethod Method, string Path, string? Body = null)
{
    /// <summary>Replaced by a dash: an antiforgery token, an id of what the call itself has made.</summary>
    public string? Drawn { get; init; }

    /// <summary>An endless answer: its beginning is read.</summary>
    public bool Endless { get; init; }

    /// <summary>Sent as by a proxy from elsewhere: not from this machine.</summary>
    public bool FromElsewhere { get; init; }

    /// <summary>A header beside the usual ones.</summary>
    public (string Name, string Value)? Header { get; init; }

    public static Call Get(string path) => new(HttpMethod.Get, path);

    public override string ToString() =>
        $"{Method} {Path}{(Body is null ? "" : " " + Body)}{(Header is { } sent ? $" {sent.Name}: {sent.Value}" : "")}";
}

/// <summary>All of an answer: its status, its headers but the date, its bytes.</summary>
internal static partial class Seen
{
    public static async Task<string> Answer(HttpClient client, Call call)
    {
        using var message = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body is not null)
            message.Content = new StringContent(
                call.Body,
                Encoding.UTF8,
                call.Body.StartsWith('{') ? "application/json" : "application/x-www-form-urlencoded"
            );
        // Answers hold their own addresses; the port is another one in each world.
        message.Headers.Host = "ward.test";
        if (call.Header is { } header)
            message.Headers.TryAddWithoutValidation(header.Name, header.Value);
        if (call.FromElsewhere)
            message.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var answer = await client.SendAsync(
            message,
            HttpCompletionOption.ResponseHeadersRead,
            limit.Token
        );
        var told = new StringBuilder().Append((int)answer.StatusCode).Append('\n');
        foreach (
            var (name, values) in answer
                .Headers.Concat(answer.Content.Headers)
                .Where(header => header.Key != "Date")
                .OrderBy(header => header.Key, StringComparer.Ordinal)
        )
            told.Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        // One character a byte: what differs in one byte differs here.
        told.Append('\n')
            .Append(
                Encoding.Latin1.GetString(
                    call.Endless
                        ? await Beginning(answer, limit.Token)
                        : await answer.Content.ReadAsByteArrayAsync(limit.Token)
                )
            );
        return call.Drawn is null ? told.ToString() : Regex.Replace(told.ToString(), call.Drawn, "–");
    }

    /// <summary>Every id that is not one of these becomes a number in the order of appearance: matches and trips are drawn anew in each world.</summary>
    public static string WithoutDrawnIds(string answer, IReadOnlySet<string> known)
    {
        var numbers = new Dictionary<string, string>();
        return Id()
            .Replace(
                answer,
                found =>
                    known.Contains(found.Value) ? found.Value
                    : numbers.TryGetValue(found.Value, out string? number) ? number
                    : numbers[found.Value] = $"#{numbers.Count}"
            );
    }

    // What comes, and within half a second of the last that came.
    private static async Task<byte[]> Beginning(HttpResponseMessage answer, CancellationToken stop)
    {
        using var read = new MemoryStream();
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop);
                quiet.CancelAfter(read.Length == 0 ? 20_000 : 500);
                int count = await stream.ReadAsync(buffer, quiet.Token);
                if (count == 0)
                    break;
                read.Write(buffer, 0, count);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested) { }
        return read.ToArray();
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
