using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Jobs;

namespace MutualAid.Server.Tests.Teams;

/// <summary>The desk's numbers: every write is in them at once, at every level, and they equal the rows.</summary>
public sealed class DeskNumbersTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_need_is_in_the_numbers_of_its_group_its_ward_and_all_above_from_post_to_delivery()
    {
        var owner = await service.NewPerson();
        var need = await service.GivenRequest(owner, quantity: 4, lon: 105.81, lat: 21.04);
        Guid[] levels = [Places.NorthWestGroupOne, Places.NorthWest, Places.WestDistrict, Places.Province];
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.Province));

        async Task Say(string? status, int requests, int unmet)
        {
            // Before anything is folded and after it.
            for (int fold = 0; fold < 2; fold++)
            {
                foreach (var level in levels)
                {
                    var live = (await View(lead, level))["live"]!
                        .AsArray()
                        .Where(one => one!["requests"]!.GetValue<long>() != 0)
                        .ToList();
                    if (status is null)
                    {
                        Assert.Empty(live);
                        continue;
                    }
                    var one = Assert.Single(live)!;
                    Assert.Equal(
                        ("food", status, "urgent", requests, unmet),
                        (
                            one.Text("category"),
                            one.Text("status"),
                            one.Text("urgency"),
                            one["requests"]!.GetValue<int>(),
                            one["unmet"]!.GetValue<int>()
                        )
                    );
                }
                Assert.Empty((await View(lead, Places.NorthWestGroupTwo))["live"]!.AsArray());
                await service.Sweep("fold-desk");
                await service.InvariantsHold();
            }
        }

        await Say("open", 1, 4);
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver, lon: 105.812, lat: 21.042);
        var match = await service.GivenProposal(offer, need, 3);
        await Say("open", 1, 4);
        await service.Step(match, "accept", "giver", giver.Id, "123456");
        await Say("open", 1, 1);
        await service.Clock.Advance(TimeSpan.FromHours(3));
        await service.Step(match, "deliver", "giver", giver.Id);
        await Say("open", 1, 1);
        var view = await View(lead, Places.Province);
        Assert.Equal(1, view["timeToHelp"]!["deliveries"]!.GetValue<int>());
        Assert.InRange(view["timeToHelp"]!["medianMinutes"]!.GetValue<double>(), 180 / 1.2, 180 * 1.2);
        await service.Step(match, "dispute", "receiver", owner.Id);
        await Say("open", 1, 4);
        Assert.Equal(0, (await View(lead, Places.Province))["timeToHelp"]!["deliveries"]!.GetValue<int>());

        await service.Look<int>(
            "select 1 from request_hide(@now, @need, true)",
            new { now = service.Clock.GetUtcNow(), need }
        );
        await Say("hidden", 1, 4);
        await service.Look<int>(
            "select 1 from request_end(@now, array[@need], 'withdrawn', null)",
            new { now = service.Clock.GetUtcNow(), need }
        );
        await Say(null, 0, 0);
        var today = (await View(lead, Places.Province))["days"]!.AsArray()[0]!;
        Assert.Equal((1, 1), (today["posted"]!.GetValue<int>(), today["withdrawn"]!.GetValue<int>()));
    }

    [Fact]
    public async Task a_need_handed_over_takes_its_deliveries_with_it()
    {
        var need = await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson();
        var match = await service.GivenProposal(await service.GivenOffer(giver), need, 2);
        await service.Step(match, "accept", "giver", giver.Id, "123456");
        await service.Step(match, "deliver", "giver", giver.Id);
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.Province));
        async Task<(int, int)> Delivered() =>
            (
                (await View(lead, Places.NorthEast))["timeToHelp"]!["deliveries"]!.GetValue<int>(),
                (await View(lead, Places.SouthWest))["timeToHelp"]!["deliveries"]!.GetValue<int>()
            );
        Assert.Equal((1, 0), await Delivered());
        await service.Look<int>(
            "update request set responsible_area_id = @SouthWest where id = @need returning 1",
            new { need, Places.SouthWest }
        );
        Assert.Equal((0, 1), await Delivered());
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_ward_that_moves_to_another_district_takes_its_numbers_along()
    {
        await service.GivenRequest(await service.NewPerson());
        await service.Sweep("fold-desk");
        await service.GivenRequest(await service.NewPerson());
        await service.Look<int>(
            """
            with moved as (update area set parent_id = @WestDistrict where id = @NorthEast returning 1)
            select count(*)::int from moved
            """,
            new { Places.WestDistrict, Places.NorthEast }
        );
        await service.Look<int>("select 1 from area_refresh(@Province)", new { Places.Province });
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.Province));
        var below = (await View(lead, Places.Province))["below"]!.AsArray();
        Assert.Equal(
            [("Quận Tây", 2), ("Quận Đông", 0)],
            below.Select(one => (one!.Text("name"), one!["waiting"]!.GetValue<int>()))
        );
        await service.InvariantsHold();
    }

    [Theory]
    [InlineData("update desk_count set requests = requests + 1 where kind = 'open'", 3)]
    [InlineData("delete from desk_count where kind = 'open'", 3)]
    [InlineData(
        "update desk_sum set requests = requests + 1 where kind = 'open' and area_id = '01900000-0000-7000-8000-000000000001'",
        1
    )]
    public async Task numbers_that_were_tampered_with_are_raised_and_repaired(string tampering, int wrong)
    {
        await service.GivenRequest(await service.NewPerson());
        await service.SweepAtOnce("fold-desk");
        Assert.Equal(0, await service.Sweep("reconcile-desk"));
        await service.Do(tampering);
        await using (var connection = await service.Open())
            Assert.NotEmpty(await Invariants.Violations(connection));
        // An area's own number stands in two sums.
        Assert.Equal(wrong, await service.SweepAtOnce("reconcile-desk"));
        Assert.Equal(0, await service.Sweep("reconcile-desk"));
        await service.Sweep("fold-desk");
        await service.InvariantsHold();
    }

    [Fact]
    public async Task worst_first_and_everybody_sees_their_own_areas_alone()
    {
        for (int i = 0; i < 3; i++)
            await service.GivenRequest(await service.NewPerson(), urgency: "routine");
        await service.GivenRequest(await service.NewPerson(), urgency: "urgent", lon: 105.81, lat: 21.01);
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.Province));
        var below = (await View(lead, Places.Province))["below"]!.AsArray();
        // One urgent need of today weighs four, three that can wait weigh three.
        Assert.Equal(
            [("Quận Tây", 4), ("Quận Đông", 3)],
            below.Select(one => (one!.Text("name"), one!["burden"]!.GetValue<int>()))
        );
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        await View(member, Places.NorthEast);
        foreach (
            var other in new[] { Places.SouthWest, Places.EastDistrict, Places.Province, Guid.NewGuid() }
        )
        foreach (string part in new[] { "view", "gaps" })
            await member.Get($"/api/team/{other}/{part}").IsProblem(404, "notFound");
        await (await service.NewPerson())
            .Get($"/api/team/{Places.NorthEast}/view")
            .IsProblem(404, "notFound");
        using var nobody = await Visitor.Of(service, null);
        (await nobody.Get($"/team/{Places.NorthEast}")).Leads(
            $"/sign-in?return={Uri.EscapeDataString($"/team/{Places.NorthEast}")}"
        );
    }

    [Fact]
    public async Task where_nobody_reaches_is_found_within_a_look_and_gone_with_the_next()
    {
        var need = await service.GivenRequest(await service.NewPerson(), quantity: 3);
        await service.GivenRequest(await service.NewPerson(), category: "medicine", urgency: "soon");
        await service.GivenOffer(await service.NewPerson(), category: "medicine");
        var far = await service.GivenOffer(await service.NewPerson(), lon: 105.88, lat: 21.055, reach: 500);
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.EastDistrict));
        Assert.Null((await View(lead, Places.EastDistrict))["gaps"]!["foundAt"]);
        await service.SweepAtOnce("find-gaps");
        var gaps = await lead.Get($"/api/team/{Places.EastDistrict}/gaps").Is(HttpStatusCode.OK);
        Assert.Equal(service.Clock.GetUtcNow(), gaps["foundAt"]!.GetValue<DateTimeOffset>());
        var gap = Assert.Single(gaps["items"]!.AsArray())!;
        Assert.Equal(("food", "Phường Sông"), (gap.Text("category"), gap.Text("area")));
        Assert.Equal(
            (1, 3, 1),
            (gap["requests"]!.GetValue<int>(), gap["units"]!.GetValue<int>(), gap["urgent"]!.GetValue<int>())
        );
        Assert.InRange(gap["nearest"]!.GetValue<double>(), 3000, 5000);
        using var visitor = await Visitor.Of(service, lead, secondFactor: true);
        var page = (await visitor.Get($"/team/{Places.EastDistrict}/gaps")).Is(HttpStatusCode.OK);
        Assert.NotNull(page.Html.QuerySelector("svg circle.gap.urgent"));
        page = (await visitor.Get($"/team/{Places.EastDistrict}")).Is(HttpStatusCode.OK);
        Assert.NotNull(
            page.Html.QuerySelector($"a[href='/team/{Places.EastDistrict}/queues/all?status=open']")
        );

        await service.Look<int>(
            "update offer set reach_metres = 9000 where id = @far returning 1",
            new { far }
        );
        await service.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await service.Sweep("find-gaps"));
        Assert.Equal(0, (await View(lead, Places.EastDistrict))["gaps"]!["requests"]!.GetValue<int>());
        Assert.NotEqual(Guid.Empty, need);
    }

    [Fact]
    public async Task each_number_opens_as_many_rows_as_it_says()
    {
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.EastDistrict));
        for (int day = 0; day < 5; day++)
        {
            var owner = await service.NewPerson();
            var giver = await service.NewPerson();
            Guid[] needs =
            [
                await service.GivenRequest(owner, urgency: "routine", expiresIn: TimeSpan.FromDays(9)),
                await service.GivenRequest(owner, urgency: "soon", expiresIn: TimeSpan.FromDays(9)),
                await service.GivenRequest(owner, category: "medicine", expiresIn: TimeSpan.FromDays(9)),
                await service.GivenRequest(owner, lat: 21.01, expiresIn: TimeSpan.FromDays(9)),
                await service.GivenRequest(owner, lon: 105.81, expiresIn: TimeSpan.FromDays(9)),
            ];
            var match = await service.GivenProposal(await service.GivenOffer(giver), needs[0], 4);
            await service.Step(match, "accept", "giver", giver.Id, "123456");
            if (day % 2 == 0)
                await service.Step(match, "deliver", "giver", giver.Id);
            if (day == 2)
                await service.Step(match, "confirm", "receiver", owner.Id);
            var now = service.Clock.GetUtcNow();
            await service.Look<int>(
                "select 1 from request_hide(@now, @need, true)",
                new { now, need = needs[1] }
            );
            if (day == 3)
                await service.Look<int>(
                    "select 1 from request_end(@now, array[@need], 'withdrawn', null)",
                    new { now, need = needs[2] }
                );
            if (day == 4)
                await service.Look<int>(
                    "select 1 from request_end(@now, array[@need], 'closed', 'false')",
                    new { now, need = needs[1] }
                );
            await service.Clock.Advance(TimeSpan.FromHours(20));
        }
        using var visitor = await Visitor.Of(service, lead, secondFactor: true);
        string rows = $"/team/{Places.EastDistrict}/queues/all?";
        var page = (await visitor.Get($"/team/{Places.EastDistrict}")).Is(HttpStatusCode.OK);
        var numbers = page.Html.QuerySelectorAll($"main a[href^='{rows}']").ToList();
        Assert.True(numbers.Count > 40, $"{numbers.Count}");
        int told = 0;
        foreach (var number in numbers)
        {
            string query = number.GetAttribute("href")![rows.Length..];
            int count = 0;
            string? next = $"/api/team/{Places.EastDistrict}/queues/all?{query}";
            while (next is not null)
            {
                var part = await lead.Get(next).Is(HttpStatusCode.OK);
                count += part["items"]!.AsArray().Count;
                next = (string?)part["next"];
            }
            Assert.Equal((query, int.Parse(number.TextContent, null)), (query, count));
            told += count;
        }
        Assert.True(told > 60, $"{told}");
    }

    [Fact]
    public async Task a_province_of_very_many_wards_weighs_little_and_its_map_is_one_picture()
    {
        // Borders of 32 points, as drawn ones have when they are simplified to a picture.
        await service.Look<int>(
            """
            with made as (
              insert into area (id, parent_id, root_id, code, name, level, boundary)
              select gen_random_uuid(), @OtherProvince, @OtherProvince, 'W' || n, 'Phường Số ' || n, 'ward',
                     st_multi(st_buffer(st_setsrid(st_makepoint(106.607 + (n % 14) * 0.014, 10.707 + (n / 14) * 0.012), 4326)::geography, 600)::geometry)::geography
              from generate_series(0, 167) n returning 1)
            select count(*)::int from made
            """,
            new { Places.OtherProvince }
        );
        await service.Look<int>("select 1 from area_refresh(@OtherProvince)", new { Places.OtherProvince });
        var owner = await service.NewPerson();
        for (int need = 0; need < 12; need++)
            await service.GivenRequest(owner, lon: 106.607 + need % 4 * 0.014, lat: 10.707);
        await service.Sweep("find-gaps");
        var lead = await service.NewPerson("Lãnh đạo", ("teamLead", Places.OtherProvince));
        using var visitor = await Visitor.Of(service, lead, secondFactor: true);
        var page = (await visitor.Get($"/team/{Places.OtherProvince}")).Is(HttpStatusCode.OK);
        int weight = (await page.Answer.Content.ReadAsByteArrayAsync()).Length;
        // Beside it come 11 KB of style, script and signs: 60 in all.
        Assert.True(weight < 49 * 1024, $"{weight}");
        Assert.Equal(0, page.Html.QuerySelectorAll("svg a").Length);
        Assert.NotNull(page.Html.QuerySelector("svg path.s4"));
        Assert.Equal(4, page.Html.QuerySelectorAll("svg circle.gap").Length);
        Assert.NotNull(page.Html.QuerySelector("a[href$='?all=true']"));
    }

    private static Task<JsonNode> View(Person reader, Guid area) =>
        reader.Get($"/api/team/{area}/view").Is(HttpStatusCode.OK);
}
