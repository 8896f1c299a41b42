using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class OnceTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_key_sent_again_answers_with_what_it_made_even_when_that_has_changed_or_the_time_has_passed()
    {
        var person = await service.NewPerson();
        var soon = service.Clock.GetUtcNow().AddHours(2);
        var body = Posting.Body(b => b["needs"]![0]!["neededBy"] = soon);
        var first = await (await Send(person, body, "k1")).Read(HttpStatusCode.Created);
        await service.Clock.Advance(TimeSpan.FromHours(3));
        await person
            .Post($"/api/requests/{first["requests"]![0]!.Id()}/withdraw", new { reason = "x" })
            .Is(HttpStatusCode.OK);
        var again = await (await Send(person, body, "k1")).Read(HttpStatusCode.Created);
        Assert.Equal((string?)first["householdId"], (string?)again["householdId"]);
        Assert.Equal("withdrawn", again["requests"]![0]!.Text("status"));
        Assert.Equal(1, await Households(person));
    }

    [Fact]
    public async Task a_key_with_another_body_is_422_and_the_same_key_of_somebody_else_is_another_key()
    {
        var person = await service.NewPerson();
        var other = await service.NewPerson();
        await (await Send(person, Posting.Body(), "k1")).Read(HttpStatusCode.Created);
        await (await Send(person, Posting.Body(b => b["people"] = 5), "k1")).IsRefused(
            HttpStatusCode.UnprocessableEntity
        );
        await (await Send(other, Posting.Body(), "k1")).Read(HttpStatusCode.Created);
        Assert.Equal(1, await Households(person));
        Assert.Equal(1, await Households(other));
    }

    [Fact]
    public async Task a_refusal_leaves_the_key_free()
    {
        var person = await service.NewPerson();
        await (await Send(person, Posting.Body(b => b["people"] = 0), "k1")).Read(HttpStatusCode.BadRequest);
        await (await Send(person, Posting.Body(), "k1")).Read(HttpStatusCode.Created);
    }

    [Fact]
    public async Task one_key_from_many_connections_at_once_makes_one_post()
    {
        var person = await service.NewPerson();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Send(person, Posting.Body(), "k1"))
        );
        Assert.All(
            answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict)
        );
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(1, await Households(person));
    }

    [Fact]
    public async Task a_renewal_sent_again_renews_once()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted();
        string[] expiries = new string[2];
        for (int i = 0; i < 2; i++)
        {
            await service.Clock.Advance(TimeSpan.FromHours(1));
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/requests/{posted.Id()}/renew");
            message.Headers.Add("Idempotency-Key", "renew-1");
            expiries[i] = (await (await person.Http.SendAsync(message)).Read()).Text("expiresAt");
        }
        Assert.Equal(expiries[0], expiries[1]);
    }

    private static async Task<HttpResponseMessage> Send(Person person, JsonObject body, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/requests")
        {
            Content = JsonContent.Create(body),
        };
        message.Headers.Add("Idempotency-Key", key);
        return await person.Http.SendAsync(message);
    }

    private Task<int> Households(Person person) =>
        service.Look<int>("select count(*) from household where account_id = @Id", new { person.Id });
}
