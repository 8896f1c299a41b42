using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class ReadersTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_public_a_stranger_a_giver_the_team_and_the_owner_read_what_is_theirs()
    {
        var owner = await service.NewPerson("Lý Thị Sáu");
        var posted = await owner.Posted(Posting.Body(body => body["note"] = "cửa sau"));
        string path = $"/api/requests/{posted.Id()}";

        var stranger = await service.NewPerson();
        var elsewhere = await service.NewPerson(null, ("teamLead", Places.SouthWest));
        foreach (var reader in new[] { service.Anonymous, stranger.Http, elsewhere.Http })
        {
            var seen = await reader.ReadAt(path);
            Assert.Null(seen["private"]);
            Assert.Null(seen["history"]);
            string text = seen.ToJsonString();
            Assert.DoesNotContain("105.8712", text, StringComparison.Ordinal);
            Assert.DoesNotContain(owner.Phone, text, StringComparison.Ordinal);
        }
        Assert.Equal(0, await Logged(posted));

        // A role on the district reaches the ward below it.
        var team = await service.NewPerson(null, ("teamMember", Places.EastDistrict));
        Assert.Equal("cửa sau", (string?)(await team.Http.ReadAt(path))["private"]!["note"]);
        Assert.Equal(1, await Logged(posted));
        Assert.Equal(
            "teamMember",
            await service.Look<string>(
                "select reader_role from access_log where request_id = @id",
                new { id = posted.Id() }
            )
        );

        var giver = await service.NewPerson();
        await giver.Post($"{path}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
        Assert.Equal(owner.Phone, (string?)(await giver.Http.ReadAt(path))["private"]!["phone"]);
        Assert.Equal(2, await Logged(posted));
        Assert.Equal(
            "giver",
            await service.Look<string>(
                "select reader_role from access_log where request_id = @id order by id desc limit 1",
                new { id = posted.Id() }
            )
        );

        Assert.Equal("cửa sau", (string?)(await owner.Http.ReadAt(path))["private"]!["note"]);
        Assert.Equal(2, await Logged(posted));
    }

    [Fact]
    public async Task the_door_closes_24_hours_after_delivery_and_at_once_after_any_other_end()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var other = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        var delivered = await Claim(giver, path, 2);
        var withdrawn = await Claim(other, path, 1);
        await giver.Post($"/api/matches/{delivered}/delivered", new { }).Is(HttpStatusCode.OK);
        await other
            .Post($"/api/matches/{withdrawn}/withdraw", new { reason = "xe hỏng" })
            .Is(HttpStatusCode.OK);

        Assert.Null((await other.Http.ReadAt(path))["private"]);
        Assert.NotNull((await giver.Http.ReadAt(path))["private"]);
        await service.Clock.Advance(TimeSpan.FromHours(23.9));
        Assert.NotNull((await giver.Http.ReadAt(path))["private"]);
        await service.Clock.Advance(TimeSpan.FromHours(0.2));
        Assert.Null((await giver.Http.ReadAt(path))["private"]);
    }

    [Fact]
    public async Task a_team_without_its_second_factor_reads_as_the_public()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        var team = await service.NewPerson(null, ("teamLead", Places.SouthEast));
        await service.Look<int>(
            "update session set second_factor = false where account_id = @Id",
            new { team.Id }
        );
        Assert.Null((await team.Http.ReadAt($"/api/requests/{posted.Id()}"))["private"]);
    }

    [Fact]
    public async Task hidden_ended_and_expired_ones_are_404_to_the_public_and_stay_with_their_owner()
    {
        var owner = await service.NewPerson();
        var hidden = await service.GivenRequest(owner);
        var ended = await service.GivenRequest(owner);
        var expired = await service.GivenRequest(owner, expiresIn: TimeSpan.FromSeconds(1));
        await service.Look<int>(
            "select request_hide(clock(), @hidden, true); select request_end(clock(), array[@ended], 'withdrawn', 'x')",
            new { hidden, ended }
        );
        await service.Clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var id in new[] { hidden, ended, expired, Guid.NewGuid() })
            await (await service.Anonymous.GetAsync($"/api/requests/{id}")).IsRefused(
                HttpStatusCode.NotFound
            );
        foreach (var id in new[] { hidden, ended, expired })
            Assert.NotNull((await owner.Http.ReadAt($"/api/requests/{id}"))["private"]);
        await (await service.Anonymous.GetAsync("/api/requests/not-an-id")).IsRefused(
            HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task an_anonymous_answer_may_be_kept_a_minute_at_most_and_a_signed_in_one_never()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        var anonymous = await service.Anonymous.GetAsync($"/api/requests/{posted.Id()}");
        Assert.InRange(
            anonymous.Headers.CacheControl!.MaxAge!.Value,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(1)
        );
        var own = await owner.Http.GetAsync($"/api/requests/{posted.Id()}");
        Assert.True(own.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task who_holds_this_version_gets_304_and_a_read_that_shows_nothing_is_not_logged()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        var team = await service.NewPerson(null, ("teamLead", Places.SouthEast));
        foreach (var reader in new[] { service.Anonymous, owner.Http, team.Http })
        {
            var first = await reader.GetAsync(path);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await reader.SendAsync(again)).StatusCode);
        }
        Assert.Equal(1, await Logged(posted));
        string ownTag = (await owner.Http.GetAsync(path)).Headers.ETag!.Tag;
        Assert.StartsWith("\"1.", ownTag, StringComparison.Ordinal);
        Assert.DoesNotContain(
            ".",
            (await service.Anonymous.GetAsync(path)).Headers.ETag!.Tag,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ones_own_list_pages_latest_first_with_the_tag_of_each()
    {
        var owner = await service.NewPerson();
        for (int i = 0; i < 5; i++)
            await owner.Posted();
        var seen = new List<JsonNode>();
        string? next = "/api/requests/mine?limit=2";
        while (next is not null)
        {
            var page = await owner.Http.ReadAt(next);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!.DeepClone()));
            next = (string?)page["next"];
        }
        Assert.Equal(5, seen.Select(item => item.Id()).Distinct().Count());
        Assert.Equal(seen.Select(item => item.Id()).OrderDescending(), seen.Select(item => item.Id()));
        var single = await owner.Http.GetAsync($"/api/requests/{seen[0].Id()}");
        Assert.Equal((string?)seen[0]["etag"], single.Headers.ETag!.Tag);
        Assert.Empty(
            (await (await service.NewPerson()).Http.ReadAt("/api/requests/mine"))["items"]!.AsArray()
        );
        await (await service.Anonymous.GetAsync("/api/requests/mine")).IsRefused(HttpStatusCode.Unauthorized);
    }

    private static async Task<Guid> Claim(Person giver, string path, int units) =>
        (await giver.Post($"{path}/claims", new { units }).Is(HttpStatusCode.Created)).Id();

    private Task<int> Logged(JsonNode request) =>
        service.Look<int>(
            "select count(*) from access_log where request_id = @id",
            new { id = request.Id() }
        );
}
