using System.Net;

namespace MutualAid.Server.Tests.Accounts;

public sealed class RateLimitTests(LimitsFixture service) : IClassFixture<LimitsFixture>
{
    [Fact]
    public async Task who_writes_too_often_waits_and_nobody_else_does()
    {
        using var eager = service.From("203.0.113.50");
        var refused = await FirstRefusal(() => eager.PostAsync("/api/sign-out", null));
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await Task.FromResult(refused).IsProblem(429, "tooMany");

        using var other = service.From("203.0.113.51");
        await other.PostAsync("/api/sign-out", null).Is(HttpStatusCode.NoContent);
        await eager.GetAsync("/api/categories").Is(HttpStatusCode.OK);
        await eager.GetAsync("/health/live").Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task an_account_is_one_caller_from_whatever_address()
    {
        var person = await service.NewPerson();
        int n = 0;
        await FirstRefusal(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/me/phone/codes")
            {
                Content = new StringContent("{}"),
            };
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{n++ % 200}");
            return person.Http.SendAsync(request);
        });
    }

    [Fact]
    public async Task whoever_tries_tokens_is_limited_by_their_address()
    {
        using var thief = service.From("203.0.113.60");
        await FirstRefusal(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/blocks");
            request.Headers.Add("Authorization", $"Bearer {Guid.NewGuid():N}{Guid.NewGuid():N}"[..50]);
            return thief.SendAsync(request);
        });
    }

    [Theory]
    [InlineData("/api/areas/01900000-0000-7000-8000-000000000022/summary/$query", 401)]
    [InlineData("/open311/v2/requests.json", 403)]
    public async Task whoever_tries_keys_is_limited_by_their_address(string path, int refused)
    {
        using var thief = service.From($"203.0.113.{60 + path.Length % 10}");
        thief.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        await FirstRefusal(async () =>
        {
            string guess = $"{Guid.NewGuid():N}{Guid.NewGuid():N}"[..43];
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("api_key", $"map_{guess}")]),
            };
            if (refused == 401)
                request.Headers.Add("Authorization", $"Bearer mar_{guess}");
            var answer = await thief.SendAsync(request);
            Assert.Contains((int)answer.StatusCode, new[] { refused, 429 });
            return answer;
        });
    }

    // A burst of 60 and 20 in ten seconds: 300 in a row are beyond it unless each takes longer than half a second.
    private static async Task<HttpResponseMessage> FirstRefusal(Func<Task<HttpResponseMessage>> ask)
    {
        for (int i = 0; i < 300; i++)
        {
            var answer = await ask();
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.InRange(i, 60, 299);
                return answer;
            }
        }
        Assert.Fail("never refused");
        throw new InvalidOperationException();
    }
}
