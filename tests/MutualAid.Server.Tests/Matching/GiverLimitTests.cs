namespace MutualAid.Server.Tests.Matching;

/// <summary>How much, when and how many households one giver is asked for.</summary>
public sealed class GiverLimitTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task daily_hours_may_cross_midnight()
    {
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(5));
        await service.GivenOffer(await service.NewPerson());
        await service.Execute("update offer set daily_from = '22:00', daily_to = '06:00'");

        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.FromHours(7));
        foreach (var (hour, open) in new[] { (-3, false), (-2, true), (5, true), (6, false) })
        {
            await service.Clock.Set((midnight + TimeSpan.FromHours(hour)).ToUniversalTime());
            Assert.Equal(open ? 1 : 0, (await service.Round()).Proposed);
            await service.Execute("delete from match; update offer set held = 0, free = capacity");
        }
    }

    [Fact]
    public async Task a_day_is_asked_for_no_more_than_the_day_gives_and_the_next_day_gives_again()
    {
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        for (int i = 0; i < 3; i++)
            await service.GivenRequest(
                await service.NewPerson(),
                quantity: 2,
                urgency: "soon",
                expiresIn: TimeSpan.FromDays(5)
            );
        await service.GivenOffer(giver, capacity: null, perDay: 5);

        await service.Round();
        var asked = await service.Proposals();
        Assert.Equal([1, 2, 2], asked.Select(one => one.Units).Order());
        foreach (var one in asked)
            await service.Step(one.Id, "decline", "giver", giver.Id);
        await service.Execute(
            "update offer_day set free = 0, given = 5; update match set status = 'delivered', delivered_at = created_at where status = 'declined'"
        );

        Assert.Equal(0, (await service.Round()).Pairs);
        await service.Execute("delete from match where status = 'delivered' and confirmed_at is null");
        await service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(3, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task a_giver_with_a_trip_gets_no_other()
    {
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(giver);
        await service.Round();
        await service.GivenRequest(await service.NewPerson());
        Assert.Equal(0, (await service.Round()).Pairs);

        var first = Assert.Single(await service.Proposals());
        await service.Step(first.Id, "decline", "giver", giver.Id);
        await service.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task a_trip_has_five_matches_at_most_over_all_offers_and_one_id()
    {
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        for (int i = 0; i < 4; i++)
        {
            await service.GivenRequest(await service.NewPerson(), quantity: 1, urgency: "soon");
            await service.GivenRequest(
                await service.NewPerson(),
                quantity: 1,
                urgency: "soon",
                category: "medicine"
            );
        }
        await service.GivenOffer(giver);
        await service.GivenOffer(giver, category: "medicine");

        await service.Round();

        var asked = await service.Proposals();
        Assert.Equal(5, asked.Count);
        Assert.Single(asked.Select(one => one.TripId).Distinct());
        Assert.Equal(2, asked.Select(one => one.OfferId).Distinct().Count());
    }

    [Fact]
    public async Task before_the_first_confirmed_delivery_a_trip_goes_to_one_household()
    {
        var owner = await service.NewPerson();
        var household = Guid.CreateVersion7();
        for (int i = 0; i < 2; i++)
        {
            await service.GivenRequest(owner, urgency: "soon", household: household, quantity: 1);
            await service.GivenRequest(await service.NewPerson(), urgency: "soon", quantity: 1);
        }
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        await service.Round();
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(distinct r.household_id)::int from match m join request r on r.id = m.request_id where m.status = 'proposed'"
            )
        );
    }

    [Fact]
    public async Task who_has_opened_their_households_of_the_day_is_asked_for_those_alone()
    {
        var giver = await service.NewPerson();
        var known = await service.GivenRequest(await service.NewPerson(), urgency: "soon", lon: 105.866);
        await service.GivenRequest(await service.NewPerson(), urgency: "soon");
        await service.GivenOffer(giver);
        await service.Execute(
            """
            insert into household_opened (giver_account_id, household_id, root_area_id, opened_at)
            select @giver, coalesce(r.household_id, gen_random_uuid()), @root, @now
            from generate_series(1, 3) n left join request r on n = 1 and r.id = @known
            """,
            new
            {
                giver = giver.Id,
                known,
                root = Places.Province,
                now = service.Clock.GetUtcNow(),
            }
        );

        await service.Round();
        Assert.Equal(known, Assert.Single(await service.Proposals()).RequestId);
    }
}
