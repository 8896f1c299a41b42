using System.Net;
using System.Net.Http.Json;
using Dapper;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

public sealed class MeTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task an_edit_needs_the_version_that_was_read()
    {
        var person = await service.NewPerson("Lan");
        var read = await person.Get("/api/me");
        string tag = read.Headers.ETag!.ToString();
        Assert.Equal("no-store", read.Headers.CacheControl?.ToString());

        await Patch(person, null, new { name = "Hoa" }).IsProblem(428, "ifMatch");
        await Patch(person, "\"7.abc\"", new { name = "Hoa" }).IsProblem(412, "stale");
        var edited = await Patch(
                person,
                tag,
                new
                {
                    name = "  Hoa\u200b ",
                    locale = "en",
                    onDuty = false,
                }
            )
            .Is(HttpStatusCode.OK);
        Assert.Equal(("Hoa", "en"), (edited.Text("name"), edited.Text("locale")));
        Assert.False((bool)edited["onDuty"]!);
        await Patch(person, tag, new { name = "Mai" }).IsProblem(412, "stale");

        // What is not given stays.
        tag = (await person.Get("/api/me")).Headers.ETag!.ToString();
        edited = await Patch(person, tag, new { onDuty = true }).Is(HttpStatusCode.OK);
        Assert.Equal("Hoa", edited.Text("name"));
        tag = (await person.Get("/api/me")).Headers.ETag!.ToString();
        edited = await Patch(person, tag, new { name = (string?)null }).Is(HttpStatusCode.OK);
        Assert.Null(edited["name"]);
    }

    [Theory]
    [InlineData("{\"locale\":\"fr\"}", "locale")]
    [InlineData("{\"locale\":null}", "locale")]
    [InlineData("{\"onDuty\":null}", "onDuty")]
    [InlineData("{\"onDuty\":\"yes\"}", "onDuty")]
    [InlineData("{\"name\":\"a\\u0007b\"}", "name")]
    [InlineData("{\"phone\":\"0912345678\"}", "phone")]
    public async Task a_wrong_field_is_named(string body, string field)
    {
        var person = await service.NewPerson();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/me")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("If-Match", (await person.Get("/api/me")).Headers.ETag!.ToString());
        var problem = await person.Http.SendAsync(request).Is(HttpStatusCode.BadRequest);
        Assert.NotNull(problem["errors"]![field]);
    }

    [Fact]
    public async Task a_new_number_needs_the_codes_of_both()
    {
        var person = await service.NewPerson();
        string otherSession = (await service.SignIn(person.Phone)).Text("token");
        var (code, oldCode) = await BothCodes(person, "0916 000 001");

        await Change(person, "0916000001", SigningIn.Wrong(code), oldCode).IsProblem(422, "codeWrong");
        var problem = await Change(person, "0916000001", code, SigningIn.Wrong(oldCode))
            .IsProblem(422, "codeWrong");
        Assert.NotNull(problem["errors"]!["oldCode"]);
        await Change(person, "0916000002", code, oldCode).IsProblem(422, "codeExpired");
        var changed = await Change(person, "0916000001", code, oldCode).Is(HttpStatusCode.OK);
        Assert.Equal("+84916000001", changed.Text("phone"));

        using var ended = service.Client(otherSession);
        await ended.GetAsync("/api/me").IsProblem(401, "tokenUnknown");
        await person.Get("/api/me").Is(HttpStatusCode.OK);
        Assert.Equal(person.Id, (await service.SignIn("0916000001"))["account"]!.Id());
        // The number that was given up is a stranger's now.
        Assert.NotEqual(person.Id, (await service.SignIn(person.Phone))["account"]!.Id());
    }

    [Fact]
    public async Task a_number_change_once_done_is_answered_again_and_not_done_again()
    {
        var person = await service.NewPerson();
        var (code, oldCode) = await BothCodes(person, "0916000003");
        person.Http.DefaultRequestHeaders.Add("Idempotency-Key", "change-1");
        for (int i = 0; i < 2; i++)
            await Change(person, "0916000003", code, oldCode).Is(HttpStatusCode.OK);
        await Change(person, "0916000004", code, oldCode).IsProblem(422, "keyReused");
    }

    [Fact]
    public async Task the_number_of_another_account_is_not_taken_and_only_its_holder_learns_so()
    {
        var person = await service.NewPerson();
        var other = await service.NewPerson();
        var (code, oldCode) = await BothCodes(person, other.Phone);
        await Change(person, other.Phone, code, oldCode).IsProblem(409, "phoneTaken");
        await person.Post("/api/me/phone/codes", new { phone = person.Phone }).IsProblem(400, "invalid");
    }

    [Fact]
    public async Task a_code_for_signing_in_is_none_for_a_number_change()
    {
        var person = await service.NewPerson();
        await BothCodes(person, "0916000005");
        var (_, signIn) = await service.AskCode(person.Phone);
        var (_, newSignIn) = await service.AskCode("0916000005");
        var answer = await Change(person, "0916000005", newSignIn, signIn);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task the_access_log_tells_who_in_which_role_and_pages_by_next()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson("Minh");
        var lead = await service.NewPerson("Chị Thu", ("teamLead", Places.NorthWest));
        var request = Guid.CreateVersion7();
        await using (var connection = await service.Open())
            await connection.ExecuteAsync(
                """
                insert into access_log (at, reader_account_id, reader_role, reader_area_id, owner_account_id, request_id, what)
                select @now, case n % 2 when 0 then @giver else @lead end, case n % 2 when 0 then 'giver' else 'teamLead' end,
                       case n % 2 when 1 then @area end, case when n <= 5 then @owner else @giver end, @request, 'contact'
                from generate_series(1, 6) n
                """,
                new
                {
                    now = service.Clock.GetUtcNow(),
                    giver = giver.Id,
                    lead = lead.Id,
                    area = Places.NorthWest,
                    owner = owner.Id,
                    request,
                }
            );
        var page = await owner.Get("/api/me/access-log?limit=2").Is(HttpStatusCode.OK);
        var items = page["items"]!.AsArray();
        Assert.Equal("teamLead", items[0]!.Text("role"));
        Assert.Equal("Phường Đèn", items[0]!["area"]!.Text("name"));
        Assert.Null(items[0]!["name"]);
        Assert.Equal(("giver", "Minh"), (items[1]!.Text("role"), items[1]!.Text("name")));
        Assert.Equal(request.ToString(), items[1]!.Text("requestId"));

        int seen = items.Count;
        while (page["next"] is { } next)
        {
            page = await owner.Get((string)next!).Is(HttpStatusCode.OK);
            seen += page["items"]!.AsArray().Count;
        }
        Assert.Equal(5, seen);
        await owner.Get("/api/me/access-log?cursor=x").IsProblem(400, "invalid");
        await owner.Get("/api/me/access-log?limit=0").IsProblem(400, "invalid");
        await owner.Get("/api/me/access-log?cursor=LTE").IsProblem(400, "invalid"); // -1
    }

    [Fact]
    public async Task the_export_holds_everything_of_oneself_and_nothing_private_of_others()
    {
        var owner = await service.NewPerson("Bà Tư");
        var giver = await service.NewPerson("Anh Sáu");
        var request = await service.GivenRequest(owner);
        var offer = await service.GivenOffer(giver);
        var match = await service.GivenProposal(offer, request, 2);
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "424242"));
        await giver.Get($"/api/matches/{match}/contact").Is(HttpStatusCode.OK);
        await owner.Post("/api/blocks", new { matchId = match }).Is(HttpStatusCode.NoContent);

        var answer = await owner.Get("/api/me/export");
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        string text = await answer.Content.ReadAsStringAsync();
        var export = System.Text.Json.Nodes.JsonNode.Parse(text)!;
        foreach (string own in (string[])["Bà Tư", owner.Phone, "12 ngõ 3 phố Thử", "gọi cửa sau", "424242"])
            Assert.Contains(own, text, StringComparison.Ordinal);
        Assert.Equal(105.853, (double)export["requests"]![0]!["private"]!["location"]!["coordinates"]![0]!);
        Assert.Equal(match, export["matches"]![0]!.Id());
        Assert.Equal("giver", export["seenByOthers"]![0]!.Text("role"));
        Assert.Equal(match.ToString(), export["blocks"]![0]!.Text("matchId"));
        foreach (string others in (string[])["Anh Sáu", giver.Phone, giver.Id.ToString()])
            Assert.DoesNotContain(others, text, StringComparison.Ordinal);

        string giversText = await (await giver.Get("/api/me/export")).Content.ReadAsStringAsync();
        foreach (string others in (string[])["Bà Tư", owner.Phone, "phố Thử", "424242", "cửa sau"])
            Assert.DoesNotContain(others, giversText, StringComparison.Ordinal);
    }

    private async Task<(string Code, string OldCode)> BothCodes(Person person, string phone)
    {
        string number = Server.Accounts.Phone.Parse(phone, "phone").E164;
        int known = service.SentTo(number).Count;
        int knownOld = service.SentTo(person.Phone).Count;
        await person.Post("/api/me/phone/codes", new { phone }).Is(HttpStatusCode.Accepted);
        return (
            SigningIn.CodeIn(await service.NextTo(number, known)),
            SigningIn.CodeIn(await service.NextTo(person.Phone, knownOld))
        );
    }

    private static Task<HttpResponseMessage> Change(
        Person person,
        string phone,
        string code,
        string oldCode
    ) =>
        person.Post(
            "/api/me/phone",
            new
            {
                phone,
                code,
                oldCode,
            }
        );

    private static async Task<HttpResponseMessage> Patch(Person person, string? tag, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/me")
        {
            Content = JsonContent.Create(body),
        };
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await person.Http.SendAsync(request);
    }
}
