using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging;
using MutualAid.Server.Tests.Accounts;

namespace MutualAid.Server.Tests.Floods;

/// <summary>Limits as in production, with a budget that a short run can spend; what the service logs is kept.</summary>
public sealed class FloodFixture(Cluster cluster) : LimitsFixture(cluster)
{
    private readonly LoggedLines log = new();

    /// <summary>Every warning so far.</summary>
    public IEnumerable<string> Warnings =>
        log.All.Where(line => line.StartsWith("Warning ", StringComparison.Ordinal));

    protected override void Configure(WebApplicationBuilder builder) => builder.Logging.AddProvider(log);

    /// <summary>Begins a day of its own, so that no test finds what another has spent.</summary>
    public async Task NewDay(int codesADay, int unjudged)
    {
        await Clock.Advance(TimeSpan.FromDays(2));
        await using var connection = await Open();
        await connection.ExecuteAsync(
            """
            update setting set value = @codesADay where key = 'codes_a_day';
            update setting set value = @unjudged where key = 'codes_unjudged';
            """,
            new { codesADay, unjudged }
        );
    }

    /// <summary>Asks for a code for this number from this address.</summary>
    public async Task<Asked> Ask(string address, string phone)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/sign-in/codes")
        {
            Content = JsonContent.Create(new { phone }),
            Headers = { { "X-Forwarded-For", address } },
        };
        using var answer = await Anonymous.SendAsync(message);
        return new Asked(
            answer.StatusCode,
            answer.Headers.RetryAfter?.Delta,
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject()
        );
    }

    /// <summary>All of them, thirty-two at a time.</summary>
    public async Task<IReadOnlyCollection<Asked>> AskAll(IEnumerable<(string Address, string Phone)> asks)
    {
        var answers = new ConcurrentBag<Asked>();
        await Parallel.ForEachAsync(
            asks,
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (one, _) => answers.Add(await Ask(one.Address, one.Phone))
        );
        return answers;
    }

    /// <summary>How many codes were sent since the day began.</summary>
    public Task<int> Spent() =>
        Look<int>(
            "select count(*)::int from code_sent where sent_at > @now - interval '1 day'",
            new { now = Clock.GetUtcNow() }
        );
}

/// <summary>What somebody was answered who asked for a code.</summary>
public sealed record Asked(HttpStatusCode Status, TimeSpan? RetryAfter, JsonObject Body)
{
    public Guid Attempt => Guid.Parse((string)Body["attempt"]!);

    /// <summary>All that the asker can see, but for the attempt's number.</summary>
    public string Seen
    {
        get
        {
            var body = Body.DeepClone().AsObject();
            body["attempt"] = "…";
            return $"{(int)Status} {RetryAfter} {body.ToJsonString()}";
        }
    }
}
