using System.Net;

namespace MutualAid.Server.Tests.Health;

public sealed class HealthTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_service_with_its_database_is_ready()
    {
        var answer = await service.Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task metrics_are_counted_by_route_and_not_by_address_and_hidden_from_forwarded_callers()
    {
        var id = Guid.NewGuid();
        await service.Anonymous.GetAsync($"/api/areas/{id}");
        string text = await service.Anonymous.GetStringAsync("/metrics");
        Assert.Contains("http_route=\"/api/areas/{id:guid}\"", text, StringComparison.Ordinal);
        Assert.Contains("le=\"+Inf\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(id.ToString(), text, StringComparison.Ordinal);

        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics")
        {
            Headers = { { "X-Forwarded-For", "203.0.113.7" } },
        };
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.SendAsync(forwarded)).StatusCode);
    }

    [Fact]
    public async Task an_address_that_is_not_there_answers_with_a_problem_in_the_readers_language()
    {
        using var reader = service.Client(null, "vi");
        string body = await reader.GetStringAsync404("/nowhere");
        Assert.Contains("Không có gì ở đây", body, StringComparison.Ordinal);
    }
}

internal static class Bodies
{
    internal static async Task<string> GetStringAsync404(this HttpClient client, string path)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}
