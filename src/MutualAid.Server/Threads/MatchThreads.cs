using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Threads;

/// <summary>
/// Messages between the two sides of a match, from acceptance until a day after its end: for the API and the pages alike. A
/// team reads them only when they were reported, and each such look is written down for both sides.
/// </summary>
internal sealed class MatchThreads(ServiceDatabase database, PrivateViews views, TimeProvider time)
{
    internal const int MostCharacters = 1000;

    /// <summary>The thread and some of its messages, for whoever may read it.</summary>
    /// <exception cref="Refusal">404: none of theirs; 429: a team that has opened too many people's.</exception>
    internal async Task<(ThreadRow Thread, IReadOnlyList<MessageRow> Messages)> Read(
        Guid match,
        Caller caller,
        Func<NpgsqlConnection, Task<IReadOnlyList<MessageRow>>> messages,
        CancellationToken stop
    )
    {
        // One transaction: what is not written down is not shown.
        var (thread, read, refusal) = await database.Transaction(
            async connection =>
            {
                var thread = await ThreadStore.Get(connection, match, caller, time.GetUtcNow(), stop);
                var refusal = thread.Side is null ? await Log(connection, caller, thread, stop) : null;
                return (thread, refusal is null ? await messages(connection) : [], refusal);
            },
            stop
        );
        return refusal is null ? (thread, read) : throw refusal;
    }

    /// <summary>Writes one message under the request's key.</summary>
    internal async Task<MessageAnswer> Write(
        Guid match,
        Caller caller,
        MessageBody body,
        Idempotency idempotency,
        HttpContext context,
        CancellationToken stop
    )
    {
        string text = Clean(body.Text);
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"matches/{match}/messages",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                var id = Guid.CreateVersion7(now);
                var written = await ThreadStore.Write(
                    connection,
                    match,
                    caller.AccountId,
                    id,
                    text,
                    now,
                    stop
                );
                return written.Outcome switch
                {
                    "done" => new Made("message", id, 201),
                    "absent" => throw Refusal.NotFound(),
                    "closed" => throw new Refusal(409, "threadClosed")
                    {
                        Members = new Dictionary<string, object?> { ["state"] = written.Status },
                    },
                    "tooMany" => throw new Refusal(429, "messages") { RetryAfter = written.AgainAt - now },
                    _ => throw new InvalidOperationException($"a message came to '{written.Outcome}'"),
                };
            },
            stop
        );
        await using var reading = await database.Open(stop);
        // Kept for as long as the match's private data; a replay after that finds nothing to answer with.
        var row = await ThreadStore.One(reading, made.Id!.Value, caller.AccountId, stop);
        return row?.Answer() ?? throw Refusal.NotFound();
    }

    /// <summary>Marks what the other side wrote as read; returns how many are not.</summary>
    internal async Task<int> MarkRead(Guid match, Caller caller, Guid upTo, CancellationToken stop) =>
        await database.Transaction(
            async connection =>
            {
                var now = time.GetUtcNow();
                if ((await ThreadStore.Get(connection, match, caller, now, stop)).Side is null)
                    throw Refusal.NotFound();
                if (!await ThreadStore.Has(connection, match, upTo, stop))
                    throw Refusal.Field("upTo", "absent");
                return await ThreadStore.Read(connection, match, caller.AccountId, upTo, now, stop);
            },
            stop
        );

    /// <exception cref="Refusal">400 on <c>text</c>.</exception>
    internal static string Clean(string? text)
    {
        var errors = new FieldErrors();
        string? clean = CleanText.Lines(errors, "text", text, MostCharacters);
        if (!errors.Any)
            errors.Check(clean is not null, "text", "required");
        errors.ThrowIfAny();
        return clean!;
    }

    // Both wrote, so both are seen.
    private async Task<Refusal?> Log(
        NpgsqlConnection connection,
        Caller caller,
        ThreadRow thread,
        CancellationToken stop
    )
    {
        foreach (var seen in new[] { thread.OwnerAccountId, thread.GiverAccountId })
            if (
                await views.Write(
                    connection,
                    caller,
                    new PrivateView(
                        thread.TeamRole!,
                        thread.TeamAreaId,
                        seen,
                        thread.HouseholdId,
                        thread.RequestId,
                        thread.Id,
                        "messages"
                    ),
                    stop
                ) is
                { } refusal
            )
                return refusal;
        return null;
    }
}
