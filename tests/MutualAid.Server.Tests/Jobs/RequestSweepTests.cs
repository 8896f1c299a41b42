namespace MutualAid.Server.Tests.Jobs;

public sealed class RequestSweepTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task an_owner_is_asked_once_whether_it_is_still_needed_and_the_link_renews_nothing_by_itself()
    {
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(3));
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(1));

        await service.Clock.Advance(TimeSpan.FromHours(19));
        Assert.Equal(0, await service.Sweep("remind-before-expiry"));
        // A fifth of a day's life is 4 h 48 min.
        await service.Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(1, await service.SweepAtOnce("remind-before-expiry"));
        Assert.Equal(0, await service.Sweep("remind-before-expiry"));
        await service.Clock.Set(FakeClock.Start + TimeSpan.FromHours(66));
        Assert.Equal(1, await service.Sweep("remind-before-expiry"));

        Assert.Equal(2, await service.Look<int>("select count(*)::int from outbox where kind = 'remind'"));
        Assert.Equal(
            2,
            await service.Look<int>("select count(*)::int from renew_link where used_at is null")
        );
    }

    [Fact]
    public async Task nobody_is_asked_about_what_is_promised_hidden_or_over()
    {
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromHours(5));
        await service.Clock.Advance(TimeSpan.FromHours(4.5));
        foreach (
            string sql in new[]
            {
                "update request set unmet = 0, promised = quantity",
                "update request set unmet = quantity, promised = 0, hidden_at = created_at",
                "update request set hidden_at = null, expires_at = created_at + interval '4 hours'",
            }
        )
        {
            await service.Do(sql);
            Assert.Equal(0, await service.Sweep("remind-before-expiry"));
        }
    }

    [Fact]
    public async Task a_request_past_its_expiry_ends_once_and_its_proposals_go_back()
    {
        var request = await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromHours(5));
        var offer = await service.GivenOffer(await service.NewPerson());
        await service.Clock.Advance(TimeSpan.FromHours(4.9));
        await service.GivenProposal(offer, request, 4);
        Assert.Equal(0, await service.Sweep("expire-requests"));

        await service.Clock.Advance(TimeSpan.FromHours(0.1));
        Assert.Equal(1, await service.SweepAtOnce("expire-requests"));
        Assert.Equal(0, await service.Sweep("expire-requests"));
        Assert.Equal("expired", await service.Look<string>("select status from request"));
        Assert.Equal(
            "withdrawn requestExpired",
            await service.Look<string>("select status || ' ' || end_reason from match")
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_request_with_somebody_on_the_way_does_not_end_but_asks_nobody_else()
    {
        var request = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 4,
            expiresIn: TimeSpan.FromHours(1)
        );
        var (coming, asked) = (await service.NewPerson(), await service.NewPerson());
        var accepted = await service.GivenProposal(await service.GivenOffer(coming), request, 2);
        await service.GivenProposal(await service.GivenOffer(asked), request, 2);
        await service.Step(accepted, "accept", "giver", coming.Id, "123456");

        await service.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await service.Sweep("expire-requests"));
        Assert.Equal(0, await service.Sweep("expire-requests"));
        Assert.Null(await service.Look<string>("select end_status from request"));
        Assert.Equal(
            "accepted withdrawn",
            await service.Look<string>("select string_agg(status, ' ' order by status) from match")
        );
    }

    [Fact]
    public async Task an_offer_past_its_time_ends_and_keeps_what_it_promised()
    {
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver, capacity: 10);
        await service.Do(
            "update offer set available_until = @until",
            new { until = FakeClock.Start + TimeSpan.FromHours(1) }
        );
        var promised = await service.GivenProposal(
            offer,
            await service.GivenRequest(await service.NewPerson()),
            4
        );
        await service.Step(promised, "accept", "giver", giver.Id, "123456");

        Assert.Equal(0, await service.Sweep("retire-offers"));
        await service.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await service.SweepAtOnce("retire-offers"));
        Assert.Equal(0, await service.Sweep("retire-offers"));
        Assert.Equal("ended 4", await service.Look<string>("select status || ' ' || promised from offer"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_delivery_that_nobody_disputes_is_confirmed_by_the_clock_after_two_days()
    {
        var giver = await service.NewPerson();
        var match = await service.GivenProposal(
            await service.GivenOffer(giver),
            await service.GivenRequest(await service.NewPerson(), quantity: 4),
            4
        );
        await service.Step(match, "accept", "giver", giver.Id, "123456");
        await service.Step(match, "deliver", "giver", giver.Id);

        await service.Clock.Advance(TimeSpan.FromHours(48) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await service.Sweep("confirm-deliveries"));
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await service.SweepAtOnce("confirm-deliveries"));
        Assert.Equal(0, await service.Sweep("confirm-deliveries"));
        Assert.Equal("fulfilled", await service.Look<string>("select status from request"));
        await service.InvariantsHold();
    }
}
