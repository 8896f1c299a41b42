using System.Net;

namespace MutualAid.Server.Tests.Matching;

/// <summary>When the matcher leaves a giver in peace.</summary>
public sealed class GiverRestTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Theory]
    [InlineData("declined")]
    [InlineData("lapsed")]
    public async Task after_a_refusal_a_giver_is_not_asked_for_half_an_hour(string how)
    {
        await Refused(await AskedGiver(), how);
        await service.GivenRequest(await service.NewPerson());
        Assert.Equal(0, (await service.Round()).Proposed);
        await service.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await service.Round()).Proposed);
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task how_long_and_how_often_are_settings()
    {
        await service.Execute("update setting set value = 0 where key = 'quiet_minutes_after_refusal'");
        var giver = await AskedGiver();
        await Refused(giver, "declined");
        await service.GivenRequest(await service.NewPerson());
        Assert.Equal(1, (await service.Round()).Proposed);

        await service.Execute("update setting set value = 2 where key = 'asks_a_week'");
        await Refused(giver, "declined");
        await service.GivenRequest(await service.NewPerson());
        Assert.Equal(0, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task what_somebody_quicker_filled_is_no_refusal()
    {
        var (quick, slow) = (await AskedGiver(round: false), await service.NewPerson());
        await service.GivenOffer(slow);
        await service.Round();
        var asked = await service.Proposals();
        Assert.Equal(2, asked.Count);
        await quick
            .Post($"/api/matches/{asked.Single(one => one.GiverId == quick.Id).Id}/accept")
            .Is(HttpStatusCode.OK);

        await service.GivenRequest(await service.NewPerson());
        await service.Round();
        Assert.Equal(slow.Id, Assert.Single(await service.Proposals()).GiverId);
    }

    [Fact]
    public async Task a_promise_that_came_to_nothing_is_no_refusal()
    {
        var giver = await AskedGiver();
        await giver
            .Post($"/api/matches/{Assert.Single(await service.Proposals()).Id}/accept")
            .Is(HttpStatusCode.OK);
        await service.Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await service.Lapse());
        await service.GivenRequest(await service.NewPerson());
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task whoever_is_left_in_peace_may_claim_and_be_asked_by_a_team()
    {
        var giver = await AskedGiver();
        await Refused(giver, "declined");
        await GivenTrips(giver, 40, "matcher");
        var (one, other) = (
            await service.GivenRequest(await service.NewPerson()),
            await service.GivenRequest(await service.NewPerson())
        );
        Assert.Equal(0, (await service.Round()).Proposed);
        var offer = await service.Look<Guid>("select id from offer");
        var asked = await service.GivenProposal(offer, one, 4);
        await service.Step(asked, "decline", "giver", giver.Id);
        await giver.Post($"/api/requests/{other}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(39, "matcher", 1)]
    [InlineData(40, "matcher", 0)]
    [InlineData(40, "team", 1)]
    [InlineData(40, "claim", 1)]
    public async Task the_matcher_asks_for_forty_trips_a_week_however_many_needs_are_on_each(
        int trips,
        string origin,
        int proposed
    )
    {
        await GivenTrips(await AskedGiver(round: false), trips, origin);
        Assert.Equal(proposed, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task a_trip_counts_for_seven_days()
    {
        await GivenTrips(await AskedGiver(round: false), 40, "matcher");
        await service.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await service.Round()).Proposed);
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    // Somebody with an offer, asked for an urgent need unless no round is wanted.
    private async Task<Person> AskedGiver(bool round = true)
    {
        await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson();
        await service.GivenOffer(giver, capacity: 100);
        if (round)
            Assert.Equal(1, (await service.Round()).Proposed);
        return giver;
    }

    private async Task Refused(Person giver, string how)
    {
        foreach (var asked in await service.Proposals())
            if (how == "declined")
                await giver
                    .Post($"/api/matches/{asked.Id}/decline", new { reason = "bận" })
                    .Is(HttpStatusCode.OK);
        if (how == "lapsed")
        {
            await service.Clock.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(1, await service.Lapse());
        }
    }

    /// <summary>Trips of two matches each, all of which somebody else filled, six days ago and after.</summary>
    private async Task GivenTrips(Person giver, int trips, string origin)
    {
        var past = await service.GivenRequest(await service.NewPerson(), category: "medicine");
        await service.Execute(
            """
            insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, end_reason,
                               ended_by, origin, created_at, ended_at)
            select gen_random_uuid(), o.root_area_id, @past, o.id, @giver, md5('trip' || trip)::uuid, 1, false, '2026-11-17', 'withdrawn',
                   'filled', 'system', @origin, @now - interval '6 days' + (trip - 1) * interval '1 hour', @now - interval '3 days'
            from offer o, generate_series(1, @trips) trip, generate_series(1, 2) need where o.account_id = @giver
            """,
            new
            {
                past,
                giver = giver.Id,
                trips,
                origin,
                now = service.Clock.GetUtcNow(),
            }
        );
    }
}
