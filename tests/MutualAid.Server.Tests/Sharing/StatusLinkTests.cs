using System.Net;
using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Sharing;

public sealed class StatusLinkTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_link_is_shown_once_and_opens_the_status_and_nothing_else()
    {
        var owner = await service.NewPerson("Bà Tư");
        var request = await service.GivenRequest(owner);
        await service.Look<int>(
            "update request set public_note = 'lời nhắn' where id = @request",
            new { request }
        );
        using var visitor = await Visitor.Of(service, owner);
        var page = await Made(visitor, request);
        string path = Path(page);
        Assert.NotNull(page.Html.QuerySelector("main svg[role=img] path"));
        Assert.Empty(page.Html.QuerySelectorAll("main [style], main script, main svg style"));
        page = await visitor.Get($"/requests/{request}/share");
        Assert.Null(page.Html.QuerySelector("#url"));
        Assert.Single(page.Html.QuerySelectorAll("[name=link]"));
        Assert.DoesNotContain(path[3..], page.Html.Source.Text, StringComparison.Ordinal);

        using var family = await Visitor.Of(service, null);
        var status = (await family.Get(path)).Is(HttpStatusCode.OK);
        Assert.Contains("Food: 4 parcels", status.Text, StringComparison.Ordinal);
        Assert.Contains("Waiting for help", status.Text, StringComparison.Ordinal);
        var headers = status.Answer.Headers;
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.Equal("noindex", Assert.Single(headers.GetValues("X-Robots-Tag")));
        Assert.Equal("no-store", headers.CacheControl!.ToString());
        string html = status.Html.Source.Text;
        foreach (
            string secret in new[]
            {
                "Bà Tư",
                owner.Phone[3..],
                "ngõ 3",
                "cửa sau",
                "sữa",
                "lời nhắn",
                "Phường",
                $"{request}",
                $"{owner.Id}",
                path[3..],
                "105.",
                "<form",
                "<script",
            }
        )
            Assert.DoesNotContain(secret, html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task it_follows_the_need_to_its_end_and_a_week_beyond()
    {
        var scene = await Scene.InState(service, "accepted");
        using var owner = await Visitor.Of(service, scene.Receiver);
        string path = Path(await Made(owner, scene.Request));
        using var family = await Visitor.Of(service, null);
        Assert.Equal(("2", "3", "0"), await Counts());
        await service.Clock.Advance(TimeSpan.FromHours(2));
        await scene.Step(service, "setOut", "giver");
        await scene.Step(service, "deliver", "giver");
        Assert.Equal(("2", "0", "3"), await Counts());
        Assert.Contains("just now", (await family.Get(path)).Text, StringComparison.Ordinal);
        await service.Look<int>(
            "select 1 from request_end(@now, array[@Request], 'withdrawn', 'gõ tay')",
            new { now = service.Clock.GetUtcNow(), scene.Request }
        );
        var page = await family.Get(path);
        Assert.Contains("no longer needed", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("gõ tay", page.Text, StringComparison.Ordinal);
        await service.Clock.Advance(TimeSpan.FromDays(6.9));
        (await family.Get(path)).Is(HttpStatusCode.OK);
        await service.Clock.Advance(TimeSpan.FromDays(0.2));
        (await family.Get(path)).Is(HttpStatusCode.NotFound);
        var share = await owner.Get($"/requests/{scene.Request}/share");
        Assert.Empty(share.Html.QuerySelectorAll("[name=link]"));
        (await owner.Send(share, $"/requests/{scene.Request}/share/new")).Is(HttpStatusCode.Conflict);

        async Task<(string, string, string)> Counts()
        {
            var counts = (await family.Get(path)).Html.QuerySelectorAll(".counts dd");
            return (counts[0].TextContent, counts[1].TextContent, counts[2].TextContent);
        }
    }

    [Fact]
    public async Task unknown_revoked_expired_and_hidden_ones_answer_alike()
    {
        var owner = await service.NewPerson();
        using var visitor = await Visitor.Of(service, owner);
        var revoked = await service.GivenRequest(owner);
        var page = await Made(visitor, revoked);
        string revokedPath = Path(page);
        (await visitor.Send(page, $"/requests/{revoked}/share/revoke")).Leads(
            $"/requests/{revoked}/share?revoked"
        );
        var hidden = await service.GivenRequest(owner, expiresIn: TimeSpan.FromDays(60));
        string hiddenPath = Path(await Made(visitor, hidden));
        await service.Look<int>(
            "select 1 from request_hide(@now, @hidden, true)",
            new { now = service.Clock.GetUtcNow(), hidden }
        );
        var old = await service.GivenRequest(owner, expiresIn: TimeSpan.FromDays(60));
        string oldPath = Path(await Made(visitor, old));
        using var family = await Visitor.Of(service, null);
        string never = await Answer("/s/AAAAAAAAAAAAAAAAAAAAAA");
        Assert.StartsWith("404", never, StringComparison.Ordinal);
        Assert.Equal(never, await Answer(revokedPath));
        Assert.Equal(never, await Answer(hiddenPath));
        Assert.NotEqual(never, await Answer(oldPath));
        await service.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(never, await Answer(oldPath));
        foreach (string token in new[] { "x", new string('a', 1000), "%27--", "%F0%9F%98%80", "%00" })
            Assert.InRange((int)(await family.Get($"/s/{token}")).Status, 400, 404);

        async Task<string> Answer(string path)
        {
            var shown = await family.Get(path);
            string headers = string.Join(
                '\n',
                shown
                    .Answer.Headers.Concat(shown.Answer.Content.Headers)
                    .Where(header => header.Key != "Date")
                    .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")
                    .Order(StringComparer.Ordinal)
            );
            return $"{(int)shown.Status}\n{headers}\n{shown.Html.Source.Text}";
        }
    }

    [Fact]
    public async Task five_at_most_however_fast_the_button_is_pressed_and_one_form_makes_one()
    {
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner);
        using var visitor = await Visitor.Of(service, owner);
        string action = $"/requests/{request}/share/new";
        var page = await visitor.Get($"/requests/{request}");
        (await visitor.Send(page, action)).Is(HttpStatusCode.OK);
        (await visitor.Send(page, action)).Leads($"/requests/{request}/share?once");
        Assert.Contains(
            "shown once",
            (await visitor.Get($"/requests/{request}/share?once")).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(1, await Count());
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => visitor.Send(page, action, ("key", $"another {i}")))
        );
        Assert.Equal(
            [200, 200, 200, 200, 409, 409, 409, 409],
            answers.Select(answer => (int)answer.Status).Order()
        );
        Assert.Equal(5, await Count());
        (await visitor.Send(page, action, ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );
        // What has expired leaves its place.
        await service.Look<int>(
            "update status_link set expires_at = created_at + interval '1 second' where request_id = @request and slot = 3",
            new { request }
        );
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        (await visitor.Send(page, action, ("key", "after"))).Is(HttpStatusCode.OK);
        Assert.Equal(5, await Count());

        Task<int> Count() =>
            service.Look<int>(
                "select count(*) from status_link where request_id = @request",
                new { request }
            );
    }

    [Fact]
    public async Task nobody_else_makes_lists_or_revokes_them()
    {
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner);
        using var visitor = await Visitor.Of(service, owner);
        var page = await Made(visitor, request);
        string path = Path(page);
        var stranger = await service.NewPerson();
        var own = await service.GivenRequest(stranger);
        using var other = await Visitor.Of(service, stranger);
        (await other.Get($"/requests/{request}/share")).Is(HttpStatusCode.NotFound);
        var theirs = await other.Get($"/requests/{own}/share");
        string token = theirs.Value("__RequestVerificationToken")!;
        string link = page.Value("link")!;
        (
            await other.Post(
                $"/requests/{request}/share/new",
                ("__RequestVerificationToken", token),
                ("key", "theirs")
            )
        ).Is(HttpStatusCode.NotFound);
        foreach (var named in new[] { request, own })
            await other.Post(
                $"/requests/{named}/share/revoke",
                ("__RequestVerificationToken", token),
                ("link", link)
            );
        (await other.Post($"/requests/{own}/share/steal", ("link", link))).Is(HttpStatusCode.NotFound);
        (await other.Get(path)).Is(HttpStatusCode.OK);
        using var nobody = await Visitor.Of(service, null);
        string signIn = $"/sign-in?return={Uri.EscapeDataString($"/requests/{request}/share")}";
        (await nobody.Get($"/requests/{request}/share")).Leads(signIn);
        (await nobody.Post($"/requests/{request}/share/new", ("key", "x"))).Leads(signIn);
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*) from status_link where request_id = @request",
                new { request }
            )
        );
    }

    [Fact]
    public async Task they_go_with_who_made_them_and_when_their_time_is_over()
    {
        var erased = await service.NewPerson();
        var request = await service.GivenRequest(erased);
        using var visitor = await Visitor.Of(service, erased);
        string path = Path(await Made(visitor, request));
        Assert.Contains(
            "\"statusLinks\": [{",
            await erased.Http.GetStringAsync("/api/me/export"),
            StringComparison.Ordinal
        );
        await erased.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        using var family = await Visitor.Of(service, null);
        (await family.Get(path)).Is(HttpStatusCode.NotFound);
        Assert.Equal(0, await Count(request));
        await service.InvariantsHold();

        var owner = await service.NewPerson();
        using var other = await Visitor.Of(service, owner);
        var ended = await service.GivenRequest(owner);
        await Made(other, ended);
        var live = await service.GivenRequest(owner, expiresIn: TimeSpan.FromDays(60));
        await Made(other, live);
        await service.Look<int>(
            "select 1 from request_end(@now, array[@ended], 'withdrawn', null)",
            new { now = service.Clock.GetUtcNow(), ended }
        );
        var purge = new Purge(service.App.Services.GetRequiredService<ServiceDatabase>());
        await service.Clock.Advance(TimeSpan.FromDays(8));
        await purge.Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal((0, 1), (await Count(ended), await Count(live)));
        await service.Clock.Advance(TimeSpan.FromDays(23));
        await purge.Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(0, await Count(live));
    }

    private Task<int> Count(Guid request) =>
        service.Look<int>("select count(*) from status_link where request_id = @request", new { request });

    private static async Task<Shown> Made(Visitor visitor, Guid request) =>
        (await visitor.Send(await visitor.Get($"/requests/{request}"), $"/requests/{request}/share/new")).Is(
            HttpStatusCode.OK
        );

    private string Path(Shown page)
    {
        string url = page.Html.QuerySelector("#url")!.GetAttribute("value")!;
        Assert.StartsWith($"{service.Settings.PublicUrl.TrimEnd('/')}/s/", url, StringComparison.Ordinal);
        return url[service.Settings.PublicUrl.TrimEnd('/').Length..];
    }
}
