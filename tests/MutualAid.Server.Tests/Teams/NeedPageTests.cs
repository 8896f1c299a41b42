using System.Net;

namespace MutualAid.Server.Tests.Teams;

public sealed class NeedPageTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_need_is_verified_by_its_page_and_that_is_undone()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        using var visitor = await Visitor.Of(service, desk.Team, secondFactor: true);
        var page = (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.OK);
        Assert.Contains("12 ngõ 3 phố Thử", page.Text, StringComparison.Ordinal);
        Assert.Contains("Not verified", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from access_log where request_id = @need",
                new { need }
            )
        );
        string[] ids = [.. page.Html.QuerySelectorAll("[id]").Select(one => one.Id!)];
        Assert.Equal(ids.Length, ids.Distinct().Count());

        // Nothing chosen: the form is shown again, with what was typed.
        page = (await visitor.Send(page, $"/team/needs/{need}/verify", ("note", "gọi rồi"))).Is(
            HttpStatusCode.BadRequest
        );
        Assert.Equal("gọi rồi", page.Html.QuerySelector("#note-verify")!.TextContent);
        Assert.NotNull(page.Html.QuerySelector("details[open] .summary"));

        string to = To(await visitor.Send(page, $"/team/needs/{need}/verify", ("how", "phoned")));
        page = (await visitor.Get(to)).Is(HttpStatusCode.OK);
        Assert.Contains(
            "gọi rồi",
            page.Html.QuerySelector("#history")!.ParentElement!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains("Cô Hoa, team lead, Quận Đông", page.Text, StringComparison.Ordinal);
        string undo = page.Html.QuerySelector("[role=status] form")!.GetAttribute("action")!;
        page = (await visitor.Get(To(await visitor.Send(page, undo)))).Is(HttpStatusCode.OK);
        Assert.Contains("1 need was put back.", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Html.QuerySelector("form[action$='/undo']"));
        Assert.False(
            await service.Look<bool>(
                "select verified_at is not null from request where id = @need",
                new { need }
            )
        );
    }

    [Fact]
    public async Task every_act_can_be_done_by_the_page()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner, quantity: 6);
        var sibling = await service.GivenRequest(
            desk.Owner,
            quantity: 2,
            household: await service.Look<Guid>(
                "select household_id from request where id = @need",
                new { need }
            )
        );
        var offer = await service.GivenOffer(await service.NewPerson(), capacity: 3);
        using var visitor = await Visitor.Of(service, desk.Team, "vi", secondFactor: true);
        async Task<string> Act(string act, params (string, string?)[] fields)
        {
            var page = (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.OK);
            string to = To(await visitor.Send(page, $"/team/needs/{need}/{act}", fields));
            (await visitor.Get(to)).Is(HttpStatusCode.OK);
            return to;
        }
        await Act("notes", ("text", "chó dữ"));
        await Act("split", ("parts", "1, 2"));
        await Act("pin", ("lon", "105,8561"), ("lat", "21.0331"), ("reason", "đã đến"));
        await Act("hide");
        await Act("show");
        await Act("assign", ("offerId", $"{offer}"), ("units", "1"));
        await Act("close", ("reason", "helpedElsewhere"));
        await Act("reopen");
        await Act("merge", ("into", $"{sibling}"));
        await Act("reopen");
        await Act("verify", ("how", "known"));
        await Act("unverify");
        Assert.Equal(
            [
                "note",
                "split",
                "pin",
                "hide",
                "show",
                "assign",
                "close",
                "reopen",
                "merge",
                "reopen",
                "verify",
                "unverify",
            ],
            (await desk.History(need))
                .Where(item => item!["actId"] is not null)
                .Select(item => item!.Text("what"))
        );
        // Handed over it cannot be opened any more; what was done can, and be taken back.
        string to = await Act("hand-over", ("ward", "phuong gao"));
        Assert.StartsWith("/team/acts/", to, StringComparison.Ordinal);
        (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.NotFound);
        var done = (await visitor.Get(to)).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("ngõ", done.Text, StringComparison.Ordinal);
        (await visitor.Get(To(await visitor.Send(done, $"{to}/undo")))).Is(HttpStatusCode.OK);
        (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.OK);
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task the_page_is_nobody_elses()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        foreach (
            var (person, second) in new[] { (desk.Others, true), (desk.Owner, true), (desk.Team, false) }
        )
        {
            using var visitor = await Visitor.Of(service, person, secondFactor: second);
            (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.NotFound);
            (await visitor.Get($"/team/acts/{Guid.NewGuid()}")).Is(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task a_page_of_a_need_of_each_end_shows_what_can_be_done()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        await desk.Done(need, "close", new { reason = "outOfScope" });
        using var visitor = await Visitor.Of(service, desk.Team, secondFactor: true);
        var page = (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.OK);
        Assert.Equal(
            [$"/team/needs/{need}/reopen", $"/team/needs/{need}/notes"],
            page.Html.QuerySelectorAll("form[action^='/team/']").Select(form => form.GetAttribute("action"))
        );
        Assert.Contains("Out of scope", page.Text, StringComparison.Ordinal);
        // Made before it was closed, sent after.
        var colleague = await service.GivenRequest(desk.Owner);
        page = (await visitor.Get($"/team/needs/{colleague}")).Is(HttpStatusCode.OK);
        await desk.Done(colleague, "close", new { reason = "false" });
        page = (await visitor.Send(page, $"/team/needs/{colleague}/hide")).Is(HttpStatusCode.Conflict);
        Assert.Contains("closed", page.Text, StringComparison.Ordinal);
    }

    private static string To(Shown page) => page.Is(HttpStatusCode.SeeOther).Location!;
}
