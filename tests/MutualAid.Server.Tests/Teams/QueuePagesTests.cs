using System.Net;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams;

/// <summary>The desk's queues by pages: chosen, acted on, kept under a name.</summary>
public sealed class QueuePagesTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_team_finds_its_areas_and_their_counts_from_any_page()
    {
        var team = await Team();
        await service.GivenRequest(await service.NewPerson());
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        Assert.NotNull((await visitor.Get("/")).Html.QuerySelector("nav a[href='/team']"));
        var page = (await visitor.Get("/team")).Is(HttpStatusCode.OK);
        string path = $"/team/{Places.NorthEast}/queues/waiting";
        Assert.Equal("1", page.Html.QuerySelector($"a[href='{path}'] b")!.TextContent);
        page = (await visitor.Get(path)).Is(HttpStatusCode.OK);
        Assert.Contains("Food: 4 parcels", page.Text, StringComparison.Ordinal);
        foreach (string queue in new[] { "verify", "silent", "failed", "reports", "risk", "all" })
            (await visitor.Get($"/team/{Places.NorthEast}/queues/{queue}?category=food&q=x&to=")).Is(
                HttpStatusCode.OK
            );
        (await visitor.Get($"{path}?category=x")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task what_is_chosen_is_verified_the_rest_is_told_why_not_and_an_undo_is_offered()
    {
        var team = await Team();
        var owner = await service.NewPerson();
        Guid[] needs =
        [
            await service.GivenRequest(owner),
            await service.GivenRequest(owner),
            await service.GivenRequest(owner),
            await service.GivenRequest(owner, lon: 105.84),
        ];
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string path = $"/team/{Places.NorthEast}/queues/verify";
        var page = await visitor.Get($"{path}?urgency=urgent");
        Assert.Equal(3, page.Html.QuerySelectorAll("input[type=checkbox][name=ids]").Length);

        // Nothing chosen, no word how: nothing done, and what was ticked stands.
        page = (await visitor.Send(page, $"{path}/acts", ("act", "verify"))).Is(HttpStatusCode.BadRequest);
        page = (await visitor.Send(page, $"{path}/acts", ("act", "verify"), ("ids", $"{needs[0]}"))).Is(
            HttpStatusCode.BadRequest
        );
        Assert.NotNull(page.Html.QuerySelector($"input[value='{needs[0]}'][checked]"));
        Assert.Equal(0, await service.Look<int>("select count(verified_at)::int from request"));
        (await visitor.Post($"{path}/acts", ("act", "verify"), ("how", "phoned"), ("ids", $"{needs[0]}"))).Is(
            HttpStatusCode.Forbidden
        );

        await service.Execute(
            "update request set verified_at = created_at where id = @id",
            new { id = needs[1] }
        );
        page = (
            await visitor.Send(
                page,
                $"{path}/acts",
                ("act", "verify"),
                ("how", "phoned"),
                ("ids", $"{needs[0]}"),
                ("ids", $"{needs[1]}"),
                ("ids", $"{needs[3]}")
            )
        ).Is(HttpStatusCode.OK);
        Assert.Contains("1 need verified.", page.Text, StringComparison.Ordinal);
        Assert.Contains("2 needs were not done", page.Text, StringComparison.Ordinal);
        Assert.Contains("This is done already (verified).", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{needs[3]}", page.Html.Body!.InnerHtml, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector("form[action^='/team/acts/'][action$='/undo']"));
        // The list below is what is left of it.
        Assert.Equal(
            $"{needs[2]}",
            Assert.Single(page.Html.QuerySelectorAll("input[type=checkbox][name=ids]")).GetAttribute("value")
        );
        Assert.Equal(
            new HashSet<Guid> { needs[0], needs[1] },
            [
                .. await service.Look<Guid[]>(
                    "select array_agg(id) from request where verified_at is not null"
                ) ?? [],
            ]
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_report_is_closed_by_its_own_team_and_nobody_elses()
    {
        var need = await service.GivenRequest(await service.NewPerson());
        await service
            .Anonymous.PostAsync(
                "/api/reports",
                new StringContent(
                    $$"""{"subject":{"kind":"request","id":"{{need}}"},"reason":"money"}""",
                    System.Text.Encoding.UTF8,
                    "application/json"
                )
            )
            .Is(HttpStatusCode.Created);
        var report = await service.Look<Guid>("select id from report");
        using var other = await Visitor.Of(
            service,
            await service.NewPerson("Tổ khác", ("teamLead", Places.SouthEast)),
            secondFactor: true
        );
        string close(Guid area) => $"/team/{area}/reports/{report}/close";
        await other.Get($"/team/{Places.SouthEast}/queues/waiting");
        string? token = other.Page.Value("__RequestVerificationToken");
        (await other.Post(close(Places.NorthEast), ("__RequestVerificationToken", token))).Is(
            HttpStatusCode.NotFound
        );
        await other.Post(close(Places.SouthEast), ("__RequestVerificationToken", token));
        Assert.Equal(0, await service.Look<int>("select count(closed_at)::int from report"));
        using var visitor = await Visitor.Of(service, await Team(), secondFactor: true);
        string path = $"/team/{Places.NorthEast}/queues/reports";
        var page = (await visitor.Get(path)).Is(HttpStatusCode.OK);
        Assert.Contains("asks for money", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector($"button[formaction='{close(Places.NorthEast)}']"));
        (await visitor.Post(close(Places.NorthEast))).Is(HttpStatusCode.Forbidden);
        var standing = Shown.Standing(
            (AngleSharp.Html.Dom.IHtmlFormElement)page.Html.QuerySelector("#acts")!
        );
        (await visitor.Post(close(Places.NorthEast), [.. standing])).Leads(path);
        Assert.Contains("Nothing is left to do", (await visitor.Get(path)).Text, StringComparison.Ordinal);
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from report where closed_at is not null and closed_by is not null"
            )
        );
    }

    // Seen to fail with the account left out of what is listed.
    [Fact]
    public async Task a_saved_filter_is_its_makers_alone_comes_back_and_goes_with_them()
    {
        var team = await Team();
        var colleague = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        string api = $"/api/team/{Places.NorthEast}/filters";
        var saved = await team.Post(
                api,
                new
                {
                    queue = "all",
                    name = "Bà Tư",
                    query = "q=b%C3%A0+t%C6%B0&urgency=urgent&junk=1&status=",
                }
            )
            .Is(HttpStatusCode.Created);
        Assert.Equal("urgency=urgent&q=b%C3%A0%20t%C6%B0", saved.Text("query"));
        var again = await team.Post(
                api,
                new
                {
                    queue = "all",
                    name = "Bà Tư",
                    query = "urgency=soon",
                }
            )
            .Is(HttpStatusCode.Created);
        Assert.Equal(saved.Id(), again.Id());
        await team.Post(
                api,
                new
                {
                    queue = "none",
                    name = " ",
                    query = "urgency=x",
                }
            )
            .IsProblem(400, "invalid");
        await team.Post(
                $"/api/team/{Places.SouthEast}/filters",
                new
                {
                    queue = "all",
                    name = "x",
                    query = "",
                }
            )
            .IsProblem(404, "notFound");

        Assert.Empty((await colleague.Get(api).Is(HttpStatusCode.OK))["items"]!.AsArray());
        await colleague.Http.DeleteAsync($"{api}/{saved.Id()}").IsProblem(404, "notFound");
        Assert.Single((await team.Get(api).Is(HttpStatusCode.OK))["items"]!.AsArray());
        Assert.Contains("Bà Tư", await team.Http.GetStringAsync("/api/me/export"), StringComparison.Ordinal);

        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string path = $"/team/{Places.NorthEast}/queues/waiting";
        var page = await visitor.Get($"{path}?urgency=urgent");
        page = await visitor.Send(page, $"{path}/filters", ("name", ""));
        page.Is(HttpStatusCode.BadRequest);
        (await visitor.Send(page, $"{path}/filters", ("name", "gấp"))).Leads($"{path}?urgency=urgent");
        page = await visitor.Get("/team");
        Assert.NotNull(page.Html.QuerySelector($"main a[href='{path}?urgency=urgent']"));
        Assert.NotNull(
            page.Html.QuerySelector($"main a[href='/team/{Places.NorthEast}/queues/all?urgency=soon']")
        );
        (await visitor.Send(page, $"/team/{Places.NorthEast}/filters/{saved.Id()}/forget")).Leads("/team");
        Assert.Single((await team.Get(api).Is(HttpStatusCode.OK))["items"]!.AsArray());
        using var other = await Visitor.Of(service, colleague, secondFactor: true);
        Assert.DoesNotContain("gấp", (await other.Get("/team")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("gấp", (await other.Get(path)).Text, StringComparison.Ordinal);

        await team.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from saved_filter"));
        await service.InvariantsHold();
    }

    private Task<Person> Team() => service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthEast));
}
