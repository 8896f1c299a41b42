using System.Diagnostics.Metrics;
using MutualAid.Server.Web;

namespace MutualAid.Server.Changes;

/// <summary>Who listens to which request on this server, and how many may.</summary>
public sealed class Subscriptions
{
    public const int MostOfACaller = 10;
    public const int MostOfAServer = 20_000;

    private static readonly UpDownCounter<long> Listeners = new Meter("MutualAid").CreateUpDownCounter<long>(
        "mutualaid.listeners"
    );

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, HashSet<Subscription>> byRequest = [];
    private readonly Dictionary<string, int> byCaller = [];
    private TaskCompletionSource any = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count { get; private set; }

    /// <param name="caller">Whose connections are counted together: an account, or an address.</param>
    /// <exception cref="Refusal">429.</exception>
    internal Subscription Add(Guid requestId, string caller)
    {
        var subscription = new Subscription(this, requestId, caller);
        lock (gate)
        {
            int held = byCaller.GetValueOrDefault(caller);
            if (held >= MostOfACaller || Count >= MostOfAServer)
                throw Refusal.TooMany(TimeSpan.FromSeconds(30));
            byCaller[caller] = held + 1;
            if (!byRequest.TryGetValue(requestId, out var listeners))
                byRequest[requestId] = listeners = [];
            listeners.Add(subscription);
            Count++;
            Listeners.Add(1);
            any.TrySetResult();
        }
        return subscription;
    }

    internal void Remove(Subscription subscription)
    {
        lock (gate)
        {
            if (
                !byRequest.TryGetValue(subscription.RequestId, out var listeners)
                || !listeners.Remove(subscription)
            )
                return;
            if (listeners.Count == 0)
                byRequest.Remove(subscription.RequestId);
            if (--byCaller[subscription.Caller] == 0)
                byCaller.Remove(subscription.Caller);
            Listeners.Add(-1);
            if (--Count == 0)
                any = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal void Wake(IEnumerable<Guid> requests)
    {
        lock (gate)
            foreach (var id in requests)
                if (byRequest.TryGetValue(id, out var listeners))
                    foreach (var listener in listeners)
                        listener.Wake();
    }

    /// <summary>Returns as soon as somebody listens.</summary>
    internal Task Any(CancellationToken stop)
    {
        lock (gate)
            return any.Task.WaitAsync(stop);
    }
}

/// <summary>One listener. It is told that something changed, not what: it reads the state for itself, so nothing queues up behind a slow one.</summary>
public sealed class Subscription : IDisposable
{
    private readonly Subscriptions owner;
    private readonly SemaphoreSlim changed = new(0, 1);

    internal Subscription(Subscriptions owner, Guid requestId, string caller)
    {
        this.owner = owner;
        RequestId = requestId;
        Caller = caller;
    }

    internal Guid RequestId { get; }
    internal string Caller { get; }

    /// <summary>Whether the request changed within this time; any number of changes are one.</summary>
    public Task<bool> Changed(TimeSpan atMost, CancellationToken stop) => changed.WaitAsync(atMost, stop);

    // Called under the gate only, so nobody else can raise the count between the look and the release.
    internal void Wake()
    {
        if (changed.CurrentCount == 0)
            changed.Release();
    }

    public void Dispose() => owner.Remove(this);
}
