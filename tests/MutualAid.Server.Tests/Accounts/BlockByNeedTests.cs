using System.Net;
using System.Net.Http.Json;

namespace MutualAid.Server.Tests.Accounts;

public sealed class BlockByNeedTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task who_is_behind_a_need_is_kept_away_and_never_named()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(owner);
        var offer = await service.GivenOffer(giver);
        await giver.Post("/api/blocks", new { requestId = request }).Is(HttpStatusCode.NoContent);
        await giver.Post("/api/blocks", new { requestId = request }).Is(HttpStatusCode.NoContent);
        Assert.Equal("blocked", await service.Propose(Guid.CreateVersion7(), offer, request, 1));
        await giver.Post($"/api/requests/{request}/claims", new { units = 1 }).IsProblem(404, "notFound");

        var list = await giver.Get("/api/blocks").Is(HttpStatusCode.OK);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal($"{request}", item.Text("requestId"));
        Assert.Null(item["accountId"]);
        Assert.Null(item["matchId"]);
        string copy = await giver.Http.GetStringAsync("/api/me/export");
        Assert.Contains($"{request}", copy, StringComparison.Ordinal);
        foreach (string told in new[] { list.ToJsonString(), copy })
            Assert.DoesNotContain($"{owner.Id}", told, StringComparison.Ordinal);
        using var visitor = await Visitor.Of(service, giver);
        var page = await visitor.Get("/me/blocks");
        Assert.Contains(
            "The person of the need “4 parcels, Food, Phường",
            page.Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain($"{owner.Id}", page.Html.Source.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task two_needs_of_one_person_are_two_blocks_and_each_is_lifted_by_its_own_name()
    {
        var owner = await service.NewPerson();
        var other = await service.NewPerson();
        var first = await service.GivenRequest(owner);
        var second = await service.GivenRequest(owner, category: "medicine");
        foreach (var need in new[] { first, second })
            await other.Post("/api/blocks", new { requestId = need }).Is(HttpStatusCode.NoContent);
        Assert.Equal(2, await Count());
        // Also when it is over and gone from everybody's sight.
        await service.Look<int>(
            "select 1 from request_end(@now, array[@first], 'withdrawn', null)",
            new { now = service.Clock.GetUtcNow(), first }
        );
        await Lift(new { requestId = first });
        Assert.Equal(1, await Count());
        await other.Post("/api/blocks", new { accountId = owner.Id }).Is(HttpStatusCode.NoContent);
        await Lift(new { accountId = owner.Id });
        Assert.Equal(1, await Count());
        await Lift(new { requestId = Guid.NewGuid() });
        await Lift(new { requestId = second });
        Assert.Equal(0, await Count());

        async Task Lift(object body)
        {
            using var lift = new HttpRequestMessage(HttpMethod.Delete, "/api/blocks")
            {
                Content = JsonContent.Create(body),
            };
            await other.Http.SendAsync(lift).Is(HttpStatusCode.NoContent);
        }
        Task<int> Count() =>
            service.Look<int>("select count(*) from block where account_id = @Id", new { other.Id });
    }

    [Fact]
    public async Task what_cannot_be_seen_cannot_be_blocked_by_nor_oneself()
    {
        var owner = await service.NewPerson();
        var other = await service.NewPerson();
        var hidden = await service.GivenRequest(owner);
        var ended = await service.GivenRequest(owner);
        var erased = await service.NewPerson();
        var gone = await service.GivenRequest(erased);
        await erased.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        await service.Look<int>(
            "select 1 from request_hide(@now, @hidden, true), request_end(@now, array[@ended], 'withdrawn', null)",
            new
            {
                now = service.Clock.GetUtcNow(),
                hidden,
                ended,
            }
        );
        string never = (
            await other.Post("/api/blocks", new { requestId = Guid.NewGuid() }).IsProblem(400, "invalid")
        ).ToJsonString();
        foreach (var need in new[] { hidden, ended, gone })
            Assert.Equal(
                never,
                (
                    await other.Post("/api/blocks", new { requestId = need }).IsProblem(400, "invalid")
                ).ToJsonString()
            );
        var own = await service.GivenRequest(other);
        await other.Post("/api/blocks", new { requestId = own }).IsProblem(400, "invalid");
        await other
            .Post("/api/blocks", new { requestId = own, accountId = owner.Id })
            .IsProblem(400, "invalid");
        await service
            .Anonymous.PostAsJsonAsync("/api/blocks", new { requestId = own })
            .IsProblem(401, "signIn");
    }
}
