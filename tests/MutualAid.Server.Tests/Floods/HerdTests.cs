using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Tests.Recovery;
using MutualAid.Server.Tests.Requests;
using Npgsql;

namespace MutualAid.Server.Tests.Floods;

/// <summary>
/// The database is away while hundreds have something to post, and comes back under all of them: each sends the same post
/// under the same key until it is taken, as a phone does that keeps a draft.
/// </summary>
public sealed class HerdTests(OwnCluster own) : IClassFixture<OwnCluster>
{
    private static readonly int Clients = Seeds.Long ? 500 : 200;

    // How soon a reader is served after an outage is asserted by DatabaseRestartTests, without a herd; here it is measured.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Seen to fail: with the same Retry-After for all of them.
    [Fact]
    public async Task hundreds_who_post_through_an_outage_are_all_taken_once_and_readers_are_served_at_once()
    {
        await using var service = new ServiceFixture(own.Databases);
        await service.InitializeAsync();
        var people = new List<Person>();
        for (int i = 0; i < Clients; i++)
            people.Add(await service.NewPerson());
        var refusals = new ConcurrentBag<(HttpStatusCode Status, TimeSpan? RetryAfter)>();
        var posting = people.Select((person, i) => Task.Run(() => Insist(person, i, refusals))).ToArray();
        await Patience.Until(
            async () => await service.Look<int>("select count(*)::int from household") >= Clients / 10,
            "a tenth of the posts are taken"
        );
        await own.Postgres.StopAtOnce();
        int refusedBefore = refusals.Count;
        await Patience.Until(
            () => Task.FromResult(refusals.Count >= refusedBefore + 2 * Clients),
            "all have been refused twice"
        );
        await own.Postgres.StartAgain();
        long up = Stopwatch.GetTimestamp();

        while (!await Reads(service))
        {
            Assert.True(Stopwatch.GetElapsedTime(up) < Longest, "nobody can read");
            await Task.Delay(20);
        }
        var read = Stopwatch.GetElapsedTime(up);
        // From then on, with the herd still at the door, everybody who reads is served.
        var all = Task.WhenAll(posting);
        int reads = 0;
        while (!all.IsCompleted)
        {
            Assert.True(await Reads(service), "a reader was turned away");
            reads++;
            await Task.Delay(20);
        }
        var households = await all;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Clients} clients, {refusals.Count} refusals; after the database was up: first read {read.TotalMilliseconds:N0} ms, "
                + $"first post {Stopwatch.GetElapsedTime(up, Math.Max(up, households.Where(one => one.At > up).Select(one => one.At).DefaultIfEmpty(up).Min())).TotalMilliseconds:N0} ms, "
                + $"the last {Stopwatch.GetElapsedTime(up, Math.Max(up, households.Max(one => one.At))).TotalMilliseconds:N0} ms, {reads} reads meanwhile"
        );
        Assert.Contains(refusals, refusal => refusal.Status == HttpStatusCode.ServiceUnavailable);
        Assert.All(refusals, refusal => Assert.NotNull(refusal.RetryAfter));
        Assert.True(
            refusals.Select(refusal => refusal.RetryAfter).Distinct().Count() > 3,
            "all come back at once"
        );

        // Once each, and each is the one that was answered.
        NpgsqlConnection.ClearPool(new NpgsqlConnection(service.ConnectionString));
        Assert.Equal(Clients, households.Select(one => one.Household).Distinct().Count());
        Assert.Equal(Clients, await service.Look<int>("select count(*)::int from household"));
        Assert.Equal(Clients, await service.Look<int>("select count(*)::int from request"));
        await service.InvariantsHold();
    }

    private static async Task<(string Household, long At)> Insist(
        Person person,
        int number,
        ConcurrentBag<(HttpStatusCode, TimeSpan?)> refusals
    )
    {
        // Each with a time of their own between tries, so that the herd is at the door at every moment.
        var pause = TimeSpan.FromMilliseconds(200 + number % 10 * 20);
        while (true)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/api/requests")
            {
                Content = JsonContent.Create(Posting.Body()),
                Headers = { { "Idempotency-Key", "the same" } },
            };
            using var answer = await person.Http.SendAsync(message);
            if (answer.StatusCode == HttpStatusCode.Created)
                return (
                    (await answer.Read(HttpStatusCode.Created)).Text("householdId"),
                    Stopwatch.GetTimestamp()
                );
            refusals.Add((answer.StatusCode, answer.Headers.RetryAfter?.Delta));
            await Task.Delay(pause);
        }
    }

    private static async Task<bool> Reads(ServiceFixture service)
    {
        using var answer = await service.Anonymous.GetAsync(
            FormattableString.Invariant(
                $"/api/requests/nearby?lon={Posting.Lon}&lat={Posting.Lat}&within=2000"
            )
        );
        return answer.IsSuccessStatusCode;
    }
}
