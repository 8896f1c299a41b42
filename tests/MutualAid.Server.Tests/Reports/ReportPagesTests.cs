using System.Net;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Reports;

public sealed class ReportPagesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task anybody_reports_a_need_and_the_same_form_twice_is_one_report()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        using var visitor = await Visitor.Of(service, null);
        var page = await visitor.Get($"/requests/{request}");
        string link = page.Html.QuerySelector("main a[href^='/report']")!.GetAttribute("href")!;
        page = (await visitor.Get(link)).Is(HttpStatusCode.OK);
        Assert.Contains("4 parcels, Food, Phường", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Html.QuerySelector("[name=block]"));
        for (int i = 0; i < 2; i++)
            (await visitor.Send(page, "/report", ("reason", "money"), ("text", "đòi tiền\r\nhai lần"))).Leads(
                "/report/thanks"
            );
        Assert.Equal(
            "money đòi tiền\nhai lần",
            await service.Look<string>(
                "select string_agg(reason || ' ' || text, '|') from report where subject_id = @request",
                new { request }
            )
        );
        Assert.Contains("Thank you", (await visitor.Get("/report/thanks")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task danger_leads_to_people_who_answer_now()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        using var visitor = await Visitor.Of(service, await service.NewPerson(), "vi");
        var page = await visitor.Get($"/report?request={request}");
        Assert.Equal("danger", page.Html.QuerySelector("[name=reason]")!.GetAttribute("value"));
        (await visitor.Send(page, "/report", ("reason", "danger"))).Leads("/report/call?noted");
        page = await visitor.Get("/report/call?noted");
        Assert.Equal(
            ["tel:115", "tel:113", "tel:111", "tel:1022"],
            page.Html.QuerySelectorAll("main a.button[href^='tel:']").Select(a => a.GetAttribute("href")!)
        );
        Assert.Contains("chưa đủ", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*) from report where subject_id = @request",
                new { request }
            )
        );
    }

    [Fact]
    public async Task what_the_reader_does_not_see_is_not_there_to_report()
    {
        var scene = await Scene.InState(service, "accepted");
        var owner = await service.NewPerson();
        var hidden = await service.GivenRequest(owner);
        var ended = await service.GivenRequest(owner);
        await service.Look<int>(
            "select 1 from request_hide(@now, @hidden, true), request_end(@now, array[@ended], 'withdrawn', null)",
            new
            {
                now = service.Clock.GetUtcNow(),
                hidden,
                ended,
            }
        );
        var paused = await service.GivenOffer(owner);
        await service.Look<int>("update offer set status = 'paused' where id = @paused", new { paused });
        using var stranger = await Visitor.Of(service, scene.Stranger);
        foreach (
            string query in new[]
            {
                "",
                "?request=1'--",
                $"?request={Guid.NewGuid()}",
                $"?request={hidden}",
                $"?request={ended}",
                $"?offer={paused}",
                $"?match={scene.Id}",
                $"?request={scene.Request}&offer={scene.Offer}",
                $"?account={owner.Id}",
            }
        )
            (await stranger.Get($"/report{query}")).Is(HttpStatusCode.NotFound);
        var page = (await stranger.Get($"/report?offer={scene.Offer}")).Is(HttpStatusCode.OK);
        (
            await stranger.Send(
                page,
                "/report",
                ("offer", null),
                ("match", $"{scene.Id}"),
                ("reason", "false")
            )
        ).Is(HttpStatusCode.NotFound);
        (await stranger.Send(page, "/report", ("reason", "false"))).Leads("/report/thanks");
        using var nobody = await Visitor.Of(service, null);
        (await nobody.Get($"/report?match={scene.Id}")).Leads(
            $"/sign-in?return={Uri.EscapeDataString($"/report?match={scene.Id}")}"
        );
    }

    [Fact]
    public async Task who_reports_a_need_or_a_match_may_keep_its_person_away()
    {
        var scene = await Scene.InState(service, "accepted");
        using var giver = await Visitor.Of(service, scene.Giver);
        var page = (await giver.Get($"/report?match={scene.Id}")).Is(HttpStatusCode.OK);
        (await giver.Send(page, "/report", ("reason", "abuse"), ("block", "yes"))).Leads("/report/thanks");
        Assert.Equal(
            "withdrawn blocked",
            await service.Look<string>(
                "select status || ' ' || end_reason from match where id = @Id",
                new { scene.Id }
            )
        );

        var request = await service.GivenRequest(scene.Receiver);
        using var stranger = await Visitor.Of(service, scene.Stranger);
        page = await stranger.Get($"/report?request={request}");
        (await stranger.Send(page, "/report", ("reason", "false"), ("block", "yes"))).Leads("/report/thanks");
        Assert.Equal(
            request,
            await service.Look<Guid>(
                "select request_id from block where account_id = @Id",
                new { scene.Stranger.Id }
            )
        );
        using var owner = await Visitor.Of(service, scene.Receiver);
        Assert.Null((await owner.Get($"/report?request={request}")).Html.QuerySelector("[name=block]"));
    }

    [Fact]
    public async Task a_slip_an_old_token_and_a_need_that_ended_meanwhile_lose_nothing_typed()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        var person = await service.NewPerson();
        using var visitor = await Visitor.Of(service, person);
        var page = await visitor.Get($"/report?request={request}");
        page = (await visitor.Send(page, "/report", ("text", "lời <b>kể</b>"))).Is(HttpStatusCode.BadRequest);
        Assert.NotNull(page.Html.QuerySelector(".summary a[href='#reason']"));
        Assert.Equal("lời <b>kể</b>", page.Value("text"));
        page = (await visitor.Send(page, "/report", ("reason", "because"))).Is(HttpStatusCode.BadRequest);
        page = (await visitor.Send(page, "/report", ("reason", "money"), ("text", "a\u0007"))).Is(
            HttpStatusCode.BadRequest
        );
        page = await visitor.Send(page, "/report", ("text", "lời kể"), ("__RequestVerificationToken", "old"));
        page.Is(HttpStatusCode.Forbidden);
        Assert.Equal("lời kể", page.Value("text"));
        Assert.Equal(0, await Reports());
        // Its language is changed by a button of the same form.
        page = (await visitor.Send(page, "/report", ("locale", "vi"))).Is(HttpStatusCode.OK);
        Assert.Equal("lời kể", page.Value("text"));
        (await visitor.Send(page, "/report", ("reason", "money"))).Leads("/report/thanks");
        Assert.Equal(1, await Reports());

        Task<int> Reports() =>
            service.Look<int>("select count(*) from report where subject_id = @request", new { request });
    }
}
