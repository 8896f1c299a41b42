using System.Net;

namespace MutualAid.Server.Tests.Interop.Exports;

/// <summary>Private columns: for a reason that the ones who are seen read, and no way around the stop at a hundred doors.</summary>
public sealed class PrivateExportTests(Cluster cluster) : IAsyncLifetime
{
    private const string Reason = "gọi hỏi từng nhà trước khi chia gạo";

    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail with one row an export.
    [Fact]
    public async Task the_log_has_one_row_a_household_and_its_people_read_who_and_why()
    {
        var team = await Team();
        var one = await service.NewPerson("Bà Tư");
        var home = Guid.CreateVersion7();
        var food = await service.GivenRequest(one, household: home);
        await service.GivenRequest(one, category: "medicine", household: home);
        var other = await service.NewPerson("=Ông Ba");
        var helped = await service.GivenRequest(other, onBehalfPhone: "+84903111222");
        var ended = await service.GivenRequest(other);
        await service.Look<int>(
            "select 1 from request_end(@now, array[@ended], 'withdrawn', null)",
            new { now = service.Clock.GetUtcNow(), ended }
        );
        await service.GivenRequest(await service.NewPerson(), lon: 105.81, lat: 21.01);

        var rows = await team.Taken(Places.NorthEast, Reason);
        Assert.Equal(3, rows.Count);
        var row = rows.Single(row => row["id"] == $"{food}");
        Assert.Equal(
            ("Bà Tư", Say(one), "12 ngõ 3 phố Thử", "gọi cửa sau", "sữa cho bé", "false"),
            (row["name"], row["phone"], row["address"], row["note"], row["details"], row["onBehalf"])
        );
        row = rows.Single(row => row["id"] == $"{helped}");
        Assert.Equal(("090 311 1222", "true", "'=Ông Ba"), (row["phone"], row["onBehalf"], row["name"]));

        Assert.Equal(
            2,
            await service.Look<int>(
                "select count(*)::int from access_log where reader_account_id = @Id and what = 'export' and reader_role = 'teamLead' and reader_area_id = @EastDistrict",
                new { team.Id, Places.EastDistrict }
            )
        );
        Assert.Equal(1, await service.Look<int>("select count(*)::int from private_export"));
        var log = await one.Get("/api/me/access-log").Is(HttpStatusCode.OK);
        var seen = Assert.Single(log["items"]!.AsArray())!;
        Assert.Equal(
            ("export", "teamLead", Reason),
            (seen.Text("what"), seen.Text("role"), seen.Text("reason"))
        );
        using var visitor = await Visitor.Of(service, one);
        var page = await visitor.Get("/me/seen");
        Assert.Contains("Took out a table", page.Text, StringComparison.Ordinal);
        Assert.Contains(Reason, page.Text, StringComparison.Ordinal);
        Assert.Contains(Reason, await one.Http.GetStringAsync("/api/me/export"), StringComparison.Ordinal);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task without_a_reason_nothing_is_seen_and_reading_is_no_way_to_it()
    {
        var team = await Team();
        await service.GivenRequest(await service.NewPerson());
        string path = $"/api/areas/{Places.NorthEast}/requests";
        foreach (
            string? reason in new[]
            {
                null,
                "",
                "vì thế",
                "          x          ",
                new string('a', 301),
                "a\u0001bcdefghijk",
            }
        )
        foreach (string format in new[] { "csv", "xlsx" })
        {
            var problem = await team.Post($"{path}.{format}", new { reason }).IsProblem(400, "invalid");
            Assert.NotNull(problem["errors"]!["reason"]);
        }
        // A reason in the address does not make a GET act.
        await team.Get($"{path}.csv?reason={Uri.EscapeDataString(Reason)}").IsProblem(400, "invalid");
        Assert.DoesNotContain(
            "phone",
            await team.Http.GetStringAsync($"{path}.csv"),
            StringComparison.Ordinal
        );
        Assert.Equal(0, await Count("access_log") + await Count("private_export"));
    }

    // Seen to fail with exports left out of what a look counts.
    [Fact]
    public async Task an_export_counts_as_so_many_looks_and_past_the_stop_it_is_refused_whole_and_raised()
    {
        await service.Look<int>("update setting set value = 4 where key = 'team_private_an_hour'");
        var team = await Team();
        var needs = new List<Guid>();
        for (int i = 0; i < 3; i++)
            needs.Add(await service.GivenRequest(await service.NewPerson()));
        for (int i = 0; i < 2; i++)
            needs.Add(await service.GivenRequest(await service.NewPerson(), lon: 105.87, lat: 21.01));
        // More than anybody may open: refused, and nobody is told, for nothing could be seen.
        await team.Post($"/api/areas/{Places.EastDistrict}/requests.csv", new { reason = Reason })
            .IsProblem(422, "exportTooMany");
        Assert.Equal(0, await Count("report"));

        Assert.Equal(3, (await team.Taken(Places.NorthEast)).Count);
        // Three of four: two more are one too many.
        await service.Clock.Advance(TimeSpan.FromMinutes(10));
        var refused = await team.Post($"/api/areas/{Places.SouthEast}/requests.csv", new { reason = Reason });
        Assert.Equal(TimeSpan.FromMinutes(50), refused.Headers.RetryAfter!.Delta);
        await Task.FromResult(refused).IsProblem(429, "privateViews");
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from report where reason = 'harvesting'")
        );
        Assert.Equal(3, await Count("access_log"));
        Assert.Equal(1, await Count("private_export"));
        // A page is a look as well: one more, and not two.
        await team.Get($"/api/requests/{needs[3]}").Is(HttpStatusCode.OK);
        await team.Get($"/api/requests/{needs[4]}").IsProblem(429, "privateViews");
        // Whom they have seen they may take again, and after the hour the others.
        Assert.Equal(3, (await team.Taken(Places.NorthEast)).Count);
        await service.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(2, (await team.Taken(Places.SouthEast)).Count);
    }

    // Seen to fail without LockLooks.
    [Fact]
    public async Task three_a_day_however_fast_they_are_asked_for()
    {
        var team = await Team();
        await service.GivenRequest(await service.NewPerson());
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ =>
                    team.Post($"/api/areas/{Places.NorthEast}/requests.csv", new { reason = Reason })
                )
        );
        Assert.Equal(
            [200, 200, 200, 429, 429, 429],
            answers.Select(answer => (int)answer.StatusCode).Order()
        );
        var refused = await team.Post($"/api/areas/{Places.NorthEast}/requests.csv", new { reason = Reason });
        Assert.Equal(TimeSpan.FromHours(24), refused.Headers.RetryAfter!.Delta);
        await Task.FromResult(refused).IsProblem(429, "exportsToday");
        Assert.Equal(3, await Count("access_log"));
        await service.Clock.Advance(TimeSpan.FromHours(24));
        await team.Taken(Places.NorthEast);
    }

    [Fact]
    public async Task the_page_leads_to_it_keeps_what_was_typed_and_does_nothing_without_its_token()
    {
        var team = await Team();
        await service.GivenRequest(await service.NewPerson("Bà Tư"));
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        string path = $"/areas/{Places.NorthEast}/export";
        var page = await visitor.Get("/me");
        Assert.NotNull(page.Html.QuerySelector($"main a[href='/areas/{Places.EastDistrict}/export']"));
        page = await visitor.Get($"/areas/{Places.EastDistrict}/export");
        Assert.NotNull(page.Html.QuerySelector($"main a[href='{path}']"));
        Assert.NotNull(
            page.Html.QuerySelector($"main a[href='/api/areas/{Places.EastDistrict}/requests.xlsx']")
        );
        page = (await visitor.Get(path)).Is(HttpStatusCode.OK);
        Assert.Contains("1 household", page.Text, StringComparison.Ordinal);
        page = (await visitor.SendMain(("reason", "vì thế"))).Is(HttpStatusCode.BadRequest);
        Assert.Equal("vì thế", page["reason"]);
        (await visitor.SendMain(("reason", Reason), ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );
        Assert.Equal(0, await Count("access_log"));
        page = (await visitor.SendMain(("reason", Reason), ("format", "csv"))).Is(HttpStatusCode.OK);
        Assert.Equal("text/csv", page.Answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Bà Tư", await page.Answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await Count("access_log"));
        Assert.Equal("no-store", page.Answer.Headers.CacheControl!.ToString());
        // By cookie, from a page that is not ours.
        (await visitor.Post($"/api/areas/{Places.NorthEast}/requests.csv")).Is(HttpStatusCode.Forbidden);

        var stranger = await service.NewPerson("Tổ viên", ("teamMember", Places.SouthWest));
        using var other = await Visitor.Of(service, stranger, secondFactor: true);
        (await other.Get(path)).Is(HttpStatusCode.NotFound);
        (await other.Post(path, ("reason", Reason))).Is(HttpStatusCode.NotFound);
        using var resident = await Visitor.Of(service, await service.NewPerson());
        (await resident.Get(path)).Is(HttpStatusCode.NotFound);
        Assert.Null((await resident.Get("/me")).Html.QuerySelector("main a[href^='/areas/']"));
        using var nobody = await Visitor.Of(service, null);
        (await nobody.Get(path)).Leads($"/sign-in?return={Uri.EscapeDataString(path)}");
    }

    [Fact]
    public async Task the_reason_goes_with_who_typed_it_and_the_look_stays()
    {
        var team = await Team();
        var owner = await service.NewPerson();
        await service.GivenRequest(owner);
        await team.Taken(Places.NorthEast, Reason);
        await team.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        var log = await owner.Get("/api/me/access-log").Is(HttpStatusCode.OK);
        var seen = Assert.Single(log["items"]!.AsArray())!;
        Assert.Equal("export", seen.Text("what"));
        Assert.Null(seen["reason"]);
        await service.InvariantsHold();
        // Nobody rewrites either.
        foreach (
            string act in new[] { "delete from private_export", "update private_export set made_at = now()" }
        )
        {
            await using var connection = await service.Open();
            await using var command = new Npgsql.NpgsqlCommand($"set role mutualaid_app; {act}", connection);
            Assert.Equal(
                "42501",
                (
                    await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync())
                ).SqlState
            );
            await using var back = new Npgsql.NpgsqlCommand("reset role", connection);
            await back.ExecuteNonQueryAsync();
        }
    }

    private Task<Person> Team() => service.NewPerson("Tổ trưởng", ("teamLead", Places.EastDistrict));

    private Task<int> Count(string table) => service.Look<int>($"select count(*)::int from {table}");

    private static string Say(Person person) => Server.Web.Say.Phone(person.Phone);
}
