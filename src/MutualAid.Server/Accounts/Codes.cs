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

/// <summary>
/// One-time codes by message: six digits, good once, for ten minutes and five tries. The database keeps a keyed hash that is
/// bound to the attempt, its number and its purpose.
/// </summary>
public sealed class Codes(Settings settings, CodeLimits limits, Outbox outbox)
{
    private const int Tries = 5;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly byte[] codeKey = settings.Key("codes");
    private readonly byte[] addressKey = settings.Key("code addresses");

    /// <summary>Sends a code, inside the caller's transaction; returns the attempt it belongs to.</summary>
    /// <param name="address">The client's address, as <see cref="ClientAddress"/> tells it.</param>
    /// <exception cref="Refusal">429 past the limits.</exception>
    public async Task<Guid> Send(
        NpgsqlConnection connection,
        CodePurpose purpose,
        string phone,
        Guid? accountId,
        string address,
        string locale,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        byte[] addressHash = HMACSHA256.HashData(addressKey, Encoding.UTF8.GetBytes(address));
        await limits.Check(connection, phone, addressHash, now, stop);
        string code = SixDigits.New();
        var attempt = await Write(connection, purpose, phone, accountId, addressHash, code, now, stop);
        await outbox.Add(
            connection,
            Outbox.Code,
            phone,
            Texts.Of(locale, $"message.code.{Word(purpose)}", code),
            accountId,
            now,
            stop
        );
        return attempt;
    }

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
    public static Task Spend(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken stop,
        params Guid[] attempts
    ) =>
        connection.Execute(
            "update sign_in_attempt set used_at = @now where id = any (@attempts)",
            new { attempts, now },
            stop
        );

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

    private sealed class Row
    {
        public byte[] CodeHash { get; init; } = [];
        public int Tries { get; init; }
    }
}
