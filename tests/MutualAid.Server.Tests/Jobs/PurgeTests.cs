namespace MutualAid.Server.Tests.Jobs;

public sealed class PurgeTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task private_data_goes_ninety_days_after_the_end_and_the_counts_stay()
    {
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(1));
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(200));
        await service.Do("update household set phone_hash = 'x'");
        await service.Clock.Advance(TimeSpan.FromDays(1));
        await service.Sweep("expire-requests");

        await service.Clock.Advance(TimeSpan.FromDays(89));
        await service.Sweep("purge");
        Assert.Equal(2, await service.Look<int>("select count(*)::int from request_private"));
        await service.Clock.Advance(TimeSpan.FromDays(2));
        await service.SweepAtOnce("purge");
        Assert.Equal(1, await service.Look<int>("select count(*)::int from request_private"));
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from household where phone_hash is null")
        );
        Assert.Equal(0, await service.Sweep("purge"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_hand_over_code_goes_when_nothing_can_be_handed_over_any_more()
    {
        var giver = await service.NewPerson();
        var match = await service.GivenProposal(
            await service.GivenOffer(giver),
            await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(30)),
            4
        );
        await service.Step(match, "accept", "giver", giver.Id, "123456");
        await service.Clock.Advance(TimeSpan.FromDays(20));
        await service.Sweep("purge");
        Assert.Equal(1, await service.Look<int>("select count(*)::int from match_private"));

        await service.Step(match, "lapse", "clock");
        await service.Clock.Advance(TimeSpan.FromHours(24));
        await service.Sweep("purge");
        Assert.Equal("done", await service.Step(match, "deliver", "giver", giver.Id, "123456"));
        await service.Clock.Advance(TimeSpan.FromDays(3));
        await service.Sweep("purge");
        Assert.Equal(0, await service.Look<int>("select count(*)::int from match_private"));
        Assert.Equal(0, await service.Look<int>("select count(*)::int from household_opened"));
    }

    [Fact]
    public async Task answers_codes_sessions_and_messages_go_in_their_time_and_what_made_something_stays()
    {
        await service.NewPerson(); // with a session of 90 days
        await service.Do(
            """
            insert into idempotency (scope, route, key, fingerprint, made, status_code, created_at)
            values (gen_random_uuid(), '/', 'step', '', 'step', 200, @now), (gen_random_uuid(), '/', 'made', '', 'household', 201, @now);
            insert into sign_in_attempt (id, phone, address_hash, code_hash, created_at, expires_at)
            values (gen_random_uuid(), '+84900000000', '', '', @now, @now + interval '10 minutes');
            insert into outbox (id, kind, created_at, send_after, give_up_at, handed_off_at)
            values (gen_random_uuid(), 'sent', @now, @now, @now, @now), (gen_random_uuid(), 'waiting', @now, 'infinity', 'infinity', null);
            """,
            new { now = FakeClock.Start }
        );
        await AfterDays(0.9, "1 2 2 1");
        await AfterDays(1.1, "0 2 2 1");
        await AfterDays(7.1, "0 1 2 1");
        await AfterDays(30.1, "0 1 1 1");
        await AfterDays(90.1, "0 1 1 0");
    }

    private async Task AfterDays(double days, string left)
    {
        await service.Clock.Set(FakeClock.Start + TimeSpan.FromDays(days));
        await service.Sweep("purge");
        Assert.Equal(
            left,
            await service.Look<string>(
                """
                select concat_ws(' ', (select count(*) from sign_in_attempt), (select count(*) from outbox),
                                 (select count(*) from idempotency), (select count(*) from session))
                """
            )
        );
    }
}
