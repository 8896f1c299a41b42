using System.Net;

namespace MutualAid.Server.Tests.Teams;

/// <summary>A sheet to walk by: of one's own area, for a reason, each household on it a look that its people read.</summary>
public sealed class RoundSheetTests(Cluster cluster) : IAsyncLifetime
{
    private const string Reason = "đi phát gạo từng nhà chiều nay";

    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_sheet_is_asked_for_with_a_reason_and_logs_one_row_a_household()
    {
        var team = await Team();
        var one = await service.NewPerson("Bà Tư");
        var home = Guid.CreateVersion7();
        await service.GivenRequest(one, household: home, lon: 105.853, lat: 21.032);
        await service.GivenRequest(one, household: home, category: "medicine", lon: 105.853, lat: 21.032);
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.GivenRequest(await service.NewPerson("Ông Xa"), lon: 105.880, lat: 21.055);
        await service.GivenRequest(await service.NewPerson("Cô Gần"), lon: 105.854, lat: 21.033);
        await service.GivenRequest(await service.NewPerson("Anh Ngoài"), lon: 105.84);
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string path = $"/team/{Places.NorthEast}/round";
        var page = (await visitor.Get($"{path}?queue=waiting")).Is(HttpStatusCode.OK);
        Assert.Contains("4 needs will be on the sheet", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bà Tư", page.Text, StringComparison.Ordinal);
        Assert.Equal(0, await Count("access_log"));

        page = (await visitor.SendMain(("reason", "vì thế"))).Is(HttpStatusCode.BadRequest);
        Assert.Equal(4, page.Html.QuerySelectorAll("input[name=ids]").Length);
        (await visitor.SendMain(("reason", Reason), ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );
        Assert.Equal(0, await Count("access_log") + await Count("private_export"));

        page = (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.OK);
        Assert.Contains("12 ngõ 3 phố Thử", page.Text, StringComparison.Ordinal);
        Assert.Contains(Server.Web.Say.Phone(one.Phone), page.Text, StringComparison.Ordinal);
        Assert.Contains("sữa cho bé", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Html.QuerySelectorAll("script"));
        // A walk: the first of the list, who is next to it, and the far one last.
        int[] at =
        [
            .. new[] { "Bà Tư", "Cô Gần", "Ông Xa" }.Select(name =>
                page.Text.IndexOf(name, StringComparison.Ordinal)
            ),
        ];
        Assert.True(at[0] > 0 && at[0] < at[1] && at[1] < at[2], page.Text);
        Assert.Equal(3, page.Html.QuerySelectorAll("main > ol > li").Length);
        Assert.DoesNotContain("Anh Ngoài", page.Text, StringComparison.Ordinal);

        Assert.Equal(
            3,
            await Count(
                "access_log where what = 'round' and export_id is not null and reader_role = 'teamLead'"
            )
        );
        Assert.Equal(1, await Count("private_export where kind = 'round'"));
        var log = await one.Get("/api/me/access-log").Is(HttpStatusCode.OK);
        var seen = Assert.Single(log["items"]!.AsArray())!;
        Assert.Equal(("round", Reason), (seen.Text("what"), seen.Text("reason")));
        using var owner = await Visitor.Of(service, one);
        Assert.Contains(
            "Printed a round sheet",
            (await owner.Get("/me/seen")).Text,
            StringComparison.Ordinal
        );
        // It is none of the three tables a day.
        for (int i = 0; i < 3; i++)
            await team
                .Http.PostAsync(
                    $"/api/areas/{Places.NorthEast}/requests.csv",
                    new StringContent(
                        $$"""{"reason":"{{Reason}}"}""",
                        System.Text.Encoding.UTF8,
                        "application/json"
                    )
                )
                .ContinueWith(answer => Assert.Equal(HttpStatusCode.OK, answer.Result.StatusCode));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task only_the_chosen_of_the_own_area_stand_on_it_and_past_the_stop_it_is_refused_whole()
    {
        await service.Look<int>("update setting set value = 2 where key = 'team_private_an_hour'");
        var team = await Team();
        var chosen = await service.GivenRequest(await service.NewPerson("Bà Tư"));
        await service.GivenRequest(await service.NewPerson("Ông Ba"));
        var outside = await service.GivenRequest(await service.NewPerson("Anh Ngoài"), lon: 105.84);
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string queue = $"/team/{Places.NorthEast}/queues/waiting";
        var page = await visitor.Get(queue);
        string path = $"/team/{Places.NorthEast}/round";
        // The same form's other button: the queue's page posts to the sheet, which asks what it is for.
        var standing = Shown.Standing(
            (AngleSharp.Html.Dom.IHtmlFormElement)page.Html.QuerySelector("#acts")!
        );
        page = (
            await visitor.Post(
                path,
                [.. standing, ("act", "round"), ("ids", $"{chosen}"), ("ids", $"{outside}")]
            )
        ).Is(HttpStatusCode.OK);
        Assert.Equal(0, await Count("access_log"));
        page = (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.OK);
        Assert.Contains("Bà Tư", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ông Ba", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Anh Ngoài", page.Text, StringComparison.Ordinal);
        Assert.Equal(1, await Count("access_log"));

        // Two more are one too many for this hour; three are too many for any.
        await service.GivenRequest(await service.NewPerson(), category: "necessities");
        await service.GivenRequest(await service.NewPerson(), category: "necessities");
        await visitor.Get($"{path}?queue=all&category=necessities");
        (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.TooManyRequests);
        await visitor.Get($"{path}?queue=all");
        (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, await Count("access_log"));
        await visitor.Get($"{path}?queue=all&category=medicine");
        Assert.Contains("nothing to print", visitor.Page.Text, StringComparison.Ordinal);
        (await visitor.SendMain(("reason", Reason), ("ids", $"{outside}"))).Is(
            HttpStatusCode.UnprocessableEntity
        );
        Assert.Equal(1, await Count("access_log"));
    }

    [Fact]
    public async Task a_dozen_sheets_a_day_and_a_walk_from_a_given_place()
    {
        await service.Look<int>("update setting set value = 2 where key = 'round_sheets_a_day'");
        var team = await Team();
        await service.GivenRequest(await service.NewPerson("Bà Tư"), lon: 105.853);
        await service.GivenRequest(await service.NewPerson("Ông Xa"), lon: 105.880);
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string path = $"/team/{Places.NorthEast}/round?queue=waiting";
        await visitor.Get(path);
        (await visitor.SendMain(("reason", Reason), ("lon", "x"), ("lat", "21"))).Is(
            HttpStatusCode.BadRequest
        );
        var page = (await visitor.SendMain(("reason", Reason), ("lon", "105,89"), ("lat", "21.03"))).Is(
            HttpStatusCode.OK
        );
        Assert.True(
            page.Text.IndexOf("Ông Xa", StringComparison.Ordinal)
                < page.Text.IndexOf("Bà Tư", StringComparison.Ordinal)
        );
        await visitor.Get(path);
        (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.OK);
        await visitor.Get(path);
        (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.TooManyRequests);
        await service.Clock.Advance(TimeSpan.FromHours(24));
        (await visitor.SendMain(("reason", Reason))).Is(HttpStatusCode.OK);
    }

    private Task<Person> Team() => service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthEast));

    private Task<int> Count(string table) => service.Look<int>($"select count(*)::int from {table}");
}
