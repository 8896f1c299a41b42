using System.Collections.Concurrent;
using System.Net;

namespace MutualAid.Server.Tests.Storm;

/// <summary>
/// A phone that does not give up: what was not answered, or answered with "not now", is sent again as it was, under the same
/// key, to whichever server there is. Every last answer to a POST is kept, to be compared with what is there afterwards.
/// </summary>
internal sealed class Persistent(Func<Uri?> server, Heard heard, HttpMessageHandler network)
    : DelegatingHandler(network)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken stop
    )
    {
        long begun = TimeProvider.System.GetTimestamp();
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(stop);
        for (bool again = false; ; )
        {
            var address = server();
            var answer = address is null ? null : await Try(address, request, stop);
            bool enough = TimeProvider.System.GetElapsedTime(begun) > Patience;
            if (answer is not null && (enough || !await NotNow(answer, again, stop)))
            {
                heard.Note(request, answer.StatusCode, again);
                return answer;
            }
            if (enough)
                throw new HttpRequestException($"no server answers {request.RequestUri}");
            answer?.Dispose();
            again |= address is not null;
            await Task.Delay(50, stop);
        }
    }

    // Null: nobody knows what became of it.
    private async Task<HttpResponseMessage?> Try(
        Uri address,
        HttpRequestMessage request,
        CancellationToken stop
    )
    {
        request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
        try
        {
            var answer = await base.SendAsync(request, stop);
            await answer.Content.LoadIntoBufferAsync(stop);
            heard.Tried(answer.StatusCode);
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            heard.Tried(null);
            return null;
        }
    }

    // The first try may still be running where the second one arrives.
    private static async Task<bool> NotNow(HttpResponseMessage answer, bool again, CancellationToken stop) =>
        answer.StatusCode == HttpStatusCode.ServiceUnavailable
        || (
            again
            && answer.StatusCode == HttpStatusCode.Conflict
            && (await answer.Content.ReadAsStringAsync(stop)).Contains(
                "stillRunning",
                StringComparison.Ordinal
            )
        );
}

/// <summary>What people were told in the end.</summary>
internal sealed class Heard
{
    private int unanswered;
    private int notNow;
    private int unclearEdits;

    /// <summary>The key of every POST, and the last answer to it.</summary>
    public ConcurrentQueue<(string Key, string Path, int Status)> Posts { get; } = [];

    /// <summary>How often a try broke off without an answer.</summary>
    public int Unanswered => unanswered;

    /// <summary>How often the answer was 503.</summary>
    public int NotNow => notNow;

    /// <summary>Edits whose first try was not answered and whose second came too late: perhaps because of the first.</summary>
    public int UnclearEdits => unclearEdits;

    public void Tried(HttpStatusCode? answer)
    {
        if (answer is null)
            Interlocked.Increment(ref unanswered);
        else if (answer == HttpStatusCode.ServiceUnavailable)
            Interlocked.Increment(ref notNow);
    }

    public void Note(HttpRequestMessage request, HttpStatusCode status, bool again)
    {
        if (request.Method == HttpMethod.Post)
            Posts.Enqueue(
                (
                    request.Headers.GetValues("Idempotency-Key").Single(),
                    request.RequestUri!.AbsolutePath,
                    (int)status
                )
            );
        else if (again && request.Method == HttpMethod.Patch && status != HttpStatusCode.OK)
            Interlocked.Increment(ref unclearEdits);
    }
}
