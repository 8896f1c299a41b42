using System.Net;
using System.Net.Http.Json;
using Dapper;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>Limits as in production; loopback is a trusted proxy, so that each test comes from an address of its own.</summary>
public class LimitsFixture(Cluster cluster) : ServiceFixture(cluster)
{
    protected override Settings Configure(Settings settings) =>
        settings with
        {
            RateFactor = 1,
            TrustedProxies = [IPAddress.Loopback],
        };

    public HttpClient From(string address)
    {
        var client = Client(null);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }
}

public sealed class CodeLimitsTests(LimitsFixture service) : IClassFixture<LimitsFixture>
{
    [Fact]
    public async Task a_number_gets_three_codes_in_a_quarter_of_an_hour_and_eight_a_day()
    {
        string[] addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"];
        for (int i = 0; i < 3; i++)
            await Ask(addresses[i], "0913000001").Is(HttpStatusCode.Accepted);
        var refused = await Ask(addresses[3], "0913000001");
        Assert.Equal(TimeSpan.FromMinutes(15), refused.Headers.RetryAfter?.Delta);
        await Task.FromResult(refused).IsProblem(429, "tooMany");
        // Another number is not concerned.
        await Ask(addresses[3], "0913000002").Is(HttpStatusCode.Accepted);

        await service.Clock.Advance(TimeSpan.FromMinutes(15));
        for (int i = 0; i < 3; i++)
            await Ask(addresses[i], "0913000001").Is(HttpStatusCode.Accepted);
        await service.Clock.Advance(TimeSpan.FromMinutes(15));
        for (int i = 0; i < 2; i++)
            await Ask(addresses[i], "0913000001").Is(HttpStatusCode.Accepted);
        refused = await Ask(addresses[3], "0913000001");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        // The first three leave the day's window 24 h after they were asked for: half an hour ago.
        Assert.Equal(TimeSpan.FromHours(23.5), refused.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task an_address_gets_twenty_codes_in_an_hour_and_an_ipv6_subscriber_is_one_address()
    {
        for (int i = 0; i < 20; i++)
            await Ask($"2001:db8:1:2::{i + 1:x}", $"09130001{i:D2}").Is(HttpStatusCode.Accepted);
        await Ask("2001:db8:1:2:ffff::1", "0913000120").IsProblem(429, "tooMany");
        await Ask("2001:db8:1:3::1", "0913000121").Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task at_once_asked_is_counted_one_after_the_other()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Ask($"198.51.100.{i}", "0913000003"))
        );
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task a_message_that_is_refused_is_neither_written_nor_paid()
    {
        for (int i = 0; i < 4; i++)
            await Ask($"198.51.101.{i}", "0913000004");
        Assert.Equal(
            3,
            await service.Look<int>("select count(*) from sign_in_attempt where phone = '+84913000004'")
        );
    }

    private Task<HttpResponseMessage> Ask(string address, string phone) =>
        service.From(address).PostAsJsonAsync("/api/sign-in/codes", new { phone });
}

public sealed class CodesOfADayTests(LimitsFixture service) : IClassFixture<LimitsFixture>
{
    [Fact]
    public async Task the_service_sends_twenty_thousand_codes_a_day_whoever_asks()
    {
        await using (var connection = await service.Open())
            await connection.ExecuteAsync(
                """
                insert into code_sent (id, sent_at, share, near, wide, number_range, used)
                select gen_random_uuid(), @at, case when n <= 10000 then 'open' when n <= 14000 then 'quiet' else 'account' end, n, n, n::text, true
                from generate_series(1, 19999) n
                """,
                new { at = service.Clock.GetUtcNow() - TimeSpan.FromHours(20) }
            );
        // The last one is of those kept for numbers with an account: it is sent, and nobody is told.
        var person = await service.NewPerson();
        await Ask(person.Phone).IsProblem(429, "codesScarce");
        await service.NextTo(person.Phone);
        var refused = await Ask("0914000002");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromHours(4), refused.Headers.RetryAfter?.Delta);
    }

    private Task<HttpResponseMessage> Ask(string phone) =>
        service.From("203.0.113.9").PostAsJsonAsync("/api/sign-in/codes", new { phone });
}
