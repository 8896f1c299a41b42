using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.Server.Tests.Jobs;
using MutualAid.Server.Tests.Matches;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Threads;

public sealed class ThreadTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task both_sides_write_and_read_and_each_sees_how_many_are_new()
    {
        var scene = await Scene.InState(service, "accepted");
        var first = await Write(scene, scene.Giver, "Tôi đang đến").Is(HttpStatusCode.Created);
        Assert.True((bool)first["mine"]!);
        await Write(scene, scene.Giver, "5 phút nữa\ntới nơi").Is(HttpStatusCode.Created);
        await Write(scene, scene.Receiver, "Vâng, cảm ơn").Is(HttpStatusCode.Created);

        Assert.Equal(2, (await Match(scene, scene.Receiver)).Number("unread"));
        Assert.Equal(1, (await Match(scene, scene.Giver)).Number("unread"));
        Assert.Null((await Match(scene, scene.Team))["unread"]);

        var seen = await Thread(scene, scene.Receiver);
        Assert.True((bool)seen["open"]!);
        Assert.Null(seen["closesAt"]);
        Assert.Equal(
            ["Tôi đang đến", "5 phút nữa\ntới nơi", "Vâng, cảm ơn"],
            seen["items"]!.AsArray().Select(item => item!.Text("text"))
        );
        Assert.Equal([false, false, true], seen["items"]!.AsArray().Select(item => (bool)item!["mine"]!));
        var last = seen["items"]![1]!.Id();

        var after = await Thread(scene, scene.Receiver, $"?after={last}");
        Assert.Equal("Vâng, cảm ơn", Assert.Single(after["items"]!.AsArray())!.Text("text"));
        var page = await Thread(scene, scene.Receiver, "?limit=2");
        var rest = await scene.Receiver.Get(page.Text("next")).Is(HttpStatusCode.OK);
        Assert.Single(rest["items"]!.AsArray());
        Assert.Null(rest["next"]);

        var read = await scene
            .Receiver.Post($"/api/matches/{scene.Id}/messages/read", new { upTo = first.Id() })
            .Is(HttpStatusCode.OK);
        Assert.Equal(1, read.Number("unread"));
        var told = (await Thread(scene, scene.Giver))["items"]!.AsArray();
        Assert.NotNull(told[0]!["readAt"]);
        Assert.Null(told[1]!["readAt"]);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_message_sent_twice_with_one_key_is_one_message_and_other_words_are_refused()
    {
        var scene = await Scene.InState(service, "accepted");
        string key = Guid.NewGuid().ToString();
        var first = await Write(scene, scene.Giver, "một lần", key).Is(HttpStatusCode.Created);
        var again = await Write(scene, scene.Giver, "một lần", key).Is(HttpStatusCode.Created);
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        await Write(scene, scene.Giver, "lần khác", key).IsProblem(422, "keyReused");
        Assert.Single((await Thread(scene, scene.Giver))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("proposed", false)]
    [InlineData("declined", false)]
    [InlineData("accepted", true)]
    [InlineData("onTheWay", true)]
    [InlineData("delivered", true)]
    [InlineData("confirmed", true)]
    [InlineData("withdrawn", true)]
    [InlineData("failed", true)]
    [InlineData("lapsed", true)]
    public async Task a_thread_is_open_from_acceptance_until_a_day_after_the_end(string state, bool open)
    {
        var scene = await Scene.InState(service, state);
        if (!open)
        {
            foreach (var side in new[] { scene.Giver, scene.Receiver })
                Assert.Equal(
                    state,
                    (await Write(scene, side, "x").IsProblem(409, "threadClosed")).Text("state")
                );
            Assert.False((bool)(await Thread(scene, scene.Giver))["open"]!);
            return;
        }
        await Write(scene, scene.Giver, "x").Is(HttpStatusCode.Created);
        await Write(scene, scene.Receiver, "y").Is(HttpStatusCode.Created);
        var ended = await service.Look<DateTime?>(
            "select ended_at from match where id = @Id",
            new { scene.Id }
        );
        var thread = await Thread(scene, scene.Giver);
        Assert.Equal(
            ended?.AddHours(24),
            thread["closesAt"] is { } closes ? closes.GetValue<DateTimeOffset>().UtcDateTime : null
        );
        if (ended is null)
            return;
        await service.Clock.Set(new DateTimeOffset(ended.Value, TimeSpan.Zero).AddHours(24).AddSeconds(-1));
        await Write(scene, scene.Giver, "z").Is(HttpStatusCode.Created);
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        await Write(scene, scene.Giver, "z").IsProblem(409, "threadClosed");
        // What was written is still there for both to read.
        var after = await Thread(scene, scene.Receiver);
        Assert.False((bool)after["open"]!);
        Assert.Equal(3, after["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("delivered", "select block_account(@now, @receiver, @giver, null)")]
    [InlineData("accepted", "select block_account(@now, @giver, @receiver, null)")]
    [InlineData("delivered", "select suspend_account(@now, @giver)")]
    [InlineData("accepted", "select suspend_account(@now, @receiver)")]
    [InlineData("delivered", "select erase_account(@now, @giver)")]
    [InlineData("accepted", "select request_hide(@now, @request, true)")]
    [InlineData("delivered", "select request_hide(@now, @request, true)")]
    public async Task a_block_a_suspension_an_erasure_or_hiding_closes_at_once(string state, string act)
    {
        var scene = await Scene.InState(service, state);
        await Write(scene, scene.Receiver, "trước").Is(HttpStatusCode.Created);
        await service.Look<object>(
            act,
            new
            {
                now = service.Clock.GetUtcNow(),
                giver = scene.Giver.Id,
                receiver = scene.Receiver.Id,
                request = scene.Request,
            }
        );
        await Write(scene, scene.Receiver, "sau").IsProblem(409, "threadClosed");
        var thread = await Thread(scene, scene.Receiver);
        Assert.False((bool)thread["open"]!);
        Assert.Null(thread["closesAt"]);
        if (state == "accepted")
        {
            // Lifting it does not open again what ended so.
            await service.Look<object>(
                "select lift_suspension(@receiver); delete from block; select request_hide(@now, @request, false)",
                new
                {
                    now = service.Clock.GetUtcNow(),
                    receiver = scene.Receiver.Id,
                    request = scene.Request,
                }
            );
            await Write(scene, scene.Receiver, "sau").IsProblem(409, "threadClosed");
        }
        await service.InvariantsHold();
    }

    [Fact]
    public async Task nobody_else_reads_writes_or_marks_and_the_team_only_what_was_reported()
    {
        var scene = await Scene.InState(service, "accepted");
        var message = (await Write(scene, scene.Giver, "riêng").Is(HttpStatusCode.Created)).Id();
        foreach (var other in new[] { scene.Team, scene.Stranger })
        {
            await other.Get($"/api/matches/{scene.Id}/messages").IsProblem(404, "notFound");
            await Write(scene, other, "x").IsProblem(404, "notFound");
            await other
                .Post($"/api/matches/{scene.Id}/messages/read", new { upTo = message })
                .IsProblem(404, "notFound");
        }
        await service.Anonymous.GetAsync($"/api/matches/{scene.Id}/messages").IsProblem(401, "signIn");

        await scene
            .Receiver.Post(
                "/api/reports",
                new { subject = new { kind = "match", id = scene.Id }, reason = "money" }
            )
            .Is(HttpStatusCode.Created);
        var seen = await Thread(scene, scene.Team);
        var item = Assert.Single(seen["items"]!.AsArray())!;
        Assert.Equal("riêng", item.Text("text"));
        Assert.Equal("giver", item.Text("side"));
        Assert.Null(item["mine"]);
        await scene.Stranger.Get($"/api/matches/{scene.Id}/messages").IsProblem(404, "notFound");
        // It reads; it does not write, and nothing becomes read by it.
        await Write(scene, scene.Team, "x").IsProblem(404, "notFound");
        Assert.Equal(1, (await Match(scene, scene.Receiver)).Number("unread"));
        foreach (var side in new[] { scene.Giver, scene.Receiver })
        {
            var log = await side.Get("/api/me/access-log").Is(HttpStatusCode.OK);
            var look = Assert.Single(log["items"]!.AsArray())!;
            Assert.Equal(("messages", "teamLead"), (look.Text("what"), look.Text("role")));
        }
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("  \n ", "text")]
    [InlineData("\u200b", "text")]
    [InlineData("a\u0007b", "text")]
    [InlineData("a\u202eb", "text")]
    [InlineData(null, "text")]
    public async Task what_is_no_text_is_refused_by_name(string? text, string field)
    {
        var scene = await Scene.InState(service, "accepted");
        var problem = await scene
            .Giver.Post($"/api/matches/{scene.Id}/messages", new { text })
            .IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]![field]);
        Assert.NotNull(
            (
                await scene
                    .Giver.Post($"/api/matches/{scene.Id}/messages/read", new { upTo = Guid.NewGuid() })
                    .IsProblem(400, "invalid")
            )["errors"]!["upTo"]
        );
        Assert.NotNull(
            (await scene.Giver.Get($"/api/matches/{scene.Id}/messages?after=x").IsProblem(400, "invalid"))[
                "errors"
            ]!["after"]
        );
        Assert.Empty((await Thread(scene, scene.Giver))["items"]!.AsArray());
    }

    [Fact]
    public async Task a_thousand_characters_are_taken_and_one_more_is_not()
    {
        var scene = await Scene.InState(service, "accepted");
        string emoji = string.Concat(Enumerable.Repeat("😀", 1000));
        var kept = await Write(scene, scene.Giver, emoji).Is(HttpStatusCode.Created);
        Assert.Equal(emoji, kept.Text("text"));
        await Write(scene, scene.Giver, emoji + "a").IsProblem(400, "invalid");
    }

    [Fact]
    public async Task twenty_an_hour_are_taken_from_one_side_then_it_is_said_when_the_next_one_is()
    {
        var scene = await Scene.InState(service, "accepted");
        for (int i = 0; i < 20; i++)
        {
            await Write(scene, scene.Giver, $"{i}").Is(HttpStatusCode.Created);
            if (i == 0)
                await service.Clock.Advance(TimeSpan.FromMinutes(10));
        }
        using var refused = await Write(scene, scene.Giver, "nữa");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(50), refused.Headers.RetryAfter!.Delta);
        await Write(scene, scene.Receiver, "tôi thì được").Is(HttpStatusCode.Created);
        await service.Clock.Advance(TimeSpan.FromMinutes(50));
        await Write(scene, scene.Giver, "nữa").Is(HttpStatusCode.Created);
        await Write(scene, scene.Giver, "nữa").IsProblem(429, "messages");
    }

    [Fact]
    public async Task both_at_once_lose_nothing_and_whoever_follows_by_after_misses_none()
    {
        var scene = await Scene.InState(service, "accepted");
        await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    Write(scene, i % 2 == 0 ? scene.Giver : scene.Receiver, $"{i}").Is(HttpStatusCode.Created)
                )
        );
        var seen = new List<string>();
        string? next = $"/api/matches/{scene.Id}/messages?limit=4";
        while (next is not null)
        {
            var page = await scene.Giver.Get(next).Is(HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!.Text("text")));
            next = (string?)page["next"];
        }
        Assert.Equal(
            Enumerable.Range(0, 30).Select(i => $"{i}").Order(),
            seen.Order(StringComparer.CurrentCulture)
        );
        Assert.Equal(30, seen.Distinct().Count());
    }

    // Guard: the locks of match_write; without them the message is written while the block is on its way.
    [Fact]
    public async Task a_message_waits_for_a_block_that_is_on_its_way_and_is_then_refused()
    {
        var scene = await Scene.InState(service, "delivered");
        await using var connection = await service.Open();
        await using var blocking = await connection.BeginTransactionAsync(
            TestContext.Current.CancellationToken
        );
        await connection.ExecuteAsync(
            "select block_account(@now, @receiver, @giver, null)",
            new
            {
                now = service.Clock.GetUtcNow(),
                receiver = scene.Receiver.Id,
                giver = scene.Giver.Id,
            }
        );
        var writing = Write(scene, scene.Giver, "còn kịp không");
        for (int turn = 0; turn < 400 && !writing.IsCompleted && !await Waits(); turn++)
            await Task.Delay(25, TestContext.Current.CancellationToken);
        await blocking.CommitAsync(TestContext.Current.CancellationToken);
        await writing.IsProblem(409, "threadClosed");
        Assert.Empty((await Thread(scene, scene.Receiver))["items"]!.AsArray());

        Task<bool> Waits() =>
            service.Look<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%match_write%')"
            );
    }

    [Fact]
    public async Task no_message_enters_a_thread_that_was_closed_meanwhile()
    {
        for (int round = 0; round < 5; round++)
        {
            var scene = await Scene.InState(service, "delivered");
            var block = scene.Receiver.Post("/api/blocks", new { matchId = scene.Id });
            var writing = Enumerable
                .Range(0, 8)
                .Select(i => Write(scene, i % 2 == 0 ? scene.Giver : scene.Receiver, $"{i}"))
                .ToList();
            await block.Is(HttpStatusCode.NoContent);
            int there = await service.Look<int>(
                "select count(*)::int from match_message where match_id = @Id",
                new { scene.Id }
            );
            var answers = await Task.WhenAll(writing);
            int taken = answers.Count(answer => answer.StatusCode == HttpStatusCode.Created);
            Assert.Equal(
                there,
                await service.Look<int>(
                    "select count(*)::int from match_message where match_id = @Id",
                    new { scene.Id }
                )
            );
            Assert.Equal(there, taken);
        }
    }

    [Fact]
    public async Task what_is_unread_after_two_minutes_is_told_once_an_hour_without_its_text()
    {
        var scene = await Scene.InState(service, "accepted");
        int known = await Told(scene.Receiver);
        await Write(scene, scene.Giver, "mật khẩu nhà là 1234").Is(HttpStatusCode.Created);
        await service.Sweep("tell-unread");
        Assert.Equal(known, await Told(scene.Receiver));
        await service.Clock.Advance(TimeSpan.FromMinutes(2));
        await service.SweepAtOnce("tell-unread");
        Assert.Equal(known + 1, await Told(scene.Receiver));
        // Another message may leave in the same breath, and this one a moment later.
        string told = await service.NextTo(
            scene.Receiver.Phone,
            text => text.Contains("/messages", StringComparison.Ordinal)
        );
        Assert.Contains($"/matches/{scene.Id}/messages", told, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", told, StringComparison.Ordinal);

        await Write(scene, scene.Giver, "còn đó không").Is(HttpStatusCode.Created);
        await service.Clock.Advance(TimeSpan.FromMinutes(59));
        await service.Sweep("tell-unread");
        Assert.Equal(known + 1, await Told(scene.Receiver));
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.Sweep("tell-unread");
        Assert.Equal(known + 2, await Told(scene.Receiver));
        Assert.Equal(0, await Told(scene.Giver));

        // What was read is not told, nor what was closed.
        var last = (await Write(scene, scene.Giver, "lần nữa").Is(HttpStatusCode.Created)).Id();
        await scene
            .Receiver.Post($"/api/matches/{scene.Id}/messages/read", new { upTo = last })
            .Is(HttpStatusCode.OK);
        await Write(scene, scene.Receiver, "đây").Is(HttpStatusCode.Created);
        await scene.Giver.Post("/api/blocks", new { matchId = scene.Id }).Is(HttpStatusCode.NoContent);
        await service.Clock.Advance(TimeSpan.FromHours(2));
        await service.Sweep("tell-unread");
        Assert.Equal(known + 2, await Told(scene.Receiver));
        Assert.Equal(0, await Told(scene.Giver));
        Assert.Equal(0, await service.Sweep("tell-unread"));
    }

    [Fact]
    public async Task erasure_blanks_what_one_wrote_and_the_export_holds_both_sides()
    {
        var scene = await Scene.InState(service, "delivered");
        await Write(scene, scene.Giver, "số tôi 0987654321").Is(HttpStatusCode.Created);
        await Write(scene, scene.Receiver, "đã nhận").Is(HttpStatusCode.Created);
        foreach (var side in new[] { scene.Giver, scene.Receiver })
        {
            var export = await side.Get("/api/me/export").Is(HttpStatusCode.OK);
            Assert.Equal(
                ["số tôi 0987654321", "đã nhận"],
                export["matchMessages"]!.AsArray().Select(item => item!.Text("text"))
            );
        }
        await scene.Giver.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from match_message where sender_account_id = @Id and text is not null",
                new { scene.Giver.Id }
            )
        );
        var left = (await Thread(scene, scene.Receiver))["items"]!.AsArray();
        Assert.Null(left[0]!["text"]);
        Assert.Equal("đã nhận", left[1]!.Text("text"));
        await service.InvariantsHold();
    }

    private Task<int> Told(Person person) =>
        service.Look<int>(
            "select count(*)::int from outbox where account_id = @Id and kind = 'match.unread'",
            new { person.Id }
        );

    private static Task<JsonNode> Match(Scene scene, Person person) =>
        person.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK);

    private static Task<JsonNode> Thread(Scene scene, Person person, string query = "") =>
        person.Get($"/api/matches/{scene.Id}/messages{query}").Is(HttpStatusCode.OK);

    private static async Task<HttpResponseMessage> Write(
        Scene scene,
        Person person,
        string text,
        string? key = null
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/matches/{scene.Id}/messages")
        {
            Content = JsonContent.Create(new { text }),
        };
        message.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await person.Http.SendAsync(message);
    }
}
