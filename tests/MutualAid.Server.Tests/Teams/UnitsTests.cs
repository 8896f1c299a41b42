using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Teams;

public sealed class UnitsTests(ServiceFixture service, Cluster cluster) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_need_is_assigned_to_a_giver_of_the_area_who_is_told_which_team_asks()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner, quantity: 5);
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver, capacity: 3);
        var act = await desk.Done(need, "assign", new { offerId = offer });
        Assert.Equal(3, act["after"]!.Number("units"));
        var match = (await giver.Get("/api/matches?side=giver").Is(HttpStatusCode.OK))["items"]![0]!;
        Assert.Equal(act["after"]!.Text("matchId"), match.Text("id"));
        Assert.Equal("proposed", match.Text("status"));
        Assert.Equal("The local team in Phường Sông asks you", match["reasons"]![0]!.Text("text"));
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from outbox where account_id = @Id and kind = 'match.proposed'",
                new { giver.Id }
            )
        );
        Assert.Equal(
            ["posted", "proposed", "assign"],
            (await desk.History(need)).Select(item => item!.Text("what"))
        );
        await desk.Team.Post(Desk.At(need, "assign"), new { offerId = offer }).IsProblem(409, "assignFree");
        await giver.Post($"/api/matches/{match.Text("id")}/accept").Is(HttpStatusCode.OK);
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task an_assignment_that_the_door_refuses_says_why()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner, quantity: 2, urgency: "soon");
        var giver = await service.NewPerson();
        Task<JsonNode> Refused(Guid offer, int status, string code, int? units = null) =>
            desk.Team.Post(Desk.At(need, "assign"), new { offerId = offer, units }).IsProblem(status, code);
        await Refused(await service.GivenOffer(giver, category: "medicine"), 422, "otherCategory");
        await Refused(await service.GivenOffer(desk.Owner), 422, "assignOwn");
        await Refused(
            await service.GivenOffer(giver, lon: 105.89, lat: 21.055, reach: 500),
            409,
            "assignOutOfReach"
        );
        // An offer of another area is nobody's to assign here.
        await Refused(await service.GivenOffer(giver, lon: 105.845), 400, "invalid");
        var offer = await service.GivenOffer(giver);
        await Refused(offer, 409, "assignUnmet", units: 3);
        await giver.Post($"/api/offers/{offer}/pause").Is(HttpStatusCode.OK);
        await Refused(offer, 409, "assignClosed");
        await giver.Post($"/api/offers/{offer}/resume").Is(HttpStatusCode.OK);
        var first = await service.NewPerson();
        await desk.Done(need, "assign", new { offerId = await service.GivenOffer(first) });
        await Refused(offer, 409, "assignAsked");
        await desk.Others.Post(Desk.At(need, "assign"), new { offerId = offer }).IsProblem(404, "notFound");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task the_givers_of_the_area_are_listed_with_why_not()
    {
        await using var fresh = new ServiceFixture(cluster);
        await fresh.InitializeAsync();
        var desk = await Desk.Of(fresh);
        var need = await fresh.GivenRequest(desk.Owner, quantity: 4);
        var near = await fresh.GivenOffer(await fresh.NewPerson(), capacity: 2, lon: 105.857);
        var far = await fresh.GivenOffer(await fresh.NewPerson(), perDay: 9, capacity: null, lon: 105.87);
        var beyond = await fresh.GivenOffer(await fresh.NewPerson(), lon: 105.89, reach: 300);
        var resting = await fresh.NewPerson();
        var off = await fresh.GivenOffer(resting, lon: 105.861);
        await fresh.Look<int>("update account set on_duty = false where id = @Id", new { resting.Id });
        await fresh.GivenOffer(await fresh.NewPerson(), lon: 105.845); // of the other district
        await fresh.GivenOffer(await fresh.NewPerson(), category: "medicine");
        var items = (await desk.Team.Get(Desk.At(need, "givers")).Is(HttpStatusCode.OK))["items"]!.AsArray();
        Assert.Equal(
            [(near, null), (far, null), (off, "offDuty"), (beyond, "outOfReach")],
            items.Select(item => (Guid.Parse(item!.Text("offerId")), (string?)item!["why"]))
        );
        Assert.Equal(
            (2, true, "Phường Sông"),
            (items[0]!.Number("free"), (bool)items[0]!["onDuty"]!, items[0]!.Text("area"))
        );
        Assert.Equal(9, items[1]!.Number("free"));
        Assert.InRange(items[1]!.Number("distance"), 1500, 2100);
        await desk.Others.Get(Desk.At(need, "givers")).IsProblem(404, "notFound");
    }

    [Fact]
    public async Task a_split_moves_only_what_nobody_has_promised()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var need = await service.GivenRequest(desk.Owner, quantity: 10);
        await giver.Post($"/api/requests/{need}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
        await desk
            .Team.Post(
                Desk.At(need, "split"),
                new { parts = new[] { new { quantity = 5 }, new { quantity = 2 } } }
            )
            .IsProblem(409, "splitTooMuch");
        await desk.Done(need, "verify", new { how = "known" });
        var act = await desk.Done(
            need,
            "split",
            new { parts = new[] { new { quantity = 2 }, new { quantity = 4 } } }
        );
        var parts = act["after"]!["parts"]!.AsArray().Select(part => Guid.Parse((string)part!)).ToArray();
        Assert.Equal((4, 0), (act["after"]!.Number("quantity"), act["after"]!.Number("unmet")));
        var made = await desk.Owner.Get($"/api/requests/{parts[1]}").Is(HttpStatusCode.OK);
        var first = await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.Equal((4, 4, true), (made.Number("quantity"), made.Number("unmet"), (bool)made["verified"]!));
        Assert.Equal(first["history"]!.Text("householdId"), made["history"]!.Text("householdId"));
        Assert.Equal(first["private"]!.ToJsonString(), made["private"]!.ToJsonString());
        Assert.Equal(first.Text("createdAt"), made.Text("createdAt"));
        Assert.Equal($"{need}", (await desk.Last(parts[0]))["after"]!.Text("from"));

        var whole = await service.GivenRequest(desk.Owner, quantity: 3, divisible: false);
        await desk
            .Team.Post(Desk.At(whole, "split"), new { parts = new[] { new { quantity = 1 } } })
            .IsProblem(422, "indivisible");
        var alone = await service.GivenRequest(desk.Owner, quantity: 3);
        await desk
            .Team.Post(Desk.At(alone, "split"), new { parts = new[] { new { quantity = 3 } } })
            .IsProblem(409, "splitTooMuch");
        await desk
            .Team.Post(Desk.At(alone, "split"), new { parts = Array.Empty<object>() })
            .IsProblem(400, "invalid");
        await desk
            .Others.Post(Desk.At(alone, "split"), new { parts = new[] { new { quantity = 1 } } })
            .IsProblem(404, "notFound");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_merge_moves_what_is_unmet_and_closes_the_first_as_a_duplicate()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var into = await service.GivenRequest(desk.Owner, quantity: 3);
        var need = await service.GivenRequest(desk.Owner, quantity: 2);
        await giver.Post($"/api/requests/{into}/claims", new { units = 3 }).Is(HttpStatusCode.Created);
        var act = await desk.Done(need, "merge", new { into });
        Assert.Equal(
            ("closed", "duplicate"),
            (act["after"]!.Text("status"), act["after"]!.Text("endReason"))
        );
        var grown = await desk.Owner.Get($"/api/requests/{into}").Is(HttpStatusCode.OK);
        Assert.Equal((5, 2, 3), (grown.Number("quantity"), grown.Number("unmet"), grown.Number("promised")));
        Assert.Equal($"{need}", (await desk.Last(into))["after"]!.Text("from"));
        await desk.Team.Post(Desk.At(need, "merge"), new { into }).IsProblem(409, "requestOver");

        var taken = await service.GivenRequest(desk.Owner, quantity: 2);
        var other = await service.NewPerson();
        await other.Post($"/api/requests/{taken}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        var refused = await desk
            .Team.Post(Desk.At(taken, "merge"), new { into })
            .IsProblem(409, "mergeUnderWay");
        Assert.Equal("open", refused.Text("state"));
        // What was delivered stays its own.
        var match = await service.Look<Guid>("select id from match where request_id = @taken", new { taken });
        await other.Post($"/api/matches/{match}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        await desk.Done(taken, "merge", new { into });
        await other.Http.GetAsync($"/api/matches/{match}");
        await desk.Owner.Post($"/api/matches/{match}/confirm").Is(HttpStatusCode.OK);
        var own = await desk.Owner.Get($"/api/requests/{taken}").Is(HttpStatusCode.OK);
        Assert.Equal(("fulfilled", 1), (own.Text("status"), own.Number("quantity")));

        var stranger = await service.GivenRequest(await service.NewPerson());
        await desk.Team.Post(Desk.At(stranger, "merge"), new { into }).IsProblem(400, "invalid");
        var medicine = await service.GivenRequest(desk.Owner, category: "medicine");
        await desk.Team.Post(Desk.At(medicine, "merge"), new { into }).IsProblem(400, "invalid");
        await desk.Team.Post(Desk.At(medicine, "merge"), new { into = medicine }).IsProblem(400, "invalid");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task two_who_merge_two_needs_into_each_other_lose_nothing()
    {
        var desk = await Desk.Of(service);
        var one = await service.GivenRequest(desk.Owner, quantity: 2);
        var two = await service.GivenRequest(desk.Owner, quantity: 3);
        var answers = await Task.WhenAll(
            desk.Team.Post(Desk.At(one, "merge"), new { into = two }),
            desk.Team.Post(Desk.At(two, "merge"), new { into = one })
        );
        Assert.Equal([200, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(
            5,
            await service.Look<int>(
                "select sum(unmet)::int from request where id = any (@both) and end_status is null",
                new { both = new[] { one, two } }
            )
        );
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_team_posts_for_a_household_of_its_area()
    {
        var desk = await Desk.Of(service);
        string path = $"/api/team/{Places.SouthEast}/requests";
        JsonObject Body(string? verified = null, double lon = Posting.Lon) =>
            Posting.Body(
                body =>
                {
                    body["onBehalfOf"] = new JsonObject
                    {
                        ["name"] = "Ông Sáu",
                        ["phone"] = "0912345678",
                        ["consent"] = true,
                    };
                    body["verified"] = verified;
                },
                lon
            );
        var posted = await desk.Team.Post(path, Body("visited")).Is(HttpStatusCode.Created);
        var need = posted["requests"]![0]!;
        Assert.True((bool)need["verified"]!);
        Assert.Equal("Ông Sáu", need["private"]!.Text("name"));
        var history = await desk.History(need.Id());
        Assert.Equal(("post", "visited"), (history[^1]!.Text("what"), history[^1]!.Text("how")));
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from outbox where kind = 'behalf' and account_id = @Id",
                new { desk.Team.Id }
            )
        );
        Assert.False(
            (bool)
                (await desk.Team.Post(path, Body()).Is(HttpStatusCode.Created))["requests"]![0]!["verified"]!
        );
        await desk.Team.Post(path, Body("heard")).IsProblem(400, "invalid");
        await desk.Team.Post(path, Posting.Body()).IsProblem(400, "invalid");
        await desk.Team.Post(path, Body(lon: 105.81)).IsProblem(400, "invalid");
        await desk.Others.Post(path, Body()).IsProblem(404, "notFound");
        await desk.Owner.Post(path, Body()).IsProblem(404, "notFound");
        await desk.AllAddsUp();
    }
}
