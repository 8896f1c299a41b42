using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Messages;

/// <summary>
/// Messages to people. They are written in the transaction that gives rise to them and handed to the sender after it, so
/// that nothing is sent for what did not happen and nothing that happened stays untold.
/// </summary>
public sealed class Outbox(Settings settings)
{
    /// <summary>The kind of sign-in codes: sent before all others, given up when the code is worth nothing any more.</summary>
    public const string Code = "code";

    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim woken = new(0, 1);

    /// <summary>Body and recipient at rest.</summary>
    public Sealed Seal { get; } = new(settings, "outbox");

    /// <summary>Puts one message into the outbox, inside the caller's transaction.</summary>
    /// <param name="to">E.164.</param>
    /// <param name="text">From the catalogue, in the recipient's language.</param>
    /// <param name="accountId">With whose erasure the message goes; null: nobody's.</param>
    public async Task Add(
        NpgsqlConnection connection,
        string kind,
        string to,
        string text,
        Guid? accountId,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var id = Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into outbox (id, kind, recipient, body, account_id, created_at, send_after, give_up_at)
            values (@id, @kind, @recipient, @body, @accountId, @now, @now, @giveUpAt)
            """,
            new
            {
                id,
                kind,
                recipient = Seal.Close(to, $"{id}/recipient"),
                body = Seal.Close(text, $"{id}/body"),
                accountId,
                now,
                giveUpAt = now + (kind == Code ? CodeLife : Life),
            },
            stop
        );
    }

    /// <summary>The language of whoever has this number: as their account says, Vietnamese when there is none.</summary>
    public static async Task<string> Locale(NpgsqlConnection connection, string to, CancellationToken stop) =>
        await connection.Value<string>(
            "select a.locale from account_private p join account a on a.id = p.account_id where p.phone = @to",
            new { to },
            stop
        ) ?? "vi";

    /// <summary>Says that a message was committed: the loop looks at once instead of at its next turn.</summary>
    public void Wake()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Waits to be woken, at most so long.</summary>
    public Task Waiting(TimeSpan longest, CancellationToken stop) => woken.WaitAsync(longest, stop);
}
