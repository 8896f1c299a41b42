using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class EditTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task an_edit_changes_what_is_given_clears_what_is_null_and_leaves_the_rest()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted(
            Posting.Body(body =>
            {
                body["note"] = "cửa sau";
                body["publicNote"] = "có bé nhỏ";
                body["needs"]![0]!["details"] = "sữa";
            })
        );
        var edited = await (
            await Patch(
                owner,
                posted,
                """{"quantity":6,"urgency":"soon","note":null,"publicNote":"gọi 0912345678"}"""
            )
        ).Read();
        Assert.Equal(6, edited.Number("quantity"));
        Assert.Equal(6, edited.Number("unmet"));
        Assert.Equal("soon", edited.Text("urgency"));
        Assert.Equal("gọi •••", edited.Text("publicNote"));
        Assert.Null(edited["private"]!["note"]);
        Assert.Equal("sữa", edited["private"]!.Text("details"));
        Assert.Equal("12 ngõ 3 phố Thử", edited["private"]!.Text("address"));
        Assert.Equal(posted.Coordinates(), edited.Coordinates());
    }

    [Fact]
    public async Task an_edit_needs_the_version_it_was_made_on()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        await (await Patch(owner, posted, """{"people":2}""", ifMatch: null)).IsRefused(
            HttpStatusCode.PreconditionRequired
        );
        string first = (await owner.Http.GetAsync($"/api/requests/{posted.Id()}")).Headers.ETag!.Tag;
        var answer = await Patch(owner, posted, """{"people":2}""", first);
        await answer.Read();
        Assert.StartsWith("\"2.", answer.Headers.ETag!.Tag, StringComparison.Ordinal);
        await (await Patch(owner, posted, """{"people":3}""", first)).IsRefused(
            HttpStatusCode.PreconditionFailed
        );
        await (await Patch(owner, posted, """{"people":3}""", "\"nonsense\"")).IsRefused(
            HttpStatusCode.PreconditionFailed
        );
        Assert.Equal(2, (await owner.Http.ReadAt($"/api/requests/{posted.Id()}")).Number("people"));
    }

    [Fact]
    public async Task a_match_that_moves_on_makes_no_edit_stale()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        string tag = (await owner.Http.GetAsync($"/api/requests/{posted.Id()}")).Headers.ETag!.Tag;
        var giver = await service.NewPerson();
        await giver.Post($"/api/requests/{posted.Id()}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        await (await Patch(owner, posted, """{"people":2}""", tag)).Read();
    }

    [Fact]
    public async Task the_quantity_never_falls_below_what_is_promised()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var posted = await owner.Posted();
        await giver.Post($"/api/requests/{posted.Id()}/claims", new { units = 3 }).Is(HttpStatusCode.Created);
        var problem = await (await Patch(owner, posted, """{"quantity":2,"people":9}""")).Read(
            HttpStatusCode.Conflict
        );
        Assert.Equal(3, problem.Number("promised"));
        var now = await owner.Http.ReadAt($"/api/requests/{posted.Id()}");
        Assert.Equal(4, now.Number("people")); // all or nothing
        Assert.Equal(3, (await (await Patch(owner, posted, """{"quantity":3}""")).Read()).Number("quantity"));
    }

    [Theory]
    [InlineData("""{"quantity":0}""", "quantity")]
    [InlineData("""{"quantity":null}""", "quantity")]
    [InlineData("""{"quantity":"4"}""", "quantity")]
    [InlineData("""{"urgency":null,"people":0}""", "urgency,people")]
    [InlineData("""{"neededBy":"2020-01-01T00:00:00Z"}""", "neededBy")]
    [InlineData("""{"location":null}""", "location")]
    [InlineData("""{"location":{"type":"Point","coordinates":[21,105.87]}}""", "location.coordinates")]
    [InlineData("""{"location":{"type":"Point","coordinates":[100,14]}}""", "location")]
    [InlineData("""{"location":{"type":"Point","coordinates":[106.7,10.77]}}""", "location")]
    [InlineData("""{"category":"food"}""", "category")]
    [InlineData("""{"destination":{"address":"x"}}""", "destination")]
    [InlineData("""{"address":"\u202ex"}""", "address")]
    public async Task a_wrong_edit_names_its_fields_and_changes_nothing(string body, string fields)
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        await (await Patch(owner, posted, body)).IsRefused(HttpStatusCode.BadRequest, fields.Split(','));
        Assert.Equal(
            1,
            await service.Look<int>(
                "select edit_version from request where id = @id",
                new { id = posted.Id() }
            )
        );
    }

    [Fact]
    public async Task nobody_edits_renews_or_withdraws_what_is_not_theirs()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        var other = await service.NewPerson(null, ("teamLead", Places.SouthEast));
        await (await Patch(other, posted, """{"people":2}""")).IsRefused(HttpStatusCode.NotFound);
        await other.Post($"/api/requests/{posted.Id()}/renew").IsProblem(404, "notFound");
        await other
            .Post($"/api/requests/{posted.Id()}/withdraw", new { reason = "x" })
            .IsProblem(404, "notFound");
    }

    [Fact]
    public async Task a_move_changes_cell_ward_and_team_and_takes_back_what_was_only_asked()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);
        await service.Look<int>(
            """
            insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin, created_at, respond_by)
            select gen_random_uuid(), root_area_id, @id, @offer, @giver, gen_random_uuid(), 2, false, '2026-11-23', 'proposed', 'matcher', clock(), clock()
            from request where id = @id;
            update offer set free = free - 2, held = held + 2 where id = @offer;
            """,
            new
            {
                id = posted.Id(),
                offer,
                giver = giver.Id,
            }
        );
        var moved = await (
            await Patch(owner, posted, """{"location":{"type":"Point","coordinates":[105.81, 21.04]}}""")
        ).Read();
        Assert.Equal("Phường Đèn", moved["area"]!.Text("name"));
        Assert.NotEqual(posted.Coordinates(), moved.Coordinates());
        Assert.Equal(
            Places.NorthWestGroupOne,
            await service.Look<Guid>(
                "select responsible_area_id from request where id = @id",
                new { id = posted.Id() }
            )
        );
        Assert.Equal(
            "withdrawn",
            await service.Look<string>(
                "select status from match where request_id = @id",
                new { id = posted.Id() }
            )
        );
        Assert.Equal(20, await service.Look<int>("select free from offer where id = @offer", new { offer }));
    }

    [Fact]
    public async Task while_somebody_is_to_come_the_place_stays()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var posted = await owner.Posted();
        await giver.Post($"/api/requests/{posted.Id()}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        await (
            await Patch(owner, posted, """{"location":{"type":"Point","coordinates":[105.81, 21.04]}}""")
        ).IsRefused(HttpStatusCode.Conflict);
    }

    internal static async Task<HttpResponseMessage> Patch(
        Person person,
        JsonNode request,
        string body,
        string? ifMatch = "*"
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Patch, $"/api/requests/{request.Id()}")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null)
            message.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await person.Http.SendAsync(message);
    }
}
