using Dapper;

namespace MutualAid.Server.Tests.Matching;

public sealed class RoundTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_need_and_an_offer_near_it_are_proposed_within_one_round_and_the_giver_is_told_why()
    {
        var need = await service.GivenRequest(await service.NewPerson(), quantity: 4, urgency: "soon");
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);

        var figures = await service.Round();

        Assert.Equal(1, figures.Proposed);
        var asked = Assert.Single(await service.Proposals());
        Assert.Equal((need, offer, 4), (asked.RequestId, asked.OfferId, asked.Units));
        Assert.Equal(4, await service.Look<int>("select held from offer"));
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from outbox where kind = 'match.proposed'")
        );
        var read = await giver.Http.GetStringAsync($"/api/matches/{asked.Id}");
        Assert.Contains("Closest to you", read, StringComparison.Ordinal);
        Assert.Contains($"{asked.Metres} m away", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_second_round_proposes_nothing_more()
    {
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson());
        await service.Round();
        Assert.Equal(0, (await service.Round()).Planned);
    }

    [Fact]
    public async Task an_urgent_need_is_asked_of_five_and_the_first_who_accepts_wins()
    {
        var need = await service.GivenRequest(await service.NewPerson(), quantity: 4, urgency: "urgent");
        var givers = new Dictionary<Guid, Person>();
        for (int i = 0; i < 6; i++)
        {
            var giver = await service.NewPerson();
            givers[giver.Id] = giver;
            await service.GivenOffer(giver);
        }

        await service.Round();

        var asked = await service.Proposals();
        Assert.Equal(5, asked.Count);
        Assert.All(asked, one => Assert.Equal((need, 4), (one.RequestId, one.Units)));
        foreach (var one in asked.Take(2))
            await givers[one.GiverId].Http.PostAsync($"/api/matches/{one.Id}/accept", null);
        Assert.Equal("accepted withdrawn", await Statuses(asked.Take(2)));
        Assert.Empty(await service.Proposals());
        Assert.Equal(0, await service.Look<int>("select sum(held)::int from offer"));
    }

    [Fact]
    public async Task a_need_that_can_wait_is_asked_of_one_giver_at_a_time()
    {
        await service.GivenRequest(await service.NewPerson(), urgency: "routine");
        await service.GivenOffer(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson());
        await service.Round();
        Assert.Single(await service.Proposals());
    }

    [Fact]
    public async Task a_declined_pair_is_not_proposed_again_and_the_need_goes_to_the_next_giver()
    {
        var need = await service.GivenRequest(await service.NewPerson(), urgency: "soon");
        var near = await service.NewPerson();
        var far = await service.NewPerson();
        await service.GivenOffer(near);
        await service.GivenOffer(far, lon: 105.866);
        await service.Round();
        var first = Assert.Single(await service.Proposals());
        Assert.Equal(near.Id, first.GiverId);
        Assert.Equal("done", await service.Step(first.Id, "decline", "giver", near.Id));

        await service.Round();
        var second = Assert.Single(await service.Proposals());
        Assert.Equal((need, far.Id), (second.RequestId, second.GiverId));
        Assert.Equal("done", await service.Step(second.Id, "decline", "giver", far.Id));

        Assert.Equal(0, (await service.Round()).Pairs);
        await service.Clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal(0, (await service.Round()).Pairs);
    }

    [Fact]
    public async Task a_pair_that_lapsed_rests_for_twelve_hours()
    {
        await service.GivenRequest(await service.NewPerson(), urgency: "urgent");
        await service.GivenOffer(await service.NewPerson());
        await service.Round();
        await service.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(1, await service.Lapse());

        Assert.Equal(0, (await service.Round()).Pairs);
        await service.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task nothing_is_proposed_to_who_cannot_be_asked()
    {
        var owner = await service.NewPerson();
        await service.GivenRequest(owner);
        await service.GivenOffer(owner);
        var offDuty = await service.NewPerson("off duty");
        var suspended = await service.NewPerson("suspended");
        var blocked = await service.NewPerson("blocked");
        var blocking = await service.NewPerson("blocking");
        var elsewhere = await service.NewPerson("another category");
        var paused = await service.NewPerson("paused");
        var later = await service.NewPerson("not yet");
        foreach (var giver in new[] { offDuty, suspended, blocked, blocking, paused, later })
            await service.GivenOffer(giver);
        await service.GivenOffer(elsewhere, category: "medicine");
        await service.Execute(
            """
            update account set on_duty = false where id = @offDuty;
            update account set suspended_at = @now where id = @suspended;
            insert into block (account_id, blocked_account_id, created_at) values (@owner, @blocked, @now), (@blocking, @owner, @now);
            update offer set status = 'paused' where account_id = @paused;
            update offer set available_from = @now + interval '1 minute' where account_id = @later;
            """,
            new
            {
                now = service.Clock.GetUtcNow(),
                offDuty = offDuty.Id,
                suspended = suspended.Id,
                owner = owner.Id,
                blocked = blocked.Id,
                blocking = blocking.Id,
                paused = paused.Id,
                later = later.Id,
            }
        );
        Assert.Equal(0, (await service.Round()).Pairs);

        // Each of them can be asked once what stood against it is gone.
        await service.Execute(
            "update account set on_duty = true, suspended_at = null; delete from block; update offer set status = 'active'"
        );
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, (await service.Round()).Proposed);
    }

    [Theory]
    [InlineData("update request set hidden_at = @now")]
    [InlineData("update request set expires_at = @now")]
    [InlineData("update request set end_status = 'withdrawn', ended_at = @now, ended_day = '2026-11-23'")]
    public async Task a_need_that_nobody_sees_is_proposed_to_nobody(string sql)
    {
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson());
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.Execute(sql, new { now = service.Clock.GetUtcNow() });
        Assert.Equal(0, (await service.Round()).Pairs);
    }

    [Fact]
    public async Task reach_ends_where_it_ends_between_public_locations()
    {
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson(), lon: 105.87);
        double metres = await service.Look<double>(
            "select st_distance(r.public_place, o.public_place) from request r, offer o"
        );

        await service.Execute(
            "update offer set reach_metres = @reach",
            new { reach = (int)Math.Floor(metres) }
        );
        Assert.Equal(0, (await service.Round()).Pairs);
        await service.Execute(
            "update offer set reach_metres = @reach",
            new { reach = (int)Math.Ceiling(metres) }
        );
        Assert.Equal(1, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task pairs_never_cross_the_border_of_a_root_area()
    {
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson());
        await service.Execute(
            "delete from offer_private; update offer set root_area_id = @other",
            new { other = Places.OtherProvince }
        );
        Assert.Equal(0, (await service.Round()).Pairs);
    }

    [Fact]
    public async Task an_indivisible_need_is_asked_of_who_can_give_all_of_it()
    {
        await service.GivenRequest(await service.NewPerson(), quantity: 4, divisible: false, urgency: "soon");
        await service.GivenOffer(await service.NewPerson(), capacity: 3);
        Assert.Equal(0, (await service.Round()).Pairs);
        var whole = await service.GivenOffer(await service.NewPerson(), capacity: 4, lon: 105.87);
        await service.Round();
        Assert.Equal(whole, Assert.Single(await service.Proposals()).OfferId);
    }

    private async Task<string> Statuses(IEnumerable<Rounds.Asked> matches)
    {
        await using var connection = await service.Open();
        return string.Join(
            ' ',
            await connection.QueryAsync<string>(
                "select m.status from unnest(@ids) with ordinality x (id, ord) join match m using (id) order by ord",
                new { ids = matches.Select(match => match.Id).ToArray() }
            )
        );
    }
}
