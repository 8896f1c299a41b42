using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Changes;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>
/// A request as it changes, by server-sent events: the owner's view for the owner, the public's for everybody else. Each
/// event is the whole present state and its id is that state's hash, so a reader who comes back with <c>Last-Event-ID</c>
/// gets the state when it is another one, and nothing when it is not: no history to keep, no cursor to expire.
/// </summary>
public static class RequestEvents
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static async Task Get(
        Guid id,
        Caller? caller,
        ChangeReader changes,
        RequestReading reading,
        TimeProvider time,
        IHostApplicationLifetime service,
        HttpContext context
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            service.ApplicationStopping
        );
        var stop = ending.Token;
        string counted = caller?.AccountId.ToString() ?? ClientAddress.Of(context);
        using var subscription = await changes.Subscribe(id, counted, stop);
        var state = await Read(reading, caller, id, stop) ?? throw Refusal.NotFound();

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that buffers would hold every event back
        string held = context.Request.Headers["Last-Event-ID"].ToString();
        try
        {
            await Send(context, "retry: 3000\n\n", stop);
            while (true)
            {
                string tag = Representation.Tag(state, null).Trim('"');
                if (tag != held)
                    await Send(context, Event("request", tag, state), stop);
                held = tag;
                if (state.History?.EndedAt is not null)
                    break;
                // A public request is gone at its expiry, and no row changes then: the heartbeat looks at the clock.
                while (!await subscription.Changed(Heartbeat, stop) && time.GetUtcNow() < state.ExpiresAt)
                    await Send(context, ": \n\n", stop);
                if (await Read(reading, caller, id, stop) is not { } next)
                    break;
                state = next;
            }
            await Send(context, "event: ended\ndata: {}\n\n", stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the service stops: it comes back by itself, with its last id.
        }
        catch (NpgsqlException)
        {
            context.Abort();
        }
    }

    private static async Task<RequestAnswer?> Read(
        RequestReading reading,
        Caller? caller,
        Guid id,
        CancellationToken stop
    ) =>
        caller is not null && await reading.ForOwner(caller, id, stop) is { } own
            ? own.Answer
            // The change log is the primary's: a replica may not have yet what it told of, and would not be asked again.
            : await reading.ForPublicFresh(id, stop);

    // JSON has no line breaks outside its strings and escapes them inside: one data line.
    private static string Event(string name, string tag, RequestAnswer state) =>
        $"id: {tag}\nevent: {name}\ndata: {JsonSerializer.Serialize(state, Json.Options)}\n\n";

    // Whoever does not take an event within ten seconds is dropped, not waited for.
    private static async Task Send(HttpContext context, string text, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await context.Response.WriteAsync(text, patience.Token);
            await context.Response.Body.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            context.Abort();
            throw new OperationCanceledException("the reader is too slow", context.RequestAborted);
        }
    }
}
