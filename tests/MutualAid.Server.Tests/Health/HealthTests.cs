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
