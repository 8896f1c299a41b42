using System.Diagnostics;

namespace MutualAid.Benchmarks;

/// <summary>So many clients, each with one request under way at a time, for so long: what pgbench does, over HTTP.</summary>
internal static class HttpLoad
{
    /// <param name="next">The client's next request, by its number and a random source of its own.</param>
    /// <returns>Answers in a second, and the median and 99th percentile of one answer in milliseconds.</returns>
    /// <exception cref="HttpRequestException">An answer was not 2xx: a benchmark of refusals measures nothing.</exception>
    public static async Task<Measured> Run(
        Uri service,
        int clients,
        TimeSpan length,
        Func<int, Random, HttpRequestMessage> next
    )
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients, UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = service };
        var taken = new List<double>[clients];
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(number =>
                    Task.Run(async () =>
                    {
                        var random = new Random(number);
                        var mine = taken[number] = [];
                        while (Stopwatch.GetElapsedTime(start) < length)
                        {
                            using var request = next(number, random);
                            long sent = Stopwatch.GetTimestamp();
                            using var answer = await http.SendAsync(request);
                            string body = await answer.Content.ReadAsStringAsync();
                            if (!answer.IsSuccessStatusCode)
                                throw new HttpRequestException(
                                    $"{request.RequestUri}: {(int)answer.StatusCode} {body}"
                                );
                            mine.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                        }
                    })
                )
        );
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double[] all = [.. taken.SelectMany(mine => mine).Order()];
        return new Measured(all.Length / seconds, all[all.Length / 2], all[all.Length * 99 / 100]);
    }
}

/// <param name="PerSecond">Answers, or transactions, in a second.</param>
/// <param name="MedianMs">Half were answered within it.</param>
/// <param name="P99Ms">99 of 100 were answered within it; NaN where it was not measured.</param>
internal sealed record Measured(double PerSecond, double MedianMs, double P99Ms);
