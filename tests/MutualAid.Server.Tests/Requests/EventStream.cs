using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

/// <summary>One server-sent event.</summary>
internal sealed record Told(string Name, string Id, JsonNode Data);

/// <summary>A reader of what becomes of one request.</summary>
internal sealed class EventStream(HttpResponseMessage answer, StreamReader lines) : IDisposable
{
    public static async Task<EventStream> Open(HttpClient client, string path, string? held = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path + "/events");
        if (held is not null)
            message.Headers.Add("Last-Event-ID", held);
        var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new EventStream(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    // Long: the change log is read up to the oldest transaction of the whole cluster, other tests' bulk loads included.
    public async Task<Told> Next()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        string name = "",
            id = "";
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return new Told(name, id, JsonNode.Parse(line[6..])!);
        }
        throw new EndOfStreamException();
    }

    public async Task<bool> IsOver()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (await lines.ReadLineAsync(patience.Token) is { } line)
            if (line.Length > 0)
                return false;
        return true;
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
    }
}
