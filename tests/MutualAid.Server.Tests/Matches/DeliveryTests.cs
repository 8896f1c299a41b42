using System.Net;

namespace MutualAid.Server.Tests.Matches;

public sealed class DeliveryTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_right_code_confirms_and_is_seen_by_the_owner_alone_until_then()
    {
        var scene = await Scene.InState(service, "accepted");
        foreach (var other in new[] { scene.Giver, scene.Team })
            Assert.Null((await other.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK))["handOverCode"]);
        var seen = await scene.Receiver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK);
        Assert.Equal(Scene.Code, seen.Text("handOverCode"));

        var done = await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { code = "246 810" })
            .Is(HttpStatusCode.OK);
        Assert.Equal("confirmed", done.Text("status"));
        Assert.Null(
            (await scene.Receiver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK))["handOverCode"]
        );
    }

    [Fact]
    public async Task a_wrong_code_moves_nothing_and_after_five_only_delivery_without_code_works()
    {
        var scene = await Scene.InState(service, "onTheWay");
        for (int left = 4; left >= 0; left--)
        {
            var problem = await scene
                .Giver.Post($"/api/matches/{scene.Id}/delivered", new { code = "000000" })
                .IsProblem(422, "wrongCode");
            Assert.Equal(left, problem.Number("triesLeft"));
            Assert.Equal("onTheWay", problem.Text("state"));
        }
        // Now the right one is refused too: five guesses, not a million.
        await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { code = Scene.Code })
            .IsProblem(409, "codeSpent");
        var done = await scene.Giver.Post($"/api/matches/{scene.Id}/delivered").Is(HttpStatusCode.OK);
        Assert.Equal("delivered", done.Text("status"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_code_that_is_no_code_costs_no_try()
    {
        var scene = await Scene.InState(service, "onTheWay");
        await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { code = "12345x", units = 0 })
            .IsProblem(400, "invalid");
        Assert.Equal(
            0,
            await service.Look<int>(
                "select wrong_codes from match_private where match_id = @Id",
                new { scene.Id }
            )
        );
    }

    [Fact]
    public async Task of_three_units_two_are_delivered_and_one_is_needed_again()
    {
        var scene = await Scene.InState(service, "onTheWay");
        var problem = await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { units = 4 })
            .IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]!["units"]);
        var done = await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { units = 2 })
            .Is(HttpStatusCode.OK);
        Assert.Equal(2, done.Number("units"));
        Assert.Equal(
            "(3,0,2)",
            await service.Look<string>(
                "select row(unmet, promised, delivered)::text from request where id = @Request",
                new { scene.Request }
            )
        );
        Assert.Equal(
            "(18,0,0,2)",
            await service.Look<string>(
                "select row(free, held, promised, given)::text from offer where id = @Offer",
                new { scene.Offer }
            )
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task an_indivisible_need_is_delivered_as_a_whole()
    {
        var scene = await Scene.InState(service, "accepted", divisible: false);
        await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { units = 2 })
            .IsProblem(422, "indivisible");
        await scene.Giver.Post($"/api/matches/{scene.Id}/delivered").Is(HttpStatusCode.OK);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_lapsed_match_is_delivered_late_as_far_as_units_are_left_and_with_the_owners_code()
    {
        var scene = await Scene.InState(service, "lapsed");
        var other = await service.NewPerson();
        await other
            .Post($"/api/requests/{scene.Request}/claims", new { units = 4 })
            .Is(HttpStatusCode.Created);
        string code = (await scene.Receiver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK)).Text(
            "handOverCode"
        );
        var late = await scene
            .Giver.Post($"/api/matches/{scene.Id}/delivered", new { code })
            .Is(HttpStatusCode.OK);
        Assert.Equal(("confirmed", 1), (late.Text("status"), late.Number("units")));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_late_delivery_finds_nothing_left_or_comes_a_day_too_late()
    {
        var filled = await Scene.InState(service, "lapsed");
        var other = await service.NewPerson();
        await other
            .Post($"/api/requests/{filled.Request}/claims", new { units = 5 })
            .Is(HttpStatusCode.Created);
        var problem = await filled
            .Giver.Post($"/api/matches/{filled.Id}/delivered")
            .IsProblem(409, "nothingLeft");
        Assert.Equal(("lapsed", 0), (problem.Text("state"), problem.Number("left")));

        var old = await Scene.InState(service, "lapsed");
        await service.Look<int>(
            "update match set ended_at = ended_at - interval '25 hours' where id = @Id",
            new { old.Id }
        );
        await old.Giver.Post($"/api/matches/{old.Id}/delivered").IsProblem(409, "stepImpossible");

        var never = await Scene.Proposed(service);
        await service.Look<int>("update match set respond_by = created_at where id = @Id", new { never.Id });
        Assert.Equal("done", await service.Step(never.Id, "lapse", "clock"));
        // Not even as a guess at a code: there is none.
        await never
            .Giver.Post($"/api/matches/{never.Id}/delivered", new { code = "123456" })
            .IsProblem(409, "stepImpossible");
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_disputed_delivery_is_needed_again_and_the_next_giver_brings_it()
    {
        var scene = await Scene.InState(service, "delivered");
        await scene.Receiver.Post($"/api/matches/{scene.Id}/dispute", new { }).IsProblem(400, "invalid");
        var failed = await scene
            .Receiver.Post($"/api/matches/{scene.Id}/dispute", new { reason = "notReceived" })
            .Is(HttpStatusCode.OK);
        Assert.Equal(
            ("failed", "notReceived", "receiver"),
            (failed.Text("status"), failed.Text("endReason"), failed.Text("endedBy"))
        );
        Assert.Equal("Nothing was received", failed.Text("endReasonText"));
        Assert.Equal(
            3,
            await service.Look<int>("select given from offer where id = @Offer", new { scene.Offer })
        );

        var next = await service.NewPerson();
        var match = await next.Post($"/api/requests/{scene.Request}/claims", new { units = 5 })
            .Is(HttpStatusCode.Created);
        await next.Post($"/api/matches/{match.Id()}/delivered").Is(HttpStatusCode.OK);
        await scene.Receiver.Post($"/api/matches/{match.Id()}/confirm").Is(HttpStatusCode.OK);
        Assert.Equal(
            "fulfilled",
            await service.Look<string>(
                "select status from request where id = @Request",
                new { scene.Request }
            )
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task after_48_hours_neither_the_receiver_nor_the_team_can_dispute_and_before_them_the_clock_cannot_confirm()
    {
        var scene = await Scene.InState(service, "delivered");
        Assert.Equal("tooEarly", await service.Step(scene.Id, "confirm", "clock"));
        await service.Look<int>(
            "update match set delivered_at = delivered_at - interval '48 hours' where id = @Id",
            new { scene.Id }
        );
        foreach (var party in new[] { scene.Receiver, scene.Team })
            await party
                .Post($"/api/matches/{scene.Id}/dispute", new { reason = "damaged" })
                .IsProblem(409, "disputeTooLate");
        Assert.Equal("done", await service.Step(scene.Id, "confirm", "clock"));
    }
}
