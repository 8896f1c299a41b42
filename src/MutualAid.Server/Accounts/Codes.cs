using System.Security.Cryptography;
using System.Text;
using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>What a code is for; a code of one purpose is none of another.</summary>
public enum CodePurpose
{
    SignIn,
    ChangePhone,
    OldPhone,
}

/// <summary>What became of asking for a code.</summary>
/// <param name="Attempt">That the code belongs to, or would.</param>
/// <param name="Sent">For the service itself; it must not be told to who asked.</param>
/// <param name="Refused">What is said instead of "sent", whether or not it was.</param>
public sealed record CodeAsked(Guid Attempt, bool Sent, Refusal? Refused);

/// <summary>
/// One-time codes by message: six digits, good once, for ten minutes and five tries. The database keeps a keyed hash that is
/// bound to the attempt, its number and its purpose.
/// </summary>
public sealed class Codes(Settings settings, CodeLimits limits, CodeBudget budget, Outbox outbox)
{
    private const int Tries = 5;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly byte[] codeKey = settings.Key("codes");
    private readonly byte[] addressKey = settings.Key("code addresses");
    private readonly byte[] placeKey = settings.Key("code places");

    /// <summary>
    /// Sends a code, inside the caller's transaction. Where the budget refuses, an attempt is made all the same, so that the
    /// limits count every ask and nobody learns from them whether a code was sent.
    /// </summary>
    /// <param name="known">The number belongs to an account: it is sent its code as long as any are left.</param>
    /// <param name="address">The client's address, as <see cref="ClientAddress"/> tells it.</param>
    /// <exception cref="Refusal">429 past the limits of number or address, or when nothing is left for anybody.</exception>
    public async Task<CodeAsked> Send(
        NpgsqlConnection connection,
        CodePurpose purpose,
        string phone,
        bool known,
        Guid? accountId,
        string address,
        string locale,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        byte[] addressHash = AddressHash(address);
        await limits.Check(connection, phone, addressHash, now, stop);
        var place = CodePlace.Of(placeKey, address, phone);
        var verdict = await budget.Judge(connection, place, known, now, stop);
        if (verdict is { Spent: true, Refused: { } wait })
            throw Refusal.TooMany(wait);
        string code = SixDigits.New();
        var attempt = await Write(connection, purpose, phone, accountId, addressHash, code, now, stop);
        bool sent = verdict.Share != CodeShare.None;
        if (sent)
        {
            await outbox.Add(
                connection,
                Outbox.Code,
                phone,
                Texts.Of(locale, $"message.code.{Word(purpose)}", code),
                accountId,
                now,
                stop
            );
            await CodeBudget.Spend(connection, attempt, verdict.Share, place, now, stop);
        }
        return new CodeAsked(attempt, sent, verdict.Refused is { } later ? Scarce(attempt, later) : null);
    }

    /// <summary>Takes the locks of several codes in the order that <see cref="CodeLimits.Hold"/> names.</summary>
    public Task Hold(
        NpgsqlConnection connection,
        IEnumerable<string> phones,
        string address,
        CancellationToken stop
    ) => CodeLimits.Hold(connection, phones, AddressHash(address), stop);

    /// <summary>Writes an attempt whose code the caller knows, without a message and without limits.</summary>
    public async Task<Guid> Write(
        NpgsqlConnection connection,
        CodePurpose purpose,
        string phone,
        Guid? accountId,
        byte[] addressHash,
        string code,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var id = Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into sign_in_attempt (id, phone, address_hash, purpose, account_id, code_hash, created_at, expires_at)
            values (@id, @phone, @addressHash, @purpose, @accountId, @hash, @now, @expires)
            """,
            new
            {
                id,
                phone,
                addressHash,
                purpose = Word(purpose),
                accountId,
                hash = Hash(id, purpose, phone, code),
                now,
                expires = now + Life,
            },
            stop
        );
        return id;
    }

    /// <summary>
    /// Judges a code. Each look costs a try, so the caller commits before it throws what is returned here; null: it is right.
    /// The attempt stays locked to the end of the transaction: of two with the right code the second finds it used.
    /// </summary>
    /// <param name="field">Which field of the body the code stood in.</param>
    public async Task<Refusal?> Judge(
        NpgsqlConnection connection,
        CodePurpose purpose,
        Guid attempt,
        string phone,
        string code,
        string field,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var row = await connection.Row<Row>(
            """
            update sign_in_attempt set tries = tries + 1
            where id = @attempt and phone = @phone and purpose = @purpose and used_at is null and expires_at > @now and tries < @Tries
            returning code_hash, tries
            """,
            new
            {
                attempt,
                phone,
                purpose = Word(purpose),
                now,
                Tries,
            },
            stop
        );
        if (row is null)
            return Refused(field, await WhyNot(connection, purpose, attempt, phone, stop));
        if (CryptographicOperations.FixedTimeEquals(row.CodeHash, Hash(attempt, purpose, phone, code)))
            return null;
        return row.Tries < Tries
            ? Refused(field, "codeWrong", Tries - row.Tries)
            : Refused(field, "codeTries");
    }

    /// <summary>Marks attempts as used, in the transaction that judged them.</summary>
    public static async Task Spend(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken stop,
        params Guid[] attempts
    )
    {
        await connection.Execute(
            "update sign_in_attempt set used_at = @now where id = any (@attempts)",
            new { attempts, now },
            stop
        );
        await CodeBudget.Used(connection, attempts, stop);
    }

    /// <summary>The attempt that was made last for this account and number.</summary>
    public Task<Guid?> Latest(
        NpgsqlConnection connection,
        CodePurpose purpose,
        string phone,
        Guid accountId,
        CancellationToken stop
    ) =>
        connection.Value<Guid?>(
            """
            select id from sign_in_attempt where phone = @phone and purpose = @purpose and account_id = @accountId
            order by created_at desc, id desc limit 1
            """,
            new
            {
                phone,
                purpose = Word(purpose),
                accountId,
            },
            stop
        );

    /// <summary>The keyed hash that an attempt keeps of its code.</summary>
    internal byte[] Hash(Guid attempt, CodePurpose purpose, string phone, string code) =>
        HMACSHA256.HashData(codeKey, Encoding.ASCII.GetBytes($"{attempt}/{Word(purpose)}/{phone}/{code}"));

    internal static Refusal Refused(string field, string why, int? triesLeft = null) =>
        new(422, why)
        {
            Errors = [new FieldError(field, why, triesLeft)],
            Members = triesLeft is null
                ? new Dictionary<string, object?>()
                : new Dictionary<string, object?> { ["triesLeft"] = triesLeft },
        };

    // An attempt that is not there is one past its time: old ones are removed. Its id is known to nobody else.
    private static async Task<string> WhyNot(
        NpgsqlConnection connection,
        CodePurpose purpose,
        Guid attempt,
        string phone,
        CancellationToken stop
    ) =>
        await connection.Value<string>(
            """
            select case when used_at is not null then 'codeUsed' when tries >= @Tries then 'codeTries' end from sign_in_attempt
            where id = @attempt and phone = @phone and purpose = @purpose
            """,
            new
            {
                attempt,
                phone,
                purpose = Word(purpose),
                Tries,
            },
            stop
        ) ?? "codeExpired";

    private static string Word(CodePurpose purpose) =>
        purpose switch
        {
            CodePurpose.SignIn => "signIn",
            CodePurpose.ChangePhone => "changePhone",
            _ => "oldPhone",
        };

    private byte[] AddressHash(string address) =>
        HMACSHA256.HashData(addressKey, Encoding.UTF8.GetBytes(address));

    // The attempt is named: whoever has an account has been sent its code, and must be able to use it.
    private static Refusal Scarce(Guid attempt, TimeSpan wait) =>
        new(429, "codesScarce", (int)Math.Ceiling(wait.TotalSeconds))
        {
            RetryAfter = wait,
            Members = new Dictionary<string, object?> { ["attempt"] = attempt },
        };

    private sealed class Row
    {
        public byte[] CodeHash { get; init; } = [];
        public int Tries { get; init; }
    }
}
