using System.Net;
using System.Net.Http.Json;

namespace MutualAid.Server.Tests.Reports;

public sealed class ReportsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_report_sent_twice_with_one_key_is_one_report_even_signed_out()
    {
        var person = await service.NewPerson();
        var subject = new { kind = "account", id = person.Id };
        using var first = Report(
            new
            {
                subject,
                reason = "money",
                text = "đòi tiền",
            }
        );
        using var again = Report(
            new
            {
                subject,
                reason = "money",
                text = "đòi tiền",
            }
        );
        Assert.Equal(HttpStatusCode.Created, (await service.Anonymous.SendAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await service.Anonymous.SendAsync(again)).StatusCode);
        Assert.Equal(
            1,
            await service.Look<int>("select count(*) from report where subject_id = @Id", new { person.Id })
        );
    }

    [Fact]
    public async Task a_report_on_nothing_and_for_no_known_reason_names_both_fields()
    {
        var answer = await service.Anonymous.PostAsJsonAsync(
            "/api/reports",
            new { subject = new { kind = "house", id = Guid.NewGuid() }, reason = "because" }
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"subject.kind\"", body, StringComparison.Ordinal);
        Assert.Contains("\"reason\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"subject\":", "malformed")]
    [InlineData("{\"subject\":{\"kind\":\"account\",\"id\":7},\"reason\":\"money\"}", "subject.id")]
    [InlineData(
        "{\"subject\":{\"kind\":\"account\",\"id\":\"01900000-0000-7000-8000-000000000001\"},\"reason\":\"money\",\"colour\":1}",
        "colour"
    )]
    public async Task malformed_and_mistyped_bodies_and_unknown_fields_are_told_by_name(
        string body,
        string said
    )
    {
        var answer = await service.Anonymous.PostAsync(
            "/api/reports",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json")
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage Report(object body) =>
        new(HttpMethod.Post, "/api/reports")
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", "report-1" } },
        };
}
