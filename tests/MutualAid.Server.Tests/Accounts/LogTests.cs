using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>Keeps every line that the service logs, from the level of debugging on.</summary>
public sealed class LoggedFixture(Cluster cluster) : ServiceFixture(cluster)
{
    private readonly LoggedLines log = new();

    public IReadOnlyList<string> Lines => log.All;

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Logging.AddProvider(log);
    }
}

public sealed class LogTests(LoggedFixture service) : IClassFixture<LoggedFixture>
{
    [Fact]
    public async Task nothing_personal_is_logged_whatever_happens()
    {
        var (attempt, code) = await service.AskCode("0920 000 001");
        await service.UseCode("0920000001", SigningIn.Wrong(code), attempt).IsProblem(422, "codeWrong");
        string token = (await service.UseCode("0920000001", code, attempt).Is(HttpStatusCode.OK)).Text(
            "token"
        );
        using var client = service.Client(token);
        await client.PostAsJsonAsync("/api/sign-in/codes", new { phone = "0920000001", name = "Cô Lượng" });
        await client.GetAsync("/b/tokentokentoken");
        var number = await client.PostAsJsonAsync("/api/me/phone/codes", new { phone = "0920000002" });
        Assert.Equal(HttpStatusCode.Accepted, number.StatusCode);
        await service.NextTo("+84920000002");
        // A write that fails inside, with the values in PostgreSQL's own words.
        var other = await service.NewPerson("Cô Lượng");
        await using (var connection = await service.Open())
            await Dapper.SqlMapper.ExecuteAsync(
                connection,
                "alter table account_private add constraint broken check (name <> 'Chú Bảy')"
            );
        using var patch = new HttpRequestMessage(HttpMethod.Patch, "/api/me")
        {
            Content = JsonContent.Create(new { name = "Chú Bảy" }),
        };
        patch.Headers.Add("If-Match", (await other.Get("/api/me")).Headers.ETag!.ToString());
        await other.Http.SendAsync(patch).IsProblem(500, "unexpected");
        await client.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);

        Assert.NotEmpty(service.Lines);
        foreach (
            string secret in (string[])
                ["920000001", "920000002", code, token, "Lượng", "Chú Bảy", "tokentoken", other.Phone]
        )
            Assert.DoesNotContain(
                service.Lines,
                line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)
            );
    }
}
