using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Matches;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

public sealed class AccountPagesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("/me")]
    [InlineData("/me/seen")]
    [InlineData("/me/blocks")]
    [InlineData("/me/export")]
    [InlineData("/me/erase")]
    [InlineData("/me/phone")]
    public async Task who_is_not_signed_in_is_asked_to_and_comes_back(string path)
    {
        using var visitor = await Visitor.Of(service, null);
        (await visitor.Get(path)).Leads($"/sign-in?return={Uri.EscapeDataString(path)}");
    }

    [Fact]
    public async Task a_name_and_a_language_are_saved_and_the_number_stands_as_people_write_it()
    {
        var person = await service.NewPerson("Lan");
        using var visitor = await Visitor.Of(service, person, "vi");
        var page = (await visitor.Get("/me")).Is(HttpStatusCode.OK);
        Assert.Equal("Lan", page.Value("name"));
        Assert.Contains(Server.Web.Say.Phone(person.Phone), page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("+84", page.Text, StringComparison.Ordinal);

        (await visitor.Send(page, "/me", ("name", "<b>Hoa</b>"), ("language", "en"))).Leads("/me?saved");
        page = await visitor.Get("/me?saved");
        Assert.Equal("<b>Hoa</b>", page.Value("name"));
        Assert.Empty(page.Html.QuerySelectorAll("main b"));
        Assert.Equal("en", page.Html.DocumentElement.GetAttribute("lang"));
        (await visitor.Send(page, "/me", ("name", null))).Leads("/me?saved");
        Assert.Null((await person.Get("/api/me").Is(HttpStatusCode.OK))["name"]);
    }

    [Theory]
    [InlineData("a\u0007b")]
    [InlineData("a\u202eb")]
    public async Task a_wrong_name_stands_as_it_was_typed_and_nothing_is_saved(string name)
    {
        var person = await service.NewPerson("Lan");
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Send(await visitor.Get("/me"), "/me", ("name", name));
        page.Is(HttpStatusCode.BadRequest);
        Assert.Equal(name, page.Value("name"));
        Assert.NotNull(page.Html.QuerySelector(".summary a[href='#name']"));
        page = await visitor.Send(page, "/me", ("name", new string('x', 101)), ("language", "fr"));
        page.Is(HttpStatusCode.BadRequest);
        Assert.Equal("Lan", (await person.Get("/api/me").Is(HttpStatusCode.OK)).Text("name"));
    }

    [Fact]
    public async Task an_old_token_saves_nothing_and_loses_nothing()
    {
        var person = await service.NewPerson("Lan");
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Get("/me");
        page = await visitor.Send(page, "/me", ("name", "Hoa"), ("__RequestVerificationToken", "old"));
        page.Is(HttpStatusCode.Forbidden);
        Assert.Equal("Hoa", page.Value("name"));
        Assert.Equal("Lan", (await person.Get("/api/me").Is(HttpStatusCode.OK)).Text("name"));
        (await visitor.Send(page, "/me")).Leads("/me?saved");
    }

    [Fact]
    public async Task a_name_typed_when_the_session_was_over_waits_for_its_writer()
    {
        var person = await service.NewPerson("Lan");
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Get("/me");
        await service.Look<int>(
            "update session set revoked_at = @now where account_id = @Id and kind = 'cookie'",
            new { now = service.Clock.GetUtcNow(), person.Id }
        );
        page = await visitor.Send(page, "/me", ("name", "Hoa"));
        page.Is(HttpStatusCode.OK);
        page = await visitor.Send(page, "/sign-in", ("phone", person.Phone), ("do", "go"));
        string code = SigningIn.CodeIn(await service.NextTo(person.Phone));
        page = await visitor.Send(page, "/sign-in", ("code", code), ("do", "go"));
        Assert.Equal("Hoa", page.Is(HttpStatusCode.OK).Value("name"));
        (await visitor.Send(page, "/me")).Leads("/me?saved");
        Assert.Equal("Hoa", (await person.Get("/api/me").Is(HttpStatusCode.OK)).Text("name"));
    }

    [Fact]
    public async Task who_looked_stands_there_with_when_why_and_for_which_need_and_only_for_whose_data_it_is()
    {
        var scene = await Scene.InState(service, "accepted");
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await scene.Receiver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await scene.Team.Get($"/api/requests/{scene.Request}").Is(HttpStatusCode.OK);
        string giver = (
            await service.Look<string>(
                "select name from account_private where account_id = @Id",
                new { scene.Giver.Id }
            )
        )!;
        using var owner = await Visitor.Of(service, scene.Receiver);
        var page = await owner.Get("/me/seen");
        Assert.Contains(giver, page.Text, StringComparison.Ordinal);
        Assert.Contains("has to know where to", page.Text, StringComparison.Ordinal);
        Assert.Contains("The team's lead", page.Text, StringComparison.Ordinal);
        Assert.Equal(2, page.Html.QuerySelectorAll($"main a[href='/requests/{scene.Request}']").Length);
        Assert.Equal(2, page.Html.QuerySelectorAll("main time").Length);

        using var bringing = await Visitor.Of(service, scene.Giver);
        page = await bringing.Get("/me/seen");
        Assert.Contains("they have to reach you", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Html.QuerySelectorAll($"main a[href='/requests/{scene.Request}']"));
        using var stranger = await Visitor.Of(service, scene.Stranger);
        Assert.Contains("Nobody has looked", (await stranger.Get("/me/seen")).Text, StringComparison.Ordinal);

        await service.Look<int>(
            """
            insert into access_log (at, reader_account_id, reader_role, owner_account_id, request_id, what)
            select @now, @reader, 'giver', @owner, @Request, 'contact' from generate_series(1, 20)
            """,
            new
            {
                now = service.Clock.GetUtcNow(),
                reader = scene.Giver.Id,
                owner = scene.Receiver.Id,
                scene.Request,
            }
        );
        page = await owner.Get("/me/seen");
        Assert.Equal(20, page.Html.QuerySelectorAll("main time").Length);
        string next = page.Html.QuerySelector("main a[href^='/me/seen?cursor=']")!.GetAttribute("href")!;
        Assert.Equal(2, (await owner.Get(next)).Html.QuerySelectorAll("main time").Length);
        (await owner.Get("/me/seen?cursor=%00")).Is(HttpStatusCode.BadRequest);
        (await owner.Get("/me/seen?cursor=zzz")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task a_block_is_listed_by_how_they_met_and_lifted_by_a_button()
    {
        var scene = await Scene.InState(service, "accepted");
        await scene.Receiver.Post("/api/blocks", new { matchId = scene.Id }).Is(HttpStatusCode.NoContent);
        using var visitor = await Visitor.Of(service, scene.Receiver);
        var page = await visitor.Get("/me/blocks");
        Assert.Contains("Who was to bring you: 3 parcels", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{scene.Giver.Id}", page.Html.Source.Text, StringComparison.Ordinal);

        // What is nobody's, or nothing, changes nothing.
        (await visitor.Send(page, "/me/blocks", ("matchId", "1'--"))).Leads("/me/blocks?lifted");
        (await visitor.Send(page, "/me/blocks", ("matchId", $"{Guid.NewGuid()}"))).Leads("/me/blocks?lifted");
        (await visitor.Send(page, "/me/blocks", ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );
        Assert.Equal(1, await Count());
        using var stranger = await Visitor.Of(service, scene.Stranger);
        Assert.Contains(
            "You block nobody",
            (await stranger.Get("/me/blocks")).Text,
            StringComparison.Ordinal
        );

        (await visitor.Send(page, "/me/blocks")).Leads("/me/blocks?lifted");
        Assert.Equal(0, await Count());
        using var nobody = await Visitor.Of(service, null);
        (await nobody.Post("/me/blocks", ("matchId", $"{scene.Id}"))).Leads("/sign-in?return=%2Fme%2Fblocks");

        Task<int> Count() =>
            service.Look<int>("select count(*) from block where account_id = @Id", new { scene.Receiver.Id });
    }

    [Fact]
    public async Task erasing_needs_the_tick_and_the_button_and_then_nobody_is_signed_in()
    {
        var person = await service.NewPerson();
        using var visitor = await Visitor.Of(service, person);
        using var elsewhere = await Visitor.Of(service, person);
        var page = await visitor.Get("/me/erase");
        page = (await visitor.Send(page, "/me/erase", ("do", "erase"))).Is(HttpStatusCode.BadRequest);
        Assert.NotNull(page.Html.QuerySelector(".summary a[href='#understand']"));
        (await visitor.Send(page, "/me/erase", ("understand", "yes"), ("do", "stay"))).Is(HttpStatusCode.OK);
        (
            await visitor.Send(
                page,
                "/me/erase",
                ("understand", "yes"),
                ("do", "erase"),
                ("__RequestVerificationToken", "old")
            )
        ).Is(HttpStatusCode.Forbidden);
        Assert.False(await Erased());

        page = await visitor.Send(page, "/me/erase", ("understand", "yes"), ("do", "erase"));
        page.Leads("/me/erased");
        Assert.True(await Erased());
        Assert.Contains("Goodbye", (await visitor.Get("/me/erased")).Text, StringComparison.Ordinal);
        (await visitor.Get("/me")).Leads("/sign-in?return=%2Fme");
        // Another device is told once, and is then a stranger's.
        (await elsewhere.Get("/me")).Is(HttpStatusCode.Gone);
        (await elsewhere.Get("/me")).Leads("/sign-in?return=%2Fme");

        async Task<bool> Erased() =>
            await service.Look<bool>(
                "select erased_at is not null from account where id = @Id",
                new { person.Id }
            );
    }

    [Fact]
    public async Task the_copy_is_downloaded_with_the_pages_own_session()
    {
        var person = await service.NewPerson("Lan");
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Get("/me/export");
        string link = page.Html.QuerySelector("main a[download]")!.GetAttribute("href")!;
        var file = (await visitor.Get(link)).Is(HttpStatusCode.OK);
        Assert.Equal("attachment", file.Answer.Content.Headers.ContentDisposition!.DispositionType);
        var json = JsonNode.Parse(await file.Answer.Content.ReadAsStringAsync())!;
        Assert.Equal("Lan", json["account"]!.Text("name"));
    }

    [Fact]
    public async Task a_new_number_takes_the_codes_of_both_and_a_slip_costs_nothing_typed()
    {
        var person = await service.NewPerson();
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Get("/me/phone");
        page = await visitor.Send(page, "/me/phone", ("phone", "hello"), ("do", "go"));
        page.Is(HttpStatusCode.BadRequest);
        Assert.Equal("hello", page.Value("phone"));
        page = await visitor.Send(page, "/me/phone", ("phone", "0916 000 911"), ("do", "go"));
        page.Is(HttpStatusCode.OK);
        string oldCode = SigningIn.CodeIn(await service.NextTo(person.Phone));
        string code = SigningIn.CodeIn(await service.NextTo("+84916000911"));
        page = await visitor.Send(
            page,
            "/me/phone",
            ("oldCode", oldCode),
            ("code", SigningIn.Wrong(code)),
            ("do", "go")
        );
        page.Is(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(oldCode, page.Value("oldCode"));
        Assert.NotNull(page.Html.QuerySelector(".summary a[href='#code']"));
        (await visitor.Send(page, "/me/phone", ("code", code), ("do", "go"))).Leads("/me?moved");
        Assert.Contains(
            Server.Web.Say.Phone("+84916000911"),
            (await visitor.Get("/me")).Text,
            StringComparison.Ordinal
        );
    }
}
