using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Offers;

public sealed class OfferTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly double[] Home = [105.8561, 21.0343];

    private static object Body(
        int? capacity = 20,
        int? perDay = null,
        double[]? at = null,
        int reach = 3000
    ) =>
        new
        {
            category = "food",
            capacity,
            perDay,
            location = new { type = "Point", coordinates = at ?? Home },
            reach,
            dailyHours = new { from = "08:00", to = "18:00" },
            note = "cổng xanh",
        };

    [Fact]
    public async Task an_offer_is_seen_whole_by_its_giver_and_by_its_cell_by_everybody_else()
    {
        var giver = await service.NewPerson();
        var made = await giver.Post("/api/offers", Body(perDay: 5)).Is(HttpStatusCode.Created);
        Assert.Equal("cổng xanh", made["own"]!.Text("note"));
        Assert.Equal(Home[0], (double)made["own"]!["location"]!["coordinates"]![0]!);
        Assert.Equal(5, made["own"]!["today"]!.Number("free"));

        var seen = await service.Anonymous.GetAsync($"/api/offers/{made.Id()}");
        var open = JsonNode.Parse(await seen.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(
            ["area", "availability", "category", "free", "id", "location", "reach", "unit"],
            open.Select(field => field.Key).Order()
        );
        Assert.Equal("Phường Sông", open["area"]!.Text("name"));
        Assert.NotEqual(Home[0], (double)open["location"]!["coordinates"]![0]!);
        Assert.Equal("08:00", open["availability"]!["dailyHours"]!.Text("from"));
        // The hash alone: a version would say how often the giver edits.
        Assert.DoesNotContain('.', seen.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task everything_that_is_wrong_is_named_at_once()
    {
        var giver = await service.NewPerson();
        var problem = await giver
            .Post(
                "/api/offers",
                new
                {
                    category = "gold",
                    perDay = 0,
                    location = new { type = "Point", coordinates = new[] { 21.03, 105.85 } },
                    reach = 99,
                    availableFrom = "2026-12-02T00:00:00Z",
                    availableUntil = "2026-12-01T00:00:00Z",
                    dailyHours = new { from = "8:00", to = "24:00" },
                    note = new string('x', 2001),
                }
            )
            .IsProblem(400, "invalid");
        Assert.Equal(
            [
                "availableUntil",
                "category",
                "dailyHours.from",
                "dailyHours.to",
                "location.coordinates",
                "note",
                "perDay",
                "reach",
            ],
            problem["errors"]!.AsObject().Select(field => field.Key).Order()
        );
        foreach (
            var (body, field) in new (object, string)[]
            {
                (Body(capacity: null), "capacity"),
                (Body(capacity: null), "perDay"),
                (Body(capacity: 1_000_001), "capacity"),
                (Body(reach: 50_001), "reach"),
                (Body(at: [100, 10]), "location"),
                (
                    new
                    {
                        category = "food",
                        capacity = 1,
                        reach = 100,
                    },
                    "location"
                ),
            }
        )
            Assert.NotNull(
                (await giver.Post("/api/offers", body).IsProblem(400, "invalid"))["errors"]![field]
            );
        Assert.Equal(
            0L,
            await service.Look<long>("select count(*) from offer where account_id = @Id", new { giver.Id })
        );
    }

    [Fact]
    public async Task an_edit_needs_the_version_that_it_starts_from()
    {
        var giver = await service.NewPerson();
        var other = await service.NewPerson();
        var id = (await giver.Post("/api/offers", Body()).Is(HttpStatusCode.Created)).Id();
        string tag = (await giver.Get($"/api/offers/{id}")).Headers.ETag!.Tag;
        await Patch(giver, id, null, new { reach = 500 }).IsProblem(428, "ifMatch");
        await Patch(giver, id, "\"0.abc\"", new { reach = 500 }).IsProblem(412, "stale");
        await Patch(other, id, tag, new { reach = 500 }).IsProblem(404, "notFound");
        var edited = await Patch(
                giver,
                id,
                tag,
                new
                {
                    reach = 500,
                    perDay = 3,
                    dailyHours = (object?)null,
                }
            )
            .Is(HttpStatusCode.OK);
        Assert.Equal(500, edited.Number("reach"));
        Assert.Equal(20, edited["own"]!.Number("capacity"));
        Assert.Null(edited["availability"]!["dailyHours"]);
        await Patch(giver, id, tag, new { reach = 600 }).IsProblem(412, "stale");
    }

    [Fact]
    public async Task a_match_that_moves_on_does_not_make_an_edit_stale()
    {
        var giver = await service.NewPerson();
        var id = (await giver.Post("/api/offers", Body()).Is(HttpStatusCode.Created)).Id();
        string tag = (await giver.Get($"/api/offers/{id}")).Headers.ETag!.Tag;
        await service.GivenProposal(id, await service.GivenRequest(await service.NewPerson()), 4);
        await Patch(giver, id, tag, new { reach = 5000 }).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task bounds_stay_above_what_is_held_promised_and_given()
    {
        var giver = await service.NewPerson();
        var id = (await giver.Post("/api/offers", Body(perDay: 10)).Is(HttpStatusCode.Created)).Id();
        var match = await service.GivenProposal(id, await service.GivenRequest(await service.NewPerson()), 3);
        await giver.Post($"/api/matches/{match}/accept").Is(HttpStatusCode.OK);
        string tag = (await giver.Get($"/api/offers/{id}")).Headers.ETag!.Tag;
        foreach (object body in new object[] { new { capacity = 2 }, new { perDay = 2 } })
        {
            var problem = await Patch(giver, id, tag, body).IsProblem(409, "belowUsed");
            Assert.Equal(
                (0, 3, 0),
                (problem.Number("held"), problem.Number("promised"), problem.Number("given"))
            );
        }
        await Patch(giver, id, tag, new { capacity = (int?)null, perDay = (int?)null })
            .IsProblem(400, "invalid");
        var smallest = await Patch(giver, id, tag, new { capacity = 3, perDay = 3 }).Is(HttpStatusCode.OK);
        Assert.Equal(0, smallest.Number("free"));
        Assert.Equal(0, smallest["own"]!["today"]!.Number("free"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_paused_offer_gives_its_proposals_back_and_keeps_its_promises()
    {
        var giver = await service.NewPerson();
        var id = (await giver.Post("/api/offers", Body()).Is(HttpStatusCode.Created)).Id();
        var trip = Guid.CreateVersion7();
        var asked = await service.GivenProposal(
            id,
            await service.GivenRequest(await service.NewPerson()),
            2,
            trip
        );
        var promised = await service.GivenProposal(
            id,
            await service.GivenRequest(await service.NewPerson()),
            3,
            trip
        );
        await giver.Post($"/api/matches/{promised}/accept").Is(HttpStatusCode.OK);

        var paused = await giver.Post($"/api/offers/{id}/pause").Is(HttpStatusCode.OK);
        Assert.Equal((0, 3), (paused["own"]!.Number("held"), paused["own"]!.Number("promised")));
        var back = await giver.Get($"/api/matches/{asked}").Is(HttpStatusCode.OK);
        Assert.Equal(("withdrawn", "offerPaused"), (back.Text("status"), back.Text("endReason")));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Anonymous.GetAsync($"/api/offers/{id}")).StatusCode
        );

        Assert.Equal(
            "active",
            (await giver.Post($"/api/offers/{id}/resume").Is(HttpStatusCode.OK))["own"]!.Text("status")
        );
        await giver.Post($"/api/offers/{id}/withdraw").Is(HttpStatusCode.OK);
        await giver.Post($"/api/offers/{id}/withdraw").Is(HttpStatusCode.OK);
        await giver.Post($"/api/offers/{id}/resume").IsProblem(409, "offerClosed");
        await giver.Post($"/api/offers/{id}/pause").IsProblem(409, "offerClosed");
        await giver.Post($"/api/matches/{promised}/delivered").Is(HttpStatusCode.OK);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task one_time_offers_are_on_no_list_and_nobody_elses()
    {
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(await service.NewPerson());
        var match = await giver
            .Post($"/api/requests/{request}/claims", new { units = 2 })
            .Is(HttpStatusCode.Created);
        string offer = match.Text("offerId");
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Anonymous.GetAsync($"/api/offers/{offer}")).StatusCode
        );
        Assert.True(
            (bool)(await giver.Get($"/api/offers/{offer}").Is(HttpStatusCode.OK))["own"]!["oneTime"]!
        );
        Assert.Empty((await giver.Get("/api/offers/mine").Is(HttpStatusCode.OK))["items"]!.AsArray());
        foreach (string step in new[] { "pause", "resume", "withdraw" })
            await giver.Post($"/api/offers/{offer}/{step}").IsProblemUnlessActive(step);
        Assert.Equal(
            0L,
            await service.Look<long>(
                "select count(*) from public_offer where id = @id",
                new { id = Guid.Parse(offer) }
            )
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task my_offers_come_latest_first_page_by_page_with_their_tags()
    {
        var giver = await service.NewPerson();
        for (int i = 0; i < 5; i++)
            await service.GivenOffer(giver, capacity: i + 1);
        var seen = new List<int>();
        string? next = "/api/offers/mine?limit=2";
        while (next is not null)
        {
            var page = await giver.Get(next).Is(HttpStatusCode.OK);
            foreach (var item in page["items"]!.AsArray())
            {
                seen.Add(item!["own"]!.Number("capacity"));
                Assert.StartsWith("\"1.", item.Text("etag"), StringComparison.Ordinal);
            }
            next = (string?)page["next"];
        }
        Assert.Equal([1, 2, 3, 4, 5], seen.Order());
        await giver.Get("/api/offers/mine?cursor=x").IsProblem(400, "invalid");
        await giver.Get("/api/offers/mine?limit=0").IsProblem(400, "invalid");
        await giver.Get("/api/offers/mine?page=2").IsProblem(400, "invalid");
    }

    [Fact]
    public async Task an_offer_again_from_next_door_keeps_its_cell_and_somebody_elses_does_not()
    {
        var giver = await service.NewPerson();
        var neighbour = await service.NewPerson();
        async Task<string> Cell(Person person, double lon) =>
            (await person.Post("/api/offers", Body(at: [lon, 21.0343])).Is(HttpStatusCode.Created))[
                "location"
            ]!.ToJsonString();
        string first = await Cell(giver, 105.8561);
        string beside = await Cell(neighbour, 105.8585);
        Assert.NotEqual(first, beside);
        Assert.Equal(first, await Cell(giver, 105.8585));
        // Two cells on it is another place, and no chain of small steps drags the cell along.
        Assert.NotEqual(first, await Cell(giver, 105.8625));
    }

    private static Task<HttpResponseMessage> Patch(Person person, Guid id, string? tag, object body)
    {
        var message = new HttpRequestMessage(HttpMethod.Patch, $"/api/offers/{id}")
        {
            Content = JsonContent.Create(body),
        };
        if (tag is not null)
            message.Headers.TryAddWithoutValidation("If-Match", tag);
        return person.Http.SendAsync(message);
    }
}

internal static class OneTimeSteps
{
    // A one-time offer is active while its match is: resuming what is active is no error, closing it is.
    internal static Task<JsonNode> IsProblemUnlessActive(
        this Task<HttpResponseMessage> answering,
        string step
    ) => step == "resume" ? answering.Is(HttpStatusCode.OK) : answering.IsProblem(409, "offerClosed");
}
