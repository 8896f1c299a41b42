using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Tests.Matching;

/// <summary>What the owner of a need reads of why it waits; who else reads it is told by <see cref="WhyUnmetReadersTests"/>.</summary>
public sealed class WhyUnmetTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task while_givers_are_asked_it_says_how_many_and_until_when()
    {
        var (owner, need) = await Need();
        for (int i = 0; i < 2; i++)
            await service.GivenOffer(await service.NewPerson());
        await service.Round();
        long respondBy = (service.Clock.GetUtcNow() + TimeSpan.FromMinutes(15)).ToUnixTimeSeconds();
        Assert.Equal(
            $$"""{"code":"asking","args":[2,{{respondBy}}]}""",
            (await Waiting(owner, need))!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("update offer set category_id = 3")]
    [InlineData("update offer set reach_metres = 100")]
    [InlineData("delete from offer_private; update offer set root_area_id = @other")]
    [InlineData("update offer set status = 'withdrawn'")]
    [InlineData("update offer set available_until = @now")]
    [InlineData("select suspend_account(@now, account_id) from offer")]
    [InlineData("select erase_account(@now, account_id) from offer")]
    [InlineData("update request set account_id = (select account_id from offer)", true)]
    public async Task what_is_not_offered_here_is_no_offer(string sql, bool own = false)
    {
        var (owner, need) = await Need();
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        Assert.Equal("inTurn", await Code(owner, need));
        await service.Execute(sql, new { other = Places.OtherProvince, now = service.Clock.GetUtcNow() });
        Assert.Equal("noOffer", await Code(own ? giver : owner, need));
    }

    [Fact]
    public async Task a_whole_need_for_which_nobody_has_room_at_once_is_too_large_for_them()
    {
        var (owner, need) = await Need(divisible: false);
        await service.GivenOffer(await service.NewPerson(), capacity: 3);
        await service.GivenOffer(await service.NewPerson(), capacity: 100, perDay: 3);
        Assert.Equal("tooSmall", await Code(owner, need));
        var (other, divisible) = await Need();
        Assert.Equal("inTurn", await Code(other, divisible));
        // One who rests has room all the same.
        var giver = await service.NewPerson();
        await service.GivenOffer(giver, capacity: 4);
        await service.Execute("update account set on_duty = false where id = @Id", new { giver.Id });
        Assert.Equal("allResting", await Code(owner, need));
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(null, 4)]
    public async Task offers_that_are_used_up_in_all_or_for_today_are_full(int? capacity, int? perDay)
    {
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        var offer = await service.GivenOffer(giver, capacity, perDay);
        var (_, first) = await Need();
        await giver
            .Post($"/api/requests/{first}/claims", new { units = 4, offerId = offer })
            .Is(HttpStatusCode.Created);

        var (owner, need) = await Need();
        Assert.Equal("allFull", await Code(owner, need));
        await service.Clock.Advance(TimeSpan.FromDays(1));
        await service.Lapse();
        Assert.Equal("inTurn", await Code(owner, need));
    }

    [Theory]
    [InlineData("update offer set status = 'paused'")]
    [InlineData("update offer set available_from = @now + interval '1 minute'")]
    [InlineData("update offer set daily_from = '22:00', daily_to = '06:00'")]
    [InlineData("update account set on_duty = false")]
    [InlineData("update setting set value = 0 where key = 'asks_a_week'")]
    public async Task offers_of_whoever_is_not_to_be_asked_now_rest(string sql)
    {
        var (owner, need) = await Need();
        await service.GivenOffer(await service.NewPerson());
        Assert.Equal("inTurn", await Code(owner, need));
        await service.Execute(sql, new { now = service.Clock.GetUtcNow() });
        Assert.Equal("allResting", await Code(owner, need));
    }

    [Fact]
    public async Task who_is_on_a_trip_or_has_just_refused_rests()
    {
        await Need();
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        await service.Round();
        var (owner, need) = await Need();
        Assert.Equal("allResting", await Code(owner, need));
        await Decline(giver);
        Assert.Equal("allResting", await Code(owner, need));
        await service.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("inTurn", await Code(owner, need));
    }

    [Fact]
    public async Task a_block_reads_as_having_been_asked_and_as_having_no_door_left_today()
    {
        var (owner, need) = await Need();
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        await service.Round();
        await Decline(giver);
        await service.Clock.Advance(TimeSpan.FromMinutes(30));
        string asked = (await Waiting(owner, need))!.ToJsonString();
        Assert.Equal("""{"code":"allAsked","args":[]}""", asked);

        var (other, second) = await Need();
        Assert.Equal("inTurn", await Code(other, second));
        foreach (var (by, whom) in new[] { (giver, other), (other, giver) })
        {
            await service.Execute(
                "delete from block; insert into block (account_id, blocked_account_id, created_at) values (@by, @whom, clock())",
                new { by = by.Id, whom = whom.Id }
            );
            Assert.Equal(asked, (await Waiting(other, second))!.ToJsonString());
        }
        await service.Execute(
            """
            delete from block;
            insert into household_opened (giver_account_id, household_id, root_area_id, opened_at)
            select @giver, gen_random_uuid(), @root, clock() from generate_series(1, 3)
            """,
            new { giver = giver.Id, root = Places.Province }
        );
        Assert.Equal(asked, (await Waiting(other, second))!.ToJsonString());
    }

    [Fact]
    public async Task the_best_of_all_offers_in_reach_tells()
    {
        var (owner, need) = await Need();
        var codes = new List<string?>();
        foreach (string sql in new[] { "free = 0, given = capacity", "status = 'paused'", "per_day = 20" })
        {
            var offer = await service.GivenOffer(await service.NewPerson());
            await service.Execute($"update offer set {sql} where id = @offer", new { offer });
            codes.Add(await Code(owner, need));
        }
        Assert.Equal(["allFull", "allResting", "inTurn"], codes);
    }

    [Theory]
    [InlineData("update request set unmet = 0, promised = 4")]
    [InlineData("select request_end(clock(), array[id], 'withdrawn', 'x') from request")]
    [InlineData("select request_hide(clock(), id, true) from request")]
    [InlineData("update request set created_at = created_at - interval '1 day', expires_at = @now")]
    public async Task what_is_met_or_over_waits_for_nothing(string sql)
    {
        var (owner, need) = await Need();
        Assert.Equal("noOffer", await Code(owner, need));
        await service.Execute(sql, new { now = service.Clock.GetUtcNow() });
        Assert.Null(await Waiting(owner, need));
    }

    [Fact]
    public void every_code_is_a_sentence_in_both_languages()
    {
        string[] codes = ["noOffer", "tooSmall", "allFull", "allResting", "allAsked", "inTurn"];
        foreach (string locale in Texts.Locales)
        {
            var said = codes.Select(code => new Server.Rounds.Waiting(code, []).Text(locale)).ToList();
            said.Add(new Server.Rounds.Waiting("asking", [1, 1_795_399_200]).Text(locale));
            said.Add(new Server.Rounds.Waiting("asking", [3, 1_795_399_200]).Text(locale));
            Assert.Equal(said.Count, said.Distinct().Count());
            Assert.DoesNotContain("1", said[^2].Split(':')[0], StringComparison.Ordinal);
            Assert.Contains("3", said[^1], StringComparison.Ordinal);
            Assert.All(said[^2..], text => Assert.Contains(":00", text, StringComparison.Ordinal));
        }
    }

    private async Task<(Person Owner, Guid Id)> Need(bool divisible = true)
    {
        var owner = await service.NewPerson();
        return (owner, await service.GivenRequest(owner, divisible: divisible));
    }

    private async Task Decline(Person giver) =>
        await giver
            .Post(
                $"/api/matches/{Assert.Single(await service.Proposals()).Id}/decline",
                new { reason = "bận" }
            )
            .Is(HttpStatusCode.OK);

    private static async Task<JsonNode?> Waiting(Person owner, Guid need) =>
        (await owner.Http.ReadAt($"/api/requests/{need}"))["waiting"];

    private static async Task<string?> Code(Person owner, Guid need) =>
        (string?)(await Waiting(owner, need))?["code"];
}
