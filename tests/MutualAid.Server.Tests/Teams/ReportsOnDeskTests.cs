using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams;

/// <summary>What somebody wrote in a report: read by the team of the area, and by nobody else; its writer sees that it was.</summary>
public sealed class ReportsOnDeskTests(Cluster cluster) : IAsyncLifetime
{
    private const string Words = "Chị ấy bảo chuyển khoản trước";

    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail without the look written down, and with the writer in the answer.
    [Fact]
    public async Task its_words_are_read_as_a_look_at_its_writer_who_is_told_and_not_named()
    {
        var owner = await service.NewPerson("Chị Bị Báo");
        var need = await service.GivenRequest(owner);
        var writer = await service.NewPerson("Bác Người Báo");
        var report = (await Reported(writer, "request", need)).Id();
        var team = await Team();

        var read = await team.Get(Path(report)).Is(HttpStatusCode.OK);
        Assert.Equal((Words, "money"), (read.Text("text"), read.Text("reason")));
        Assert.Equal(need, read["requests"]![0]!.Id());
        foreach (string secret in new[] { "Người Báo", $"{writer.Id}", writer.Phone, "12 ngõ 3" })
            Assert.DoesNotContain(secret, read.ToJsonString(), StringComparison.Ordinal);

        var seen = (await writer.Get("/api/me/access-log").Is(HttpStatusCode.OK))["items"]!.AsArray();
        Assert.Equal(
            ("report", "teamMember", $"{Places.NorthEast}"),
            (seen.Single()!.Text("what"), seen[0]!.Text("role"), seen[0]!["area"]!.Text("id"))
        );
        Assert.Empty((await owner.Get("/api/me/access-log").Is(HttpStatusCode.OK))["items"]!.AsArray());
        using var visitor = await Visitor.Of(service, writer);
        Assert.Contains(
            "Read what you wrote",
            (await visitor.Get("/me/seen")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task by_page_it_leads_to_what_it_is_about_and_a_needs_page_leads_to_it()
    {
        var need = await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson("Anh Giao");
        var offer = await service.GivenOffer(giver);
        var match = await service.GivenProposal(offer, need, 4);
        await giver.Post($"/api/matches/{match}/accept").Is(HttpStatusCode.OK);
        var report = (await Reported(giver, "match", match)).Id();
        var about = (await Reported(null, "offer", offer)).Id();
        using var visitor = await Visitor.Of(service, await Team(), secondFactor: true);

        var page = (await visitor.Get($"/team/{Places.NorthEast}/queues/reports")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(Words, page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector($"a[href='{Path(report)[4..]}']"));
        page = (await visitor.Get($"/team/needs/{need}")).Is(HttpStatusCode.OK);
        Assert.NotNull(page.Html.QuerySelector($"a[href='{Path(report)[4..]}']"));

        page = (await visitor.Get(Path(report)[4..])).Is(HttpStatusCode.OK);
        Assert.Contains(Words, page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector($"a[href='/team/needs/{need}']"));
        Assert.NotNull(page.Html.QuerySelector($"a[href='/team/{Places.NorthEast}/givers/{giver.Id}']"));
        page = (await visitor.Get(Path(about)[4..])).Is(HttpStatusCode.OK);
        Assert.Contains("not signed in", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector($"a[href='/team/{Places.NorthEast}/givers/{giver.Id}']"));
        Assert.Null(page.Html.QuerySelector("a[href^='/team/needs/']"));
    }

    [Fact]
    public async Task closed_by_a_program_it_says_when_and_by_whom_and_the_second_changes_nothing()
    {
        var report = (
            await Reported(null, "request", await service.GivenRequest(await service.NewPerson()))
        ).Id();
        var first = await Team();
        var second = await Team("Tổ viên Hai");
        await first.Post(Path(report) + "/close").Is(HttpStatusCode.NoContent);
        await second.Post(Path(report) + "/close").Is(HttpStatusCode.NoContent);
        var read = await second.Get(Path(report)).Is(HttpStatusCode.OK);
        Assert.Equal("Tổ viên Một", read.Text("closedBy"));
        Assert.NotNull(read["closedAt"]);
        await second.Post($"{Path(Guid.NewGuid())}/close").IsProblem(404, "notFound");
    }

    // An alarm about somebody's own looks is not theirs to read, nor to close.
    [Fact]
    public async Task what_was_raised_about_a_team_is_not_the_teams_to_open_or_close()
    {
        var owner = await service.NewPerson();
        await service.GivenRequest(owner);
        var report = Guid.NewGuid();
        await service.Execute(
            """
            insert into report (id, subject_kind, subject_id, area_id, reason, created_at)
            values (@report, 'account', @Id, @Province, 'harvesting', @now)
            """,
            new
            {
                report,
                owner.Id,
                Places.Province,
                now = service.Clock.GetUtcNow(),
            }
        );
        var team = await Team();
        await team.Get(Path(report)).IsProblem(404, "notFound");
        await team.Post(Path(report) + "/close").IsProblem(404, "notFound");
    }

    private static string Path(Guid report) => $"/api/team/{Places.NorthEast}/reports/{report}";

    private Task<Person> Team(string name = "Tổ viên Một") =>
        service.NewPerson(name, ("teamMember", Places.NorthEast));

    private async Task<System.Text.Json.Nodes.JsonNode> Reported(Person? by, string kind, Guid id) =>
        await (by?.Http ?? service.Anonymous)
            .PostAsJsonAsync(
                "/api/reports",
                new
                {
                    subject = new { kind, id },
                    reason = "money",
                    text = Words,
                }
            )
            .Is(HttpStatusCode.Created);
}
