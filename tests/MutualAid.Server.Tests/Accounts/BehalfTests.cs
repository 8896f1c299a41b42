using System.Net;
using System.Text.RegularExpressions;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

public sealed class BehalfTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_link_opens_a_page_and_only_its_button_takes_the_needs_down()
    {
        var poster = await service.NewPerson();
        var giver = await service.NewPerson();
        var (request, path) = await Posted(poster, "+84918000001");
        var match = await service.GivenProposal(await service.GivenOffer(giver), request, 2);

        for (int i = 0; i < 2; i++)
        {
            var page = await service.Anonymous.GetAsync(path);
            string html = await page.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("<form method=\"post\">", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Người", html, StringComparison.Ordinal);
            Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
            Assert.True(page.Headers.CacheControl?.NoStore);
            Assert.Equal("open", await Status(request));
        }

        for (int i = 0; i < 2; i++)
        {
            var done = await service.Anonymous.PostAsync(path, null);
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            Assert.Contains("Taken down", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal("withdrawn", await Status(request));
        Assert.Equal(
            "notMe",
            await service.Look<string>("select end_reason from request where id = @request", new { request })
        );
        Assert.Equal(
            "withdrawn",
            await service.Look<string>("select status from match where id = @match", new { match })
        );
        Assert.Equal(
            0,
            await service.Look<int>("select count(*) from request_private where phone = '+84918000001'")
        );
    }

    [Fact]
    public async Task a_form_as_a_browser_sends_it_needs_no_other_token_than_the_address()
    {
        var (request, path) = await Posted(await service.NewPerson(), "+84918000002");
        using var form = new FormUrlEncodedContent([]);
        var done = await service.Anonymous.PostAsync(path, form);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("withdrawn", await Status(request));
    }

    [Fact]
    public async Task a_link_that_is_unknown_or_past_its_time_says_so_and_does_nothing()
    {
        var (request, path) = await Posted(await service.NewPerson(), "+84918000003");
        foreach (string wrong in (string[])[path[..^1] + (path[^1] == 'A' ? 'B' : 'A'), "/b/x"])
        {
            var page = await service.Anonymous.GetAsync(wrong);
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await service.Anonymous.PostAsync(wrong, null)).StatusCode
            );
        }
        await service.Clock.Advance(TimeSpan.FromDays(60));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.PostAsync(path, null)).StatusCode);
        Assert.Equal("open", await Status(request));
    }

    [Fact]
    public async Task the_token_does_not_stand_in_the_database()
    {
        var (_, path) = await Posted(await service.NewPerson(), "+84918000004");
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from behalf_link l where l::text like '%' || encode(@token, 'hex') || '%'",
                new { token = System.Text.Encoding.ASCII.GetBytes(path[3..]) }
            )
        );
    }

    private async Task<(Guid Request, string Path)> Posted(Person poster, string phone)
    {
        var household = Guid.CreateVersion7();
        var request = await service.GivenRequest(poster, household: household, onBehalfPhone: phone);
        await using (var connection = await service.Open())
            await service
                .App.Services.GetRequiredService<Behalf>()
                .Tell(
                    connection,
                    household,
                    Places.Province,
                    phone,
                    poster.Id,
                    service.Clock.GetUtcNow(),
                    CancellationToken.None
                );
        string message = await service.NextTo(phone);
        Assert.Contains("không bao giờ hỏi tiền", message, StringComparison.Ordinal);
        return (
            request,
            Regex.Match(message, $"{service.Settings.PublicUrl}(/b/[A-Za-z0-9_-]{{22}}) ").Groups[1].Value
        );
    }

    private Task<string?> Status(Guid request) =>
        service.Look<string>("select status from request where id = @request", new { request });
}
