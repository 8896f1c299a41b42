using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Teams.Duplicates;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Duplicates;

public sealed class DuplicateTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static int next;

    [Fact]
    public async Task A_need_written_twice_by_two_phones_is_suggested_with_its_reasons_and_nobody_is_kept_from_posting()
    {
        var (first, later) = await Pair();
        var team = await service.NewPerson("Tổ", ("teamMember", Places.SouthEast));
        var pair = (await Suggested(team)).Single(one => one["requestId"]!.GetValue<Guid>() == later);
        Assert.Equal(first, pair["otherId"]!.GetValue<Guid>());
        Assert.Equal("same", pair["reasons"]!["door"]!.GetValue<string>());
        Assert.Equal("other", pair["reasons"]!["phone"]!.GetValue<string>());
        Assert.Equal("full", pair["reasons"]!["name"]!.GetValue<string>());
        Assert.Equal("so 3 ngach 12 ngo 45 le loi", pair["later"]!["address"]!.GetValue<string>());

        // Each side was looked at.
        Assert.Equal(
            2,
            await service.Look<long>(
                "select count(distinct request_id) from access_log where reader_account_id = @Id and request_id in (@first, @later)",
                new
                {
                    team.Id,
                    first,
                    later,
                }
            )
        );
    }

    [Fact]
    public async Task Neighbours_in_one_house_are_not_suggested()
    {
        var (lon, lat) = Spot();
        await Post("Trần Thị Lan", "phòng 3, 12/3 ngõ 45 Lê Lợi", lon, lat);
        var (_, other) = await Post("Trần Văn Hùng", "P.4, 45/12/3 Lê Lợi", lon, lat);
        var team = await service.NewPerson("Tổ", ("teamMember", Places.SouthEast));
        Assert.DoesNotContain(await Suggested(team), one => one["requestId"]!.GetValue<Guid>() == other);
    }

    [Fact]
    public async Task A_duplicate_is_linked_and_closed_and_raises_the_first_and_saying_it_twice_is_once()
    {
        var (first, later) = await Pair();
        var team = await service.NewPerson("Tổ", ("teamLead", Places.SouthEast));
        await Find();
        await (await Say(team, later, first, "duplicate")).Read();
        await (await Say(team, later, first, "duplicate")).Read();
        Assert.Equal(
            $"closed duplicate:{first}",
            await service.Look<string>(
                "select status || ' ' || end_reason from request where id = @later",
                new { later }
            )
        );
        Assert.Equal(
            first,
            await service.Look<Guid>(
                "select repeat_of from request_private where request_id = @later",
                new { later }
            )
        );
        Assert.Equal("open urgent", await State(first));
        // As with any other closing: once in its history, and whoever posted it is told.
        Assert.Equal(
            $"{team.Id} duplicate {first} open closed",
            await service.Look<string>(
                """
                select string_agg(concat_ws(' ', account_id, reason, after ->> 'duplicateOf', before ->> 'status', after ->> 'status'), '|')
                from need_act where request_id = @later
                """,
                new { later }
            )
        );
        Assert.Equal(
            1,
            await service.Look<int>(
                """
                select count(*)::int from outbox where kind = 'need.close' and account_id = (select account_id from request where id = @later)
                """,
                new { later }
            )
        );
        Assert.Equal(
            team.Id,
            await service.Look<Guid>(
                "select settled_by from duplicate_suggestion where request_id = @later and settled_at is not null",
                new { later }
            )
        );
        Assert.Equal(HttpStatusCode.Conflict, (await Say(team, later, first, "different")).StatusCode);
        Assert.DoesNotContain(await Suggested(team), one => one["requestId"]!.GetValue<Guid>() == later);
    }

    [Fact]
    public async Task A_duplicate_that_was_closed_by_mistake_is_taken_back_and_asked_again()
    {
        var (first, later) = await Pair();
        var team = await service.NewPerson("Tổ", ("teamLead", Places.SouthEast));
        await Find();
        await (await Say(team, later, first, "duplicate")).Read();
        var act = await service.Look<Guid>(
            "select id from need_act where request_id = @later",
            new { later }
        );
        await team.Post($"/api/team/acts/{act}/undo").Is(HttpStatusCode.OK);
        Assert.StartsWith("open ", await State(later), StringComparison.Ordinal);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(repeat_of)::int from request_private where request_id = @later",
                new { later }
            )
        );
        Assert.Contains(await Suggested(team), one => one["requestId"]!.GetValue<Guid>() == later);
        await (await Say(team, later, first, "different")).Read();
    }

    [Fact]
    public async Task The_owner_of_a_duplicate_reads_that_it_is_one_and_not_whose()
    {
        var (lon, lat) = Spot();
        var (_, first) = await Post("Trần Thị Lan", "12/3 ngõ 45 Lê Lợi, P. Bến Nghé", lon, lat);
        var (owner, later) = await Post("tran thi lan", "45/12/3 đ. le loi", lon, lat);
        var team = await service.NewPerson("Tổ", ("teamLead", Places.SouthEast));
        await Find();
        await (await Say(team, later, first, "duplicate")).Read();
        string seen = await owner.Http.GetStringAsync($"/api/requests/{later}");
        Assert.Contains("\"endReason\":\"duplicate\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain($"{first}", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(
            $"{first}",
            await owner.Http.GetStringAsync("/api/me/export"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_needs_said_to_be_different_stay_and_are_not_suggested_again()
    {
        var (first, later) = await Pair();
        var team = await service.NewPerson("Tổ", ("teamMember", Places.SouthEast));
        await Find();
        await (await Say(team, later, first, "different")).Read();
        await service.Look<object>(
            "insert into duplicate_due select request_id, root_area_id, now() from request_private where request_id = @later",
            new { later }
        );
        Assert.DoesNotContain(await Suggested(team), one => one["requestId"]!.GetValue<Guid>() == later);
        Assert.Equal("open urgent", await State(later));
        Assert.Equal("open routine", await State(first));
    }

    [Fact]
    public async Task Whoever_does_not_reach_both_needs_is_told_that_there_is_nothing()
    {
        var (first, later) = await Pair();
        await Find();
        var elsewhere = await service.NewPerson("Tổ", ("teamLead", Places.NorthWest));
        var nobody = await service.NewPerson();
        foreach (var person in new[] { elsewhere, nobody })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Say(person, later, first, "duplicate")).StatusCode);
            foreach (string path in new[] { "/api", "" })
                Assert.Equal(
                    HttpStatusCode.NotFound,
                    (await person.Http.GetAsync($"{path}/team/{Places.SouthEast}/duplicates")).StatusCode
                );
        }
        // One of the two is handed over: the pair is gone for this team, and there for the one above both.
        await service.Look<object>(
            "update request set responsible_area_id = @area where id = @first",
            new { first, area = Places.SouthWest }
        );
        var team = await service.NewPerson("Tổ", ("teamLead", Places.SouthEast));
        Assert.DoesNotContain(await Suggested(team), one => one["requestId"]!.GetValue<Guid>() == later);
        Assert.Equal(HttpStatusCode.NotFound, (await Say(team, later, first, "duplicate")).StatusCode);
        var province = await service.NewPerson("Tỉnh", ("administrator", Places.Province));
        Assert.Contains(await Suggested(province), one => one["requestId"]!.GetValue<Guid>() == later);
        Assert.Equal("open urgent", await State(later));
    }

    [Fact]
    public async Task A_repeat_by_ones_own_phone_that_is_more_urgent_raises_the_first_and_a_strangers_does_not()
    {
        var (lon, lat) = Spot();
        var (owner, first) = await Post("Bà Ba", "9 ngõ 8 Âu Cơ", lon, lat, "routine");
        var stranger = await service.NewPerson();
        await stranger.Posted(
            Body(
                "9 ngõ 8 Âu Cơ",
                lon,
                lat,
                "urgent",
                body =>
                    body["onBehalfOf"] = new JsonObject
                    {
                        ["name"] = "Bà Ba",
                        ["phone"] = owner.Phone,
                        ["consent"] = true,
                    }
            )
        );
        Assert.Equal("open routine", await State(first));
        var again = await owner.Posted(Body("9 ngõ 8 Âu Cơ", lon, lat, "soon"));
        Assert.NotEqual(first, again.Id());
        Assert.Equal("open soon", await State(first));
        // Nothing is lowered.
        await owner.Posted(Body("9 ngõ 8 Âu Cơ", lon, lat, "routine"));
        Assert.Equal("open soon", await State(first));
    }

    [Fact]
    public async Task The_page_shows_pairs_side_by_side_and_its_buttons_work()
    {
        var (first, later) = await Pair();
        var team = await service.NewPerson("Tổ", ("teamMember", Places.SouthEast));
        await Find();
        string path = $"/team/{Places.SouthEast}/duplicates";
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        var page = await visitor.Get(path);
        Assert.NotEmpty(page.Html.QuerySelectorAll("mark"));
        Assert.NotNull(page.Html.QuerySelector($"input[name=request][value='{later}']"));
        await visitor.Send(
            page,
            path,
            ("request", $"{later}"),
            ("other", $"{first}"),
            ("verdict", "duplicate")
        );
        Assert.Equal("closed urgent", await State(later));
    }

    [Fact]
    public async Task What_is_compared_goes_with_the_private_facts()
    {
        var (first, later) = await Pair();
        await Find();
        await service.Look<object>(
            "delete from request_private where request_id in (@first, @later)",
            new { first, later }
        );
        Assert.Equal(
            0,
            await service.Look<long>(
                "select count(*) from duplicate_trait where request_id in (@first, @later)",
                new { first, later }
            )
        );
    }

    private async Task<(Guid First, Guid Later)> Pair()
    {
        var (lon, lat) = Spot();
        var (_, first) = await Post("Trần Thị Lan", "12/3 ngõ 45 Lê Lợi, P. Bến Nghé", lon, lat, "routine");
        var (_, later) = await Post(
            "tran thi lan",
            "so 3 ngach 12 ngo 45 le loi",
            lon + 0.0003,
            lat,
            "urgent"
        );
        return (first, later);
    }

    // Each test's needs a good way off the others'.
    private static (double Lon, double Lat) Spot()
    {
        int spot = next++;
        return (105.855 + 0.005 * (spot % 8), 21.003 + 0.005 * (spot / 8));
    }

    private async Task<(Person, Guid)> Post(
        string name,
        string address,
        double lon,
        double lat,
        string urgency = "soon"
    )
    {
        var person = await service.NewPerson(name);
        var posted = await person.Posted(Body(address, lon, lat, urgency));
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        return (person, posted.Id());
    }

    private static JsonObject Body(
        string address,
        double lon,
        double lat,
        string urgency,
        Action<JsonObject>? change = null
    ) =>
        Posting.Body(
            body =>
            {
                body["address"] = address;
                body["needs"]![0]!["urgency"] = urgency;
                change?.Invoke(body);
            },
            lon,
            lat
        );

    private Task<long> Find() =>
        service
            .App.Services.GetRequiredService<FindDuplicates>()
            .Sweep(service.Clock.GetUtcNow(), CancellationToken.None);

    private async Task<List<JsonNode>> Suggested(Person team)
    {
        await Find();
        var area = await service.Look<Guid>(
            "select area_id from role_grant where account_id = @Id",
            new { team.Id }
        );
        var answer = await (await team.Http.GetAsync($"/api/team/{area}/duplicates?limit=50")).Read();
        return [.. answer["items"]!.AsArray().Select(item => item!)];
    }

    private static Task<HttpResponseMessage> Say(Person person, Guid later, Guid first, string verdict) =>
        person.Http.PostAsJsonAsync($"/api/team/duplicates/{later}/{first}", new { verdict });

    private async Task<string> State(Guid id) =>
        (
            await service.Look<string>(
                "select status || ' ' || urgency from request where id = @id",
                new { id }
            )
        )!;
}
