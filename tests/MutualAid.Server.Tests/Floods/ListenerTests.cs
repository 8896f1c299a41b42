using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Changes;
using MutualAid.Server.Tests.Requests;
using MutualAid.Server.Tests.Storm;

namespace MutualAid.Server.Tests.Floods;

/// <summary>Pages that are left open: thousands who listen to what becomes of a need, and nothing becomes of it.</summary>
public sealed class ListenerTests(Cluster cluster, ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly int Listeners = Seeds.Long ? 10_000 : 1_000;
    private const int Needs = 20;

    // Twice, because what a listener leaves behind would keep the second round out: all addresses have as many as they may.
    [Fact]
    public async Task thousands_of_idle_listeners_cost_little_memory_and_no_sessions_and_one_is_told_of_a_change()
    {
        await service.Clock.Set(TimeProvider.System.GetUtcNow());
        var owner = await service.NewPerson();
        var needs = new List<JsonNode>();
        for (int i = 0; i < Needs; i++)
            needs.Add(await owner.Posted());
        using var server = new ServerProcess(service.Settings, ("MUTUALAID_ROUNDS", "off"));
        var address = await server.Address.WaitAsync(TimeSpan.FromMinutes(1));
        using var calm = new HttpClient { BaseAddress = address };
        // Whoever comes first pays for what is loaded once.
        using (await Listen(address, needs[0].Id(), 0))
            Assert.Equal(HttpStatusCode.OK, (await calm.GetAsync("/api/categories")).StatusCode);
        await NobodyIsLeft(calm);
        long before = server.Memory;

        var listeners = new Wire[Listeners];
        for (int round = 0; round < 2; round++)
        {
            await Parallel.ForAsync(
                0,
                Listeners,
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (i, _) => listeners[i] = await Listen(address, needs[i % Needs].Id(), i)
            );
            Assert.Equal(HttpStatusCode.OK, (await calm.GetAsync("/api/categories")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await calm.GetAsync("/health/ready")).StatusCode);
            int sessions = await service.Look<int>(
                "select count(*)::int from pg_stat_activity where datname = current_database()"
            );
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{Listeners} listeners: {(server.Memory - before) / 1024.0 / Listeners:N1} KiB each, {sessions} sessions of the database"
            );
            // Of two servers, each with two pools of twenty, and of the test.
            Assert.InRange(sessions, 1, 90);

            // One address has as many as it may; another one is let in.
            using (var eleventh = await Begin(address, needs[0].Id(), 0))
            {
                string refused = await eleventh.ReadTo("\r\n\r\n");
                Assert.StartsWith("HTTP/1.1 429", refused, StringComparison.Ordinal);
                Assert.Contains("Retry-After: 30", refused, StringComparison.Ordinal);
            }
            await (await EditTests.Patch(owner, needs[round], $$"""{"people":{{7 + round}}}""")).Read();
            Assert.Contains(
                $"\"people\":{7 + round}",
                await listeners[Needs + round].ReadTo($"\"people\":{7 + round}")
            );

            foreach (var listener in listeners)
                listener.Dispose();
            await NobodyIsLeft(calm);
        }
    }

    // Seen to fail: with the whole address counted, one who is given a network has as many as they like.
    [Fact]
    public async Task listeners_of_one_ipv6_network_are_counted_together()
    {
        await using var trusting = new TrustingFixture(cluster);
        await trusting.InitializeAsync();
        var needed = await (await trusting.NewPerson()).Posted();
        string path = $"/api/requests/{needed.Id()}";
        var open = new List<EventStream>();
        for (int i = 0; i < Subscriptions.MostOfACaller; i++)
            open.Add(await EventStream.Open(trusting.From($"2001:db8:5:6::{i:x}"), path));
        var refused = await trusting.From("2001:db8:5:6:ffff::1").GetAsync(path + "/events");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        using (await EventStream.Open(trusting.From("2001:db8:5:7::1"), path))
            open.ForEach(stream => stream.Dispose());
    }

    private static async Task<Wire> Listen(Uri server, Guid need, int number)
    {
        var wire = await Begin(server, need, number);
        Assert.Contains("event: request", await wire.ReadTo("event: request"));
        return wire;
    }

    // Who has gone is counted until the server has seen it, and would be one too many of their address.
    private static Task NobodyIsLeft(HttpClient calm) =>
        Patience.Until(
            async () =>
                (await calm.GetStringAsync("/metrics")).Contains(
                    "\nmutualaid_listeners 0\n",
                    StringComparison.Ordinal
                ),
            "nobody listens"
        );

    // Ten of each address, as many as it may.
    private static async Task<Wire> Begin(Uri server, Guid need, int number)
    {
        int caller = number / Subscriptions.MostOfACaller;
        var wire = await Wire.Open(
            server,
            new IPAddress([127, 1, (byte)(caller / 250), (byte)(1 + caller % 250)])
        );
        await wire.Send($"GET /api/requests/{need}/events HTTP/1.1\r\nHost: x\r\n\r\n");
        return wire;
    }

    public sealed class TrustingFixture(Cluster cluster) : Accounts.LimitsFixture(cluster);
}
