using System.Net;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams.Givers;

/// <summary>A team's word opens households as a first confirmed delivery does, for as long as it stands.</summary>
public sealed class VouchTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail with may_open of before.
    [Fact]
    public async Task it_raises_how_many_households_they_open_and_taken_back_lowers_it()
    {
        var team = await Member();
        var (giver, path) = await Giver();
        await Claim(giver).Is(HttpStatusCode.Created);
        await Claim(giver).IsProblem(429, "openings");
        var vouch = await team.Post(path, new { note = "hàng xóm mười năm" }).Is(HttpStatusCode.Created);
        // Twice is once.
        Assert.Equal(vouch.Id(), (await team.Post(path).Is(HttpStatusCode.Created)).Id());
        for (int i = 0; i < 9; i++)
            await Claim(giver).Is(HttpStatusCode.Created);
        var refused = await Claim(giver);
        Assert.Equal(TimeSpan.FromHours(24), refused.Headers.RetryAfter!.Delta);
        await Task.FromResult(refused).IsProblem(429, "openings");
        var row = await team.Get(path[..^6]).Is(HttpStatusCode.OK);
        var told = Assert.Single(row["trust"]!["vouched"]!.AsArray())!;
        Assert.Equal(
            ("Tổ viên", "Phường Sông", "hàng xóm mười năm"),
            (told.Text("name"), told.Text("area"), told.Text("note"))
        );

        await service.Clock.Advance(TimeSpan.FromHours(25));
        await Claim(giver).Is(HttpStatusCode.Created);
        await team.Http.DeleteAsync(path).Is(HttpStatusCode.NoContent);
        await Claim(giver).IsProblem(429, "openings");
        await team.Http.DeleteAsync(path).IsProblem(404, "notFound");
        Assert.Equal(
            "unvouch,vouch",
            await service.Look<string>("select string_agg(act, ',' order by act) from moderation_log")
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task it_ends_with_the_role_of_whoever_gave_it()
    {
        var team = await Member();
        var (giver, path) = await Giver();
        await team.Post(path).Is(HttpStatusCode.Created);
        await Claim(giver).Is(HttpStatusCode.Created);
        await Claim(giver).Is(HttpStatusCode.Created);
        await service.Execute(
            "update role_grant set ends_at = @at where account_id = @Id",
            new { team.Id, at = service.Clock.GetUtcNow() + TimeSpan.FromMinutes(1) }
        );
        await Claim(giver).Is(HttpStatusCode.Created);
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        await Claim(giver).IsProblem(429, "openings");
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.Province));
        var row = await lead.Get(path[..^6]).Is(HttpStatusCode.OK);
        Assert.Empty(row["trust"]!["vouched"]!.AsArray());
    }

    [Fact]
    public async Task a_member_takes_back_their_own_word_a_lead_anybodys_and_nobody_vouches_for_themselves()
    {
        var (team, other) = (await Member(), await Member());
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.EastDistrict));
        var (giver, path) = await Giver();
        await team.Post(path).Is(HttpStatusCode.Created);
        await other.Http.DeleteAsync(path).IsProblem(404, "notFound");
        Assert.Equal(1, await service.Look<int>("select count(*)::int from vouch where revoked_at is null"));
        await lead.Http.DeleteAsync(path).Is(HttpStatusCode.NoContent);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from vouch where revoked_at is null"));
        await service.GivenOffer(lead);
        await lead.Post($"/api/team/{Places.NorthEast}/givers/{lead.Id}/vouch").IsProblem(422, "ownAccount");
        await team.Post(path, new { note = new string('a', 301) }).IsProblem(400, "invalid");

        using var desk = await Visitor.Of(service, team, secondFactor: true);
        string page = path[4..^6];
        (await desk.Send(await desk.Get(page), $"{page}/vouch", ("note", "tin được"))).Leads(
            $"{page}?done=vouched"
        );
        var shown = await desk.Get(page);
        Assert.Contains("tin được", shown.Text, StringComparison.Ordinal);
        (await desk.Send(shown, $"{page}/unvouch")).Leads($"{page}?done=unvouched");
    }

    [Fact]
    public async Task the_matcher_plans_with_it()
    {
        var team = await Member();
        var (giver, path) = await Giver();
        for (int i = 0; i < 2; i++)
            await service.GivenRequest(await service.NewPerson());
        await team.Post(path).Is(HttpStatusCode.Created);
        Assert.Equal(2, (await service.Round()).Proposed);
    }

    [Fact]
    public async Task what_was_written_of_somebody_goes_with_either_and_the_word_ends()
    {
        var (team, lead) = (
            await Member(),
            await service.NewPerson("Tổ trưởng", ("teamLead", Places.EastDistrict))
        );
        var (giver, path) = await Giver();
        await team.Post(path, new { note = "một câu độc nhất" }).Is(HttpStatusCode.Created);
        await lead.Post($"{path[..^6]}/contact", new { reason = "một câu độc nhất" }).Is(HttpStatusCode.OK);
        await team.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from vouch where note is not null or revoked_at is null"
            )
        );
        await giver.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(
            2,
            await service.Look<int>("select count(*)::int from moderation_log where reason is null")
        );
        Assert.Equal(
            0,
            await service.Look<int>("select count(*)::int from moderation_log where reason is not null")
        );
    }

    private Task<Person> Member() => service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));

    private async Task<(Person, string)> Giver()
    {
        var giver = await service.NewPerson("Anh Ba");
        await service.GivenOffer(giver);
        return (giver, $"/api/team/{Places.NorthEast}/givers/{giver.Id}/vouch");
    }

    private async Task<HttpResponseMessage> Claim(Person giver) =>
        await giver.Post(
            $"/api/requests/{await service.GivenRequest(await service.NewPerson())}/claims",
            new { units = 1 }
        );
}
