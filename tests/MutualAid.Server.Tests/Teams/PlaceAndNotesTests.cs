using System.Net;
using MutualAid.Server.Tests.Jobs;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Teams;

public sealed class PlaceAndNotesTests(ServiceFixture service, Cluster cluster)
    : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_corrected_place_has_its_own_cell_and_areas_and_what_it_was_stays_in_the_history()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        var before = await service.Anonymous.ReadAt($"/api/requests/{need}");
        var act = await desk.Done(
            need,
            "pin",
            new
            {
                location = Posting.Point(105.8801, 21.0101),
                address = "5 ngõ 8",
                reason = "đến nơi mới biết",
            }
        );
        Assert.Equal($"{Places.SouthEast}", act["after"]!.Text("areaId"));
        Assert.DoesNotContain("105.8801", act.ToJsonString());
        var seen = await service.Anonymous.ReadAt($"/api/requests/{need}");
        Assert.Equal("Phường Hoà Bình", seen["area"]!.Text("name"));
        Assert.NotEqual(before.Coordinates(), seen.Coordinates());
        var mine = await desk.Owner.Http.ReadAt($"/api/requests/{need}");
        Assert.Equal([105.8801, 21.0101], mine["private"]!.Coordinates());
        Assert.Equal("5 ngõ 8", mine["private"]!.Text("address"));
        Assert.Single(await desk.Messages("need.pin"));

        var last = await desk.Last(need);
        Assert.Equal("12 ngõ 3 phố Thử", last["placeBefore"]!.Text("address"));
        Assert.Equal([105.853, 21.032], last["placeBefore"]!.Coordinates());
        Assert.Equal([105.8801, 21.0101], last["placeAfter"]!.Coordinates());
        Assert.Equal("đến nơi mới biết", last.Text("text"));
        Assert.Equal(before.Coordinates(), Numbers(last["before"]!["location"]!));

        // The owner edits on from what is there now.
        Assert.Equal(
            2,
            await service.Look<int>("select edit_version from request where id = @need", new { need })
        );
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_place_is_not_corrected_under_a_giver_nor_into_another_province_nor_without_a_reason()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var need = await service.GivenRequest(desk.Owner);
        object here = Posting.Point(105.8801, 21.0101);
        await desk.Team.Post(Desk.At(need, "pin"), new { location = here }).IsProblem(400, "invalid");
        await desk.Team.Post(Desk.At(need, "pin"), new { reason = "x" }).IsProblem(400, "invalid");
        await desk
            .Team.Post(Desk.At(need, "pin"), new { location = Posting.Point(106.7, 10.8), reason = "x" })
            .IsProblem(400, "invalid");
        await desk
            .Others.Post(Desk.At(need, "pin"), new { location = here, reason = "x" })
            .IsProblem(404, "notFound");
        await giver.Post($"/api/requests/{need}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        await desk
            .Team.Post(Desk.At(need, "pin"), new { location = here, reason = "x" })
            .IsProblem(409, "moveUnderWay");
        await desk.Done(need, "close", new { reason = "false" });
        await desk
            .Team.Post(Desk.At(need, "pin"), new { location = here, reason = "x" })
            .IsProblem(409, "requestOver");
    }

    [Fact]
    public async Task to_whom_a_need_was_handed_over_stays_when_its_place_is_corrected()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        await desk.Done(need, "hand-over", new { areaId = Places.NorthWestGroupTwo });
        await desk
            .Others.Post(
                Desk.At(need, "pin"),
                new { location = Posting.Point(105.8801, 21.0101), reason = "sai nhà" }
            )
            .Is(HttpStatusCode.OK);
        Assert.Equal(
            Places.NorthWestGroupTwo,
            await service.Look<Guid>("select responsible_area_id from request where id = @need", new { need })
        );
        Assert.Equal(
            "Phường Hoà Bình",
            (await service.Anonymous.ReadAt($"/api/requests/{need}"))["area"]!.Text("name")
        );
        // Handed back to where it lies, it follows its place again.
        await desk
            .Others.Post(Desk.At(need, "hand-over"), new { areaId = Places.SouthEast })
            .Is(HttpStatusCode.OK);
        await desk.Done(
            need,
            "pin",
            new { location = Posting.Point(105.8802, 21.0402), reason = "về nhà cũ" }
        );
        Assert.Equal(
            Places.NorthEast,
            await service.Look<Guid>("select responsible_area_id from request where id = @need", new { need })
        );
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task notes_are_the_teams_alone_and_go_with_the_needs_private_facts()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        await desk.Done(need, "notes", new { text = "chó dữ\nđi hai người" });
        await desk.Done(need, "verify", new { how = "known", note = "cháu tôi" });
        await desk.Done(
            need,
            "pin",
            new { location = Posting.Point(105.8601, 21.0401), reason = "nhầm ngõ" }
        );
        var seen = await desk.Team.Get($"/api/team/needs/{need}").Is(HttpStatusCode.OK);
        Assert.Equal(
            ("chó dữ\nđi hai người", "Cô Hoa"),
            (seen["notes"]![0]!.Text("text"), seen["notes"]![0]!.Text("by"))
        );
        Assert.Equal("chó dữ\nđi hai người", (await desk.History(need))[1]!.Text("text"));
        string[] theirs =
        [
            (await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK)).ToJsonString(),
            (await desk.Owner.Get("/api/me/export").Is(HttpStatusCode.OK)).ToJsonString(),
        ];
        Assert.All(theirs, text => Assert.DoesNotContain("hai ng", text, StringComparison.Ordinal));
        await desk.Team.Post(Desk.At(need, "notes"), new { text = " " }).IsProblem(400, "invalid");
        await desk.Others.Post(Desk.At(need, "notes"), new { text = "x" }).IsProblem(404, "notFound");

        await desk.Owner.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select (select count(*) from need_note where request_id = @need)::int + (select count(*) from need_act_private where request_id = @need)::int",
                new { need }
            )
        );
        // That something was done stays.
        Assert.Equal(
            ["posted", "note", "verify", "pin", "withdrawn"],
            (await desk.History(need)).Select(item => item!.Text("what"))
        );
        await desk.Team.Post(Desk.At(need, "notes"), new { text = "x" }).IsProblem(409, "noteForgotten");
        await desk.Team.Post(Desk.At(need, "reopen")).IsProblem(409, "needForgotten");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task notes_and_exact_places_are_forgotten_ninety_days_after_the_end()
    {
        await using var fresh = new ServiceFixture(cluster);
        await fresh.InitializeAsync();
        var desk = await Desk.Of(fresh);
        var need = await fresh.GivenRequest(desk.Owner);
        var live = await fresh.GivenRequest(desk.Owner, expiresIn: TimeSpan.FromDays(300));
        foreach (var one in new[] { need, live })
        {
            await desk.Done(one, "notes", new { text = "chó dữ" });
            await desk.Done(
                one,
                "pin",
                new { location = Posting.Point(105.8601, 21.0401), reason = "nhầm ngõ" }
            );
        }
        await desk.Done(need, "close", new { reason = "false" });
        Task<int> Left() =>
            fresh.Look<int>(
                "select (select count(*) from need_note)::int + (select count(*) from need_act_private)::int"
            );
        await fresh.Clock.Advance(TimeSpan.FromDays(89));
        await fresh.Sweep("purge");
        Assert.Equal(4, await Left());
        await fresh.Clock.Advance(TimeSpan.FromDays(2));
        await fresh.Sweep("purge");
        Assert.Equal(2, await Left());
        Assert.Equal(5, await fresh.Look<int>("select count(*)::int from need_act"));
    }

    [Fact]
    public async Task what_a_member_of_a_team_typed_goes_with_them()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        var leaving = await service.NewPerson("Anh Nam", ("teamMember", Places.NorthEast));
        await leaving.Post(Desk.At(need, "notes"), new { text = "để quên dép" }).Is(HttpStatusCode.OK);
        await leaving
            .Post(Desk.At(need, "verify"), new { how = "visited", note = "tôi có ghé" })
            .Is(HttpStatusCode.OK);
        string export = (await leaving.Get("/api/me/export").Is(HttpStatusCode.OK)).ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        Assert.Contains("để quên dép", export, StringComparison.Ordinal);
        Assert.Contains("tôi có ghé", export, StringComparison.Ordinal);
        await leaving.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        var history = await desk.History(need);
        Assert.All(history, item => Assert.Null(item!["text"]));
        Assert.Null(history[^1]!["who"]!["name"]);
        Assert.True((bool)(await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK))["verified"]!);
        await service.InvariantsHold();
    }

    private static double[] Numbers(System.Text.Json.Nodes.JsonNode array) =>
        [.. array.AsArray().Select(number => number!.GetValue<double>())];
}
