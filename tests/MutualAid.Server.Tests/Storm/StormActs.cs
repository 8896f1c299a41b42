using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Storm;

/// <summary>What people do, at random, through HTTP. Every answer is compared with those that are documented for the act.</summary>
internal sealed class StormActs(ServiceFixture service, StormWorld world, Person team)
{
    private static readonly (int Weight, string Act)[] Weights =
    [
        (22, "claim"),
        (2, "claimTwice"),
        (16, "accept"),
        (4, "decline"),
        (6, "setOut"),
        (16, "deliver"),
        (3, "deliverLate"),
        (7, "confirm"),
        (3, "dispute"),
        (3, "fail"),
        (5, "withdraw"),
        (4, "editRequest"),
        (2, "renew"),
        (1, "withdrawRequest"),
        (2, "pause"),
        (3, "resume"),
        (1, "withdrawOffer"),
        (3, "editOffer"),
        (2, "onDuty"),
        (1, "block"),
        (2, "unblock"),
        (3, "newRequest"),
        (3, "newOffer"),
        (3, "read"),
        (1, "contact"),
    ];

    // A problem whose members are doubled is read differently by different readers.
    private static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false };

    /// <summary>Act, status and kind → how often.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = new();

    /// <summary>The matches that claims were answered with.</summary>
    public ConcurrentDictionary<string, string> Claimed { get; } = new();

    /// <summary>Answers that nobody has promised.</summary>
    public ConcurrentBag<string> Undocumented { get; } = [];

    public async Task One(Random random)
    {
        for (int tries = 0; tries < 20; tries++)
        {
            string act = random.Weighted(Weights);
            if (await Try(act, random))
                return;
        }
        await Reads(random);
    }

    /// <summary>Everybody sets out with what they have accepted; returns how many are on the way with something now.</summary>
    public async Task<int> SetOutAll()
    {
        await world.Look();
        foreach (var match in world.Now.Matches.Where(match => match.Status == "accepted"))
            await Giver("setOut", match, "on-the-way");
        await world.Look();
        return world.Now.Matches.Count(match => match.Status == "onTheWay");
    }

    public Task Erase(Person person) =>
        Send("erase", person, new HttpRequestMessage(HttpMethod.Delete, "/api/me"));

    // False: there is nothing at the moment to do this act with.
    private async Task<bool> Try(string act, Random random)
    {
        var seen = world.Now;
        var somebody = world.Somebody(random);
        switch (act)
        {
            case "claim" when seen.Request(random) is { } request:
                await Send(
                    act,
                    somebody,
                    Post($"/api/requests/{request.Id}/claims", Claim(random, seen, request, somebody))
                );
                return true;
            case "claimTwice" when seen.Request(random) is { } request:
                await Twice(
                    somebody,
                    $"/api/requests/{request.Id}/claims",
                    Claim(random, seen, request, somebody)
                );
                return true;
            case "accept" when seen.Match(random, "proposed") is { } match:
                return await Giver(act, match, "accept");
            case "decline" when seen.Match(random, "proposed") is { } match:
                return await Giver(act, match, "decline", new { reason = "hết hàng" });
            case "setOut" when seen.Match(random, "accepted") is { } match:
                return await Giver(act, match, "on-the-way");
            case "deliver" when seen.Match(random, "accepted", "onTheWay") is { } match:
                return await Giver(act, match, "delivered", Delivery(random, match));
            case "deliverLate" when seen.Match(random, "lapsed") is { } match:
                return await Giver(act, match, "delivered", Delivery(random, match));
            case "fail" when seen.Match(random, "accepted", "onTheWay") is { } match:
                return await Giver(act, match, "fail", new { reason = "không có ai ở nhà" });
            case "confirm" when seen.Match(random, "delivered") is { } match:
                return await Receiver(act, match, "confirm");
            case "dispute" when seen.Match(random, "delivered") is { } match:
                await Step(
                    act,
                    random.Next(4) == 0 ? team : world.Of(match.Receiver),
                    match,
                    "dispute",
                    new { reason = "không nhận được" }
                );
                return true;
            case "withdraw" when seen.Match(random, "accepted", "onTheWay", "proposed") is { } match:
                var side = random.Next(4) switch
                {
                    0 => team,
                    1 => world.Of(match.Receiver),
                    _ => world.Of(match.Giver),
                };
                await Step(act, side, match, "withdraw", new { reason = "đổi ý" });
                return true;
            case "editRequest" when seen.Request(random) is { } request:
                return await Edit(
                    act,
                    world.Of(request.Owner),
                    $"/api/requests/{request.Id}",
                    random.Next(4) == 0
                        ? new { urgency = random.Pick(["urgent", "soon", "routine"]) }
                        : new { quantity = random.Next(1, 8) },
                    random
                );
            case "renew" when seen.Request(random) is { } request:
                return await Own(act, world.Of(request.Owner), $"/api/requests/{request.Id}/renew");
            case "withdrawRequest" when seen.Request(random) is { } request:
                return await Own(
                    act,
                    world.Of(request.Owner),
                    $"/api/requests/{request.Id}/withdraw",
                    new { reason = "đã có người giúp" }
                );
            case "pause" or "resume" when seen.Offer(random) is { } offer:
                return await Own(act, world.Of(offer.Giver), $"/api/offers/{offer.Id}/{act}");
            case "withdrawOffer" when seen.Offer(random) is { } offer:
                return await Own(act, world.Of(offer.Giver), $"/api/offers/{offer.Id}/withdraw");
            case "editOffer" when seen.Offer(random) is { } offer:
                var (capacity, perDay) = StormWorld.Bounds(random);
                return await Edit(
                    act,
                    world.Of(offer.Giver),
                    $"/api/offers/{offer.Id}",
                    new { capacity, perDay },
                    random
                );
            case "onDuty":
                return await Edit(act, somebody, "/api/me", new { onDuty = random.Next(4) != 0 }, random);
            case "block":
                await Send(act, somebody, Post("/api/blocks", new { accountId = world.Somebody(random).Id }));
                return true;
            case "unblock":
                await Send(
                    act,
                    somebody,
                    new HttpRequestMessage(HttpMethod.Delete, "/api/blocks")
                    {
                        Content = JsonContent.Create(new { accountId = world.Somebody(random).Id }),
                    }
                );
                return true;
            case "newRequest" when seen.LiveRequests < StormWorld.Crowd:
                await Send(act, somebody, Post("/api/requests", StormWorld.NewRequest(random)));
                return true;
            case "newOffer" when seen.Offers.Count(offer => offer.Live) < StormWorld.Crowd:
                await Send(act, somebody, Post("/api/offers", StormWorld.NewOffer(random)));
                return true;
            case "contact" when seen.Match(random, "accepted", "onTheWay", "delivered") is { } match:
                // Whoever has left reads nothing any more.
                if (world.Of(random.Next(2) == 0 ? match.Giver : match.Receiver) is not { } reader)
                    return false;
                await Send(
                    act,
                    reader,
                    new HttpRequestMessage(HttpMethod.Get, $"/api/matches/{match.Id}/contact")
                );
                return true;
            case "read":
                await Reads(random);
                return true;
            default:
                return false;
        }
    }

    private static object Claim(Random random, Seen seen, SeenRequest request, Person giver) =>
        new
        {
            units = request.Divisible || random.Next(10) == 0 ? random.Next(1, 4) : request.Quantity,
            offerId = random.Next(2) == 0 ? seen.OfferFor(random, request, giver.Id)?.Id : null,
        };

    private static object Delivery(Random random, SeenMatch match) =>
        new
        {
            units = random.Next(3) == 0 ? random.Next(1, match.Units + 2) : (int?)null,
            code = random.Next(3) switch
            {
                0 => match.Code,
                1 => null,
                _ => "000000",
            },
        };

    private Task<bool> Giver(string act, SeenMatch match, string step, object? body = null) =>
        Own(act, world.Of(match.Giver), $"/api/matches/{match.Id}/{step}", body);

    private Task<bool> Receiver(string act, SeenMatch match, string step) =>
        Own(act, world.Of(match.Receiver), $"/api/matches/{match.Id}/{step}");

    private Task Step(string act, Person? who, SeenMatch match, string step, object body) =>
        Own(act, who, $"/api/matches/{match.Id}/{step}", body);

    private async Task<bool> Own(string act, Person? who, string path, object? body = null)
    {
        // Somebody who is none of the storm's people: they made the givers known before it began.
        if (who is null)
            return false;
        await Send(act, who, Post(path, body));
        return true;
    }

    // Reads the version first, as a browser does; now and then holds on to it for a while.
    private async Task<bool> Edit(string act, Person? who, string path, object body, Random random)
    {
        if (who is null)
            return false;
        using var read = await who.Http.GetAsync(path);
        await Note($"{act}:read", read);
        if (read.Headers.ETag is not { } version)
            return true;
        await Task.Delay(random.Next(3));
        var patch = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) };
        patch.Headers.IfMatch.Add(version);
        await Send(act, who, patch);
        return true;
    }

    // The same key twice at once: one claim, or none, whichever of the two is answered first.
    private async Task Twice(Person who, string path, object body)
    {
        string key = Guid.NewGuid().ToString();
        async Task<string?> Once()
        {
            using var message = Post(path, body);
            message.Headers.Add("Idempotency-Key", key);
            using var answer = await who.Http.SendAsync(message);
            return await Note("claimTwice", answer);
        }
        var both = await Task.WhenAll(Once(), Once());
        if (both.OfType<string>().Distinct().Count() > 1)
            Undocumented.Add($"one key made two matches: {both[0]} and {both[1]}");
    }

    private async Task Reads(Random random)
    {
        var somebody = world.Somebody(random);
        string path = random.Pick([
            FormattableString.Invariant(
                $"/api/requests/nearby?lon={StormWorld.Near(random, 105.853)}&lat={StormWorld.Near(random, 21.032)}"
            ),
            "/api/matches?side=giver",
            "/api/matches?side=receiver",
            "/api/requests/mine",
            "/api/offers/mine",
            $"/api/areas/{Places.Province}/summary",
        ]);
        await Send(
            "read",
            path.Contains("nearby", StringComparison.Ordinal) ? null : somebody,
            new HttpRequestMessage(HttpMethod.Get, path)
        );
    }

    private static HttpRequestMessage Post(string path, object? body) =>
        new(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };

    private async Task Send(string act, Person? who, HttpRequestMessage message)
    {
        using (message)
        {
            using var answer = await (who?.Http ?? service.Anonymous).SendAsync(message);
            await Note(act, answer);
        }
    }

    // Writes the answer down; returns the id of what a claim made.
    private async Task<string?> Note(string act, HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        bool claimed = status == 201 && act.StartsWith("claim", StringComparison.Ordinal);
        var body =
            (status >= 400 || claimed) && await answer.Content.ReadAsStringAsync() is { Length: > 0 } text
                ? JsonNode.Parse(text, documentOptions: Strictly)
                : null;
        string? kind = status >= 400 ? ((string?)body?["type"])?.Split('/')[^1] : null;
        string line = kind is null ? $"{status}" : $"{status} {kind}";
        Answers.AddOrUpdate($"{act} {line}", 1, (_, n) => n + 1);
        if (!Documented.Answers(act).Contains(line))
            Undocumented.Add(
                $"{act}: {line} {answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.PathAndQuery} {body}"
            );
        if (!claimed)
            return null;
        Claimed[body!.Text("id")] = act;
        return body!.Text("id");
    }
}
