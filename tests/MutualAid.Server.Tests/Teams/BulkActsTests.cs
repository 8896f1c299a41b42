using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Teams;

public sealed class BulkActsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task two_hundred_needs_are_verified_at_once_and_undone_at_once()
    {
        var desk = await Desk.Of(service);
        var needs = await Needs(desk, 200);
        var batch = await Bulk(
            desk.Team,
            new
            {
                act = "verify",
                how = "visited",
                ids = needs,
            }
        );
        Assert.Equal(200, batch.Number("done"));
        Assert.Equal(needs, batch["items"]!.AsArray().Select(item => item!.Id()));
        Assert.Equal(200, await Verified(needs));
        var undone = await desk
            .Team.Post($"/api/team/acts/{batch.Text("batchId")}/undo")
            .Is(HttpStatusCode.OK);
        Assert.Equal(200, undone.Number("done"));
        Assert.Equal(0, await Verified(needs));
        await desk.Team.Post($"/api/team/acts/{batch.Text("batchId")}/undo").IsProblem(409, "actUndone");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task two_hundred_duplicates_are_closed_at_once_and_what_moved_on_stays_when_it_is_undone()
    {
        var desk = await Desk.Of(service);
        var original = await service.GivenRequest(desk.Owner);
        var needs = await Needs(desk, 200);
        await desk.Done(needs[7], "close", new { reason = "false" });
        var outside = await service.GivenRequest(desk.Owner, lon: 105.81, lat: 21.01);
        var batch = await Bulk(
            desk.Team,
            new
            {
                act = "close",
                reason = "duplicate",
                duplicateOf = original,
                ids = needs.Append(outside).Append(needs[3]),
            }
        );
        Assert.Equal(199, batch.Number("done"));
        Assert.Equal(201, batch["items"]!.AsArray().Count);
        Assert.Equal(
            ("requestOver", "closed"),
            (Item(batch, needs[7]).Text("why"), Item(batch, needs[7]).Text("state"))
        );
        Assert.Equal("notFound", Item(batch, outside).Text("why"));
        Assert.Null(Item(batch, outside)["state"]);
        // One owner of two hundred needs gets one message.
        Assert.Equal(2, (await desk.Messages("need.close")).Length);

        // Whoever reaches them undoes it; one was reopened and closed again meanwhile.
        var colleague = await service.NewPerson("Chú Ba", ("moderator", Places.Province));
        await service.Clock.Advance(TimeSpan.FromHours(23));
        await desk.Done(needs[0], "reopen");
        await desk.Done(needs[0], "close", new { reason = "helpedElsewhere" });
        await desk.Others.Post($"/api/team/acts/{batch.Text("batchId")}/undo").IsProblem(404, "notFound");
        var undone = await colleague
            .Post($"/api/team/acts/{batch.Text("batchId")}/undo")
            .Is(HttpStatusCode.OK);
        Assert.Equal(198, undone.Number("done"));
        Assert.Equal(
            ("actMovedOn", "closed"),
            (Item(undone, needs[0]).Text("why"), Item(undone, needs[0]).Text("state"))
        );
        Assert.Equal(
            198,
            await service.Look<int>(
                "select count(*)::int from request where id = any (@needs) and status = 'open'",
                new { needs }
            )
        );
        await colleague.Post($"/api/team/acts/{batch.Text("batchId")}/undo").IsProblem(409, "actUndone");
        var history = await desk.History(needs[1]);
        Assert.Equal(["posted", "close", "reopen"], history.Select(item => item!.Text("what")));
        Assert.Equal(history[2]!.Text("actId"), history[1]!.Text("undoneBy"));
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_batch_handed_over_comes_back_and_one_hidden_is_shown()
    {
        var desk = await Desk.Of(service);
        var needs = await Needs(desk, 3);
        var hidden = await Bulk(desk.Team, new { act = "hide", ids = needs });
        await desk.Team.Post($"/api/team/acts/{hidden.Text("batchId")}/undo").Is(HttpStatusCode.OK);
        var handed = await Bulk(
            desk.Team,
            new
            {
                act = "handOver",
                areaId = Places.SouthWest,
                ids = needs,
            }
        );
        // They have handed one on.
        await desk
            .Others.Post(Desk.At(needs[2], "hand-over"), new { areaId = Places.NorthWest })
            .Is(HttpStatusCode.OK);
        var undone = await desk
            .Team.Post($"/api/team/acts/{handed.Text("batchId")}/undo")
            .Is(HttpStatusCode.OK);
        Assert.Equal(2, undone.Number("done"));
        Assert.Equal("actMovedOn", Item(undone, needs[2]).Text("why"));
        await desk.Team.Get($"/api/team/needs/{needs[0]}").Is(HttpStatusCode.OK);
        await desk.Team.Get($"/api/team/needs/{needs[2]}").IsProblem(404, "notFound");
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from request where id = any (@needs) and hidden_at is not null",
                new { needs }
            )
        );
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task after_a_day_nothing_is_undone_and_a_reopening_never()
    {
        var desk = await Desk.Of(service);
        var needs = await Needs(desk, 2);
        var closed = await Bulk(
            desk.Team,
            new
            {
                act = "close",
                reason = "false",
                ids = needs,
            }
        );
        var reopened = await Bulk(desk.Team, new { act = "reopen", ids = needs });
        await desk
            .Team.Post($"/api/team/acts/{reopened.Text("batchId")}/undo")
            .IsProblem(409, "actNotUndoable");
        var verified = await Bulk(
            desk.Team,
            new
            {
                act = "verify",
                how = "known",
                ids = needs,
            }
        );
        await service.Clock.Advance(TimeSpan.FromHours(24.1));
        await desk.Team.Post($"/api/team/acts/{verified.Text("batchId")}/undo").IsProblem(409, "actTooOld");
        await desk.Team.Post($"/api/team/acts/{Guid.NewGuid()}/undo").IsProblem(404, "notFound");
        Assert.NotNull(closed["batchId"]);
    }

    [Fact]
    public async Task a_batch_keeps_the_rules_of_its_act()
    {
        var desk = await Desk.Of(service);
        var needs = await Needs(desk, 2);
        foreach (
            object body in new object[]
            {
                new { act = "verify", ids = needs },
                new
                {
                    act = "close",
                    reason = "no",
                    ids = needs,
                },
                new { act = "split", ids = needs },
                new { act = "hide", ids = Array.Empty<Guid>() },
                new { act = "hide", ids = Enumerable.Range(0, 501).Select(_ => Guid.NewGuid()) },
                new { act = "handOver", ids = needs },
            }
        )
            await desk.Team.Post("/api/team/acts", body).IsProblem(400, "invalid");
        await desk.Owner.Post("/api/team/acts", new { act = "hide", ids = needs }).IsProblem(404, "notFound");
        var theirs = await desk
            .Others.Post("/api/team/acts", new { act = "hide", ids = needs })
            .Is(HttpStatusCode.OK);
        Assert.Equal(0, theirs.Number("done"));
        Assert.Null(theirs["batchId"]);
    }

    [Fact]
    public async Task two_who_close_overlapping_batches_at_once_close_each_need_once()
    {
        var desk = await Desk.Of(service);
        var colleague = await service.NewPerson("Chú Ba", ("teamLead", Places.EastDistrict));
        var needs = await Needs(desk, 40);
        var both = await Task.WhenAll(
            Bulk(
                desk.Team,
                new
                {
                    act = "close",
                    reason = "false",
                    ids = needs,
                }
            ),
            Bulk(
                colleague,
                new
                {
                    act = "close",
                    reason = "outOfScope",
                    ids = needs.Reverse(),
                }
            )
        );
        Assert.Equal(40, both.Sum(batch => batch.Number("done")));
        Assert.Equal(
            40,
            await service.Look<int>(
                "select count(*)::int from need_act where request_id = any (@needs)",
                new { needs }
            )
        );
        await desk.AllAddsUp();
    }

    private async Task<Guid[]> Needs(Desk desk, int count)
    {
        var needs = new Guid[count];
        for (int i = 0; i < count; i++)
            needs[i] = await service.GivenRequest(desk.Owner, quantity: 2);
        return needs;
    }

    private static Task<JsonNode> Bulk(Person person, object body) =>
        person.Post("/api/team/acts", body).Is(HttpStatusCode.OK);

    private static JsonNode Item(JsonNode batch, Guid need) =>
        batch["items"]!.AsArray().Single(item => item!.Id() == need)!;

    private Task<int> Verified(Guid[] needs) =>
        service.Look<int>(
            "select count(*)::int from request where id = any (@needs) and verified_at is not null",
            new { needs }
        );
}
