using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Storm;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>An act that was answered as done. Without its own id the answer did not tell one.</summary>
internal sealed record Told(Guid? Id, Guid Need, string Act, Guid Member);

/// <summary>What the members of teams do, at random: mostly where it can be done, now and then where it cannot.</summary>
internal sealed class DeskActs(CrowdWorld world, CrowdAnswers answers)
{
    private static readonly (int Weight, string Act)[] Weights =
    [
        (8, "verify"),
        (2, "verifyTwice"),
        (3, "verifyMany"),
        (3, "unverify"),
        (6, "undo"),
        (4, "close"),
        (2, "closeMany"),
        (7, "reopen"),
        (3, "hide"),
        (1, "hideMany"),
        (5, "show"),
        (5, "handOver"),
        (1, "handOverMany"),
        (6, "pin"),
        (9, "assign"),
        (4, "split"),
        (4, "merge"),
        (4, "settle"),
        (3, "note"),
        (2, "post"),
        (3, "read"),
    ];
    private static readonly string[] Hows = ["phoned", "visited", "known", "document"];

    // Batches and single acts by whoever did them, to be undone.
    private readonly ConcurrentDictionary<Guid, ConcurrentBag<Guid>> done = new();

    public ConcurrentBag<Told> Told { get; } = [];

    public async Task One(Member member, Random random)
    {
        for (int tries = 0; tries < 20; tries++)
            if (await Try(random.Weighted(Weights), member, random))
                return;
    }

    // False: there is nothing at the moment to do this act with.
    private async Task<bool> Try(string act, Member member, Random random)
    {
        switch (act)
        {
            case "verify"
                when Pick(member, random, need => need is { Live: true, Verified: false }) is { } need:
                await Single(
                    act,
                    member,
                    need.Id,
                    "verify",
                    new { how = random.Pick(Hows), note = "đã gọi" }
                );
                return true;
            case "verifyTwice"
                when Pick(member, random, need => need is { Live: true, Verified: false }) is { } need:
                // The same key at once: one act, or none.
                string key = Guid.NewGuid().ToString();
                var both = await Task.WhenAll(Verify(member, need, key), Verify(member, need, key));
                if (both.FirstOrDefault(one => one is not null) is { } first)
                {
                    Tell(first.Id(), need.Id, "verify", member);
                    if (both.Any(one => one is not null && one.Id() != first.Id()))
                        answers.Wrong.Add($"one key made two acts of {need.Id}");
                }
                return true;
            case "verifyMany":
                return await Many(
                    "verify",
                    member,
                    random,
                    200,
                    need => !need.Verified,
                    new { how = random.Pick(Hows) }
                );
            case "hideMany":
                return await Many("hide", member, random, 20, need => !need.Hidden, new { });
            case "handOverMany":
                return await Many(
                    "handOver",
                    member,
                    random,
                    20,
                    _ => true,
                    new { areaId = random.Pick(CrowdWorld.Lines)[0] }
                );
            case "closeMany" when Pick(member, random, need => need.Live) is { } original:
                return await Many(
                    "close",
                    member,
                    random,
                    8,
                    need => need.Id != original.Id,
                    new { reason = "duplicate", duplicateOf = original.Id }
                );
            case "unverify"
                when Pick(member, random, need => need is { Live: true, Verified: true }) is { } need:
                await Single(act, member, need.Id, act);
                return true;
            case "undo" when done.TryGetValue(member.Person.Id, out var acts) && acts.TryTake(out var before):
                await Undo(member, before);
                return true;
            case "close" when Pick(member, random, need => need.Live) is { } need:
                await Single(
                    act,
                    member,
                    need.Id,
                    act,
                    new { reason = "duplicate", duplicateOf = Twin(need, random)?.Id }
                );
                return true;
            case "reopen" when Pick(member, random, need => !need.Live) is { } need:
                await Single(act, member, need.Id, act);
                return true;
            case "hide" when Pick(member, random, need => need is { Live: true, Hidden: false }) is { } need:
                await Single(act, member, need.Id, act);
                return true;
            case "show" when Pick(member, random, need => need is { Live: true, Hidden: true }) is { } need:
                await Single(act, member, need.Id, act);
                return true;
            case "handOver" when Pick(member, random, need => need.Live) is { } need:
                await Single(
                    act,
                    member,
                    need.Id,
                    "hand-over",
                    new { areaId = random.Pick(random.Pick(CrowdWorld.Lines)) }
                );
                return true;
            case "pin" when Pick(member, random, need => need.Live) is { } need:
                await Single(
                    act,
                    member,
                    need.Id,
                    act,
                    new { location = Point(random), reason = "đã đến xem" }
                );
                return true;
            case "assign" when Pick(member, random, need => need is { Live: true, Unmet: > 0 }) is { } need:
                var givers = await answers.Get("givers", member.Person, Desk.At(need.Id, "givers"));
                var fit = givers?["items"]!.AsArray().FirstOrDefault(giver => giver!["why"] is null);
                if (fit is null && random.Next(5) != 0)
                    return true;
                await Single(
                    act,
                    member,
                    need.Id,
                    act,
                    new { offerId = fit?.Text("offerId") ?? $"{random.Pick(world.Now.Offers)}" }
                );
                return true;
            case "split"
                when Pick(member, random, need => need is { Divisible: true, Unmet: > 1 }) is { } need:
                await Single(act, member, need.Id, act, new { parts = new[] { new { quantity = 1 } } });
                return true;
            case "merge"
                when Pick(member, random, need => need is { Live: true, Unmet: > 0 }) is { } need
                    && Twin(need, random) is { } into:
                await Single(act, member, need.Id, act, new { into = into.Id });
                return true;
            case "settle" when world.Now.Pairs is { Length: > 0 } pairs:
                var pair = random.Pick(pairs);
                string verdict = random.Pick(["duplicate", "duplicate", "different"]);
                var settled = await answers.Post(
                    act,
                    member.Person,
                    $"/api/team/duplicates/{pair.Later}/{pair.First}",
                    new { verdict }
                );
                if (settled is not null && verdict == "duplicate")
                    Told.Add(new Told(null, pair.Later, "close", member.Person.Id));
                return true;
            case "note" when Pick(member, random, _ => true) is { } need:
                await Single(act, member, need.Id, "notes", new { text = "gọi sau 17 giờ" });
                return true;
            case "post":
                await Post(member, random);
                return true;
            default:
                await Read(member, random);
                return true;
        }
    }

    private Task<JsonNode?> Verify(Member member, SeenNeed need, string key) =>
        answers.Post("verifyTwice", member.Person, Desk.At(need.Id, "verify"), new { how = "known" }, key);

    private async Task Single(string act, Member member, Guid need, string path, object? body = null)
    {
        if (await answers.Post(act, member.Person, Desk.At(need, path), body) is not { } made)
            return;
        Tell(made.Id(), need, act, member);
        if (act is "verify" or "unverify" or "close" or "hide" or "show" or "handOver")
            Undoable(member, made.Id());
    }

    private async Task<bool> Many(
        string act,
        Member member,
        Random random,
        int most,
        Func<SeenNeed, bool> fit,
        object more
    )
    {
        // Two in a hundred are somebody else's, or over, or there already.
        Guid[] ids =
        [
            .. world
                .Now.Needs.Where(need =>
                    need.Live && fit(need) && need.Above.Contains(member.Area) || random.Next(50) == 0
                )
                .Take(most)
                .Select(need => need.Id),
        ];
        if (ids.Length == 0)
            return false;
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject();
        body["act"] = act;
        body["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]);
        if (await answers.Post($"{act}Many", member.Person, "/api/team/acts", body) is { } batch)
            Tell(batch, act, member);
        return true;
    }

    private async Task Undo(Member member, Guid before)
    {
        if (await answers.Post("undo", member.Person, $"/api/team/acts/{before}/undo") is { } batch)
            Tell(batch, "undo", member);
    }

    private async Task Post(Member member, Random random)
    {
        var body = new
        {
            needs = new[]
            {
                new
                {
                    category = "food",
                    quantity = random.Next(1, 7),
                    urgency = "soon",
                },
            },
            location = Point(random),
            address = "5 ngõ 8 phố Thử",
            onBehalfOf = new
            {
                name = "Ông Sáu",
                phone = $"+8491{random.Next(10_000_000):D7}",
                consent = true,
            },
            verified = "visited",
        };
        if (await answers.Post("post", member.Person, $"/api/team/{member.Area}/requests", body) is { } made)
            Told.Add(new Told(null, made["requests"]![0]!.Id(), "post", member.Person.Id));
    }

    private async Task Read(Member member, Random random)
    {
        string need = $"/api/team/needs/{random.Pick(world.Now.Needs).Id}";
        await answers.Get(
            "read",
            member.Person,
            random.Pick([
                need,
                $"{need}/history",
                $"/api/team/{member.Area}/view",
                $"/api/team/{member.Area}/gaps",
                $"/api/team/{member.Area}/duplicates",
            ])
        );
    }

    private SeenNeed? Pick(Member member, Random random, Func<SeenNeed, bool> fit)
    {
        var needs = world.Now.Needs;
        // One in twenty anywhere, and in any state.
        if (random.Next(20) == 0)
            return random.Pick(needs);
        SeenNeed[] all = [.. needs.Where(need => need.Above.Contains(member.Area) && fit(need))];
        return all.Length == 0 ? null : random.Pick(all);
    }

    private SeenNeed? Twin(SeenNeed need, Random random)
    {
        SeenNeed[] twins =
        [
            .. world.Now.Needs.Where(other =>
                other.Household == need.Household && other.Id != need.Id && other.Live
            ),
        ];
        return twins.Length == 0 ? null : random.Pick(twins);
    }

    private void Tell(JsonNode batch, string act, Member member)
    {
        foreach (var item in batch["items"]!.AsArray().Where(item => (bool)item!["done"]!))
            Tell(Guid.Parse(item!.Text("actId")), item!.Id(), act, member);
        if ((string?)batch["batchId"] is { } id && act != "undo")
            Undoable(member, Guid.Parse(id));
    }

    private void Tell(Guid id, Guid need, string act, Member member) =>
        Told.Add(new Told(id, need, act, member.Person.Id));

    private void Undoable(Member member, Guid id) => done.GetOrAdd(member.Person.Id, _ => []).Add(id);

    private static object Point(Random random) =>
        new { type = "Point", coordinates = new[] { CrowdWorld.Lon(random), CrowdWorld.Lat(random) } };
}
