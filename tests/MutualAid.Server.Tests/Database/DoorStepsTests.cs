using Dapper;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Database;

/// <summary>What a hostile reader of the door tried on it.</summary>
public sealed class DoorStepsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private DateTimeOffset Now => service.Clock.GetUtcNow();

    [Fact]
    public async Task a_match_accepted_between_the_sweeps_look_and_its_step_does_not_lapse()
    {
        var scene = await Scene.Proposed(service);
        await service.Look<int>("update match set respond_by = created_at where id = @Id", new { scene.Id });
        await scene.Step(service, "accept", "giver");
        Assert.Equal("tooEarly", await service.Step(scene.Id, "lapse", "clock"));
        Assert.Equal(
            "accepted",
            await service.Look<string>("select status from match where id = @Id", new { scene.Id })
        );
    }

    [Fact]
    public async Task an_id_that_is_given_twice_moves_its_units_once()
    {
        foreach (
            var (state, step, by) in new[]
            {
                ("proposed", "decline", "giver"),
                ("accepted", "withdraw", "system"),
                ("accepted", "deliver", "giver"),
            }
        )
        {
            var scene = await Scene.InState(service, state);
            await using var connection = await service.Open();
            var outcomes = await connection.QueryAsync<string>(
                "select outcome from match_step(@Now, @step, @by, @actor, array[@Id, @Id])",
                new
                {
                    Now,
                    step,
                    by,
                    actor = scene.Giver.Id,
                    scene.Id,
                }
            );
            Assert.Equal(["done"], outcomes);
        }
        await service.InvariantsHold();
    }

    [Fact]
    public async Task acceptances_in_one_array_are_judged_one_after_the_other()
    {
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);
        var trip = Guid.CreateVersion7();
        var first = await service.GivenProposal(
            offer,
            await service.GivenRequest(await service.NewPerson()),
            1,
            trip
        );
        var second = await service.GivenProposal(
            offer,
            await service.GivenRequest(await service.NewPerson()),
            1,
            trip
        );
        await using var connection = await service.Open();
        var outcomes = await connection.QueryAsync<(int, Guid, string)>(
            "select ord, match_id, outcome from match_step(@Now, 'accept', 'giver', @Id, array[@first, @second], null, null, array['111111', '222222'])",
            new
            {
                Now,
                giver.Id,
                first,
                second,
            }
        );
        // A new giver opens one household at a time, also in one call.
        Assert.Equal([(1, first, "done"), (2, second, "openings")], outcomes);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task late_deliveries_in_one_array_share_what_is_left()
    {
        var scene = await Scene.InState(service, "lapsed");
        await service.Look<int>(
            "update match set ended_at = ended_at - interval '13 hours' where id = @Id",
            new { scene.Id }
        );
        var again = await service.GivenProposal(scene.Offer, scene.Request, 4);
        await service.Step(again, "accept", "giver", scene.Giver.Id, "999999");
        await service.Look<int>("update match set due_by = created_at where id = @again", new { again });
        Assert.Equal("done", await service.Step(again, "lapse", "clock"));
        await using var connection = await service.Open();
        var outcomes = await connection.QueryAsync<(string, int)>(
            "select outcome, units from match_step(@Now, 'deliver', 'giver', @giver, array[@Id, @again])",
            new
            {
                Now,
                giver = scene.Giver.Id,
                scene.Id,
                again,
            }
        );
        Assert.Equal([("done", 3), ("done", 2)], outcomes);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_late_delivery_keeps_within_a_day_that_was_not_counted_yet()
    {
        var receiver = await service.NewPerson();
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(receiver, quantity: 10);
        var offer = await service.GivenOffer(giver, capacity: 20);
        var match = await service.GivenProposal(offer, request, 6);
        await service.Step(match, "accept", "giver", giver.Id, "111111");
        await service.Look<int>("update match set due_by = created_at where id = @match", new { match });
        await service.Step(match, "lapse", "clock");
        Assert.True(
            await service.Look<bool>("select offer_set_bounds(@Now, @offer, 20, 4)", new { Now, offer })
        );
        await service.Look<int>("update offer set edit_version = 2 where id = @offer", new { offer });
        Assert.Equal("done", await service.Step(match, "deliver", "giver", giver.Id));
        Assert.Equal(4, await service.Look<int>("select units from match where id = @match", new { match }));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_one_time_offer_ends_with_its_match_and_a_late_delivery_does_not_revive_it()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson();
        var match = Guid.CreateVersion7();
        await service.Look<string>(
            "select outcome from match_claim(@Now, @Id, @request, 2, null, @match, @offer, @trip, '111111')",
            new
            {
                Now,
                giver.Id,
                request,
                match,
                offer = Guid.CreateVersion7(),
                trip = Guid.CreateVersion7(),
            }
        );
        await service.Look<int>("update match set due_by = created_at where id = @match", new { match });
        Assert.Equal("done", await service.Step(match, "lapse", "clock"));
        await service.InvariantsHold();
        Assert.Equal("done", await service.Step(match, "deliver", "giver", giver.Id));
        await service.InvariantsHold();
        Assert.Equal(
            "ended",
            await service.Look<string>(
                "select o.status from offer o join match m on m.offer_id = o.id where m.id = @match",
                new { match }
            )
        );
    }
}
