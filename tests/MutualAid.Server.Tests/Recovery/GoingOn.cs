using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>People who post and people who read, without a pause, and what they were answered.</summary>
internal sealed class GoingOn(ServiceFixture service)
{
    private readonly CancellationTokenSource over = new();
    private readonly List<Task> tasks = [];
    private long firstRead;
    private long firstPost;

    /// <summary>Every post that was tried: by whom, under which key, and the household that it made if an answer said so.</summary>
    public ConcurrentBag<(Person Person, string Key, string? Household)> Posts { get; } = [];

    public ConcurrentBag<HttpStatusCode> Refusals { get; } = [];

    public async Task Begin(int posters)
    {
        for (int i = 0; i < posters; i++)
        {
            var person = await service.NewPerson();
            tasks.Add(Repeat(() => PostOnce(person)));
        }
        tasks.Add(Repeat(ReadOnce));
    }

    /// <summary>From now on the first good answers are looked for.</summary>
    public void Watch() => (firstRead, firstPost) = (0, 0);

    /// <summary>How long after this moment the first good answers came.</summary>
    public async Task<(TimeSpan Read, TimeSpan Post)> After(long moment)
    {
        while (Volatile.Read(ref firstRead) == 0 || Volatile.Read(ref firstPost) == 0)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(moment) < TimeSpan.FromSeconds(60),
                $"it does not come back: {string.Join(' ', Refusals.TakeLast(3))}"
            );
            await Task.Delay(20);
        }
        return (
            Stopwatch.GetElapsedTime(moment, Math.Max(moment, firstRead)),
            Stopwatch.GetElapsedTime(moment, Math.Max(moment, firstPost))
        );
    }

    public async Task End()
    {
        await over.CancelAsync();
        await Task.WhenAll(tasks);
        over.Dispose();
    }

    /// <summary>The post under this key, once or once more; null when it was not taken.</summary>
    public static async Task<(HttpStatusCode Status, string? Household)> Post(Person person, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/requests")
        {
            Content = JsonContent.Create(Posting.Body()),
        };
        message.Headers.Add("Idempotency-Key", key);
        using var answer = await person.Http.SendAsync(message);
        return answer.StatusCode == HttpStatusCode.Created
            ? (answer.StatusCode, (await answer.Read(HttpStatusCode.Created)).Text("householdId"))
            : (answer.StatusCode, null);
    }

    // As a phone does that keeps a draft: the same post under the same key until it is taken.
    private async Task PostOnce(Person person)
    {
        string key = Guid.NewGuid().ToString();
        string? household = null;
        while (household is null && !over.IsCancellationRequested)
        {
            (var status, household) = await Post(person, key);
            if (household is not null)
                Interlocked.CompareExchange(ref firstPost, Stopwatch.GetTimestamp(), 0);
            else
            {
                Refusals.Add(status);
                await Task.Delay(100);
            }
        }
        Posts.Add((person, key, household));
    }

    private async Task ReadOnce()
    {
        using var answer = await service.Anonymous.GetAsync(
            FormattableString.Invariant(
                $"/api/requests/nearby?lon={Posting.Lon}&lat={Posting.Lat}&within=2000"
            )
        );
        if (answer.IsSuccessStatusCode)
            Interlocked.CompareExchange(ref firstRead, Stopwatch.GetTimestamp(), 0);
        else
            Refusals.Add(answer.StatusCode);
    }

    private Task Repeat(Func<Task> act) =>
        Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await act();
                await Task.Delay(50);
            }
        });
}
