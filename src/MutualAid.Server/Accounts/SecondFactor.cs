using System.Security.Cryptography;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>What stands between the first and the second factor. <paramref name="Enrol"/>: the first right code makes this the account's secret.</summary>
public sealed record Challenge(string Token, Enrolment? Enrol);

/// <summary>The secret for an authenticator, in Base32 and as <c>otpauth://</c> address.</summary>
public sealed record Enrolment(string Secret, string Uri);

/// <summary>The second factor of everybody with a role: an authenticator's codes. Secrets are sealed at rest.</summary>
public sealed class SecondFactor(Settings settings, RecoveryCodes recovery)
{
    private const int Tries = 5;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private readonly Sealed seal = new(settings, "second factor");

    /// <summary>Whether the account has a live role, and so owes a second factor.</summary>
    public static Task<bool> Due(
        NpgsqlConnection connection,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            """
            select exists (select from role_grant
              where account_id = @accountId and revoked_at is null and (ends_at is null or ends_at > @now))
            """,
            new { accountId, now },
            stop
        );

    /// <summary>Opens the second step, inside the transaction in which the first was done.</summary>
    public async Task<Challenge> Begin(
        NpgsqlConnection connection,
        Guid accountId,
        string phone,
        string kind,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        string token = Sessions.NewToken();
        byte[] hash = Sessions.Hash(token);
        bool enrolled = await connection.Value<bool>(
            "select totp_enrolled_at is not null from account_private where account_id = @accountId",
            new { accountId },
            stop
        );
        byte[]? secret = enrolled ? null : Totp.NewSecret();
        await connection.Execute(
            """
            insert into sign_in_challenge (token_hash, account_id, kind, enrol_secret, expires_at)
            values (@hash, @accountId, @kind, @enrol, @expires)
            """,
            new
            {
                hash,
                accountId,
                kind,
                enrol = secret is null ? null : seal.Close(secret, Place(hash)),
                expires = now + Life,
            },
            stop
        );
        return new Challenge(
            token,
            secret is null ? null : new Enrolment(Totp.Text(secret), Totp.Uri(secret, phone))
        );
    }

    /// <summary>Judges a code; a wrong one costs a try, so the caller commits before it throws the refusal.</summary>
    public async Task<Passed> Finish(
        NpgsqlConnection connection,
        string token,
        string code,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        byte[] hash = Sessions.Hash(token);
        var row = await connection.Row<ChallengeRow>(
            """
            update sign_in_challenge set tries = tries + 1
            where token_hash = @hash and used_at is null and expires_at > @now and tries < @Tries
            returning account_id, kind, enrol_secret, tries
            """,
            new
            {
                hash,
                now,
                Tries,
            },
            stop
        );
        if (row is null)
            return Passed.Not(Codes.Refused("challenge", "challengeSpent"));
        var known = await connection.Row<Secret>(
            "select totp_secret, totp_enrolled_at is not null as enrolled, totp_last_step from account_private where account_id = @AccountId for update",
            new { row.AccountId },
            stop
        );
        // Erased meanwhile, or enrolled through another challenge: this one's secret is nobody's.
        if (known is null || (row.EnrolSecret is not null && known.Enrolled))
            return Passed.Not(Codes.Refused("challenge", "challengeSpent"));

        byte[] secret = row.EnrolSecret is { } enrol
            ? seal.Open(enrol, Place(hash))
            : seal.Open(known.TotpSecret!, Place(row.AccountId));
        if (SecondCode.Recovers(code))
        {
            if (
                row.EnrolSecret is not null
                || !await recovery.Use(connection, row.AccountId, code, now, stop)
            )
                return Passed.Not(Wrong(row.Tries));
            await connection.Execute(
                "update sign_in_challenge set used_at = @now where token_hash = @hash",
                new { now, hash },
                stop
            );
            return new Passed(row.AccountId, row.Kind, null);
        }
        if (Totp.Match(secret, code, now) is not { } step)
            return Passed.Not(Wrong(row.Tries));
        if (row.EnrolSecret is null && step <= known.TotpLastStep)
            return Passed.Not(Codes.Refused("code", "codeSeen"));
        if (row.EnrolSecret is not null)
            await Keep(connection, row.AccountId, secret, now, stop);
        await connection.Execute(
            """
            update account_private set totp_last_step = @step where account_id = @AccountId;
            update sign_in_challenge set used_at = @now, enrol_secret = null where token_hash = @hash;
            """,
            new
            {
                row.AccountId,
                step,
                now,
                hash,
            },
            stop
        );
        return new Passed(row.AccountId, row.Kind, null) { Enrolled = row.EnrolSecret is not null };
    }

    /// <summary>
    /// Asks a session for its second factor once more. A wrong code costs one of the session's five tries, so the caller commits
    /// before it throws the refusal.
    /// </summary>
    /// <returns>Why it is refused; null: it was right.</returns>
    public async Task<Refusal?> Again(
        NpgsqlConnection connection,
        Caller caller,
        string code,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        int? tries = await connection.Value<int?>(
            """
            update session set second_tries = second_tries + 1
            where id = @SessionId and second_factor and second_tries < @Tries returning second_tries
            """,
            new { caller.SessionId, Tries },
            stop
        );
        if (tries is null)
            return Codes.Refused("code", "codeTries");
        var known = await connection.Row<Secret>(
            "select totp_secret, totp_enrolled_at is not null as enrolled, totp_last_step from account_private where account_id = @AccountId for update",
            new { caller.AccountId },
            stop
        );
        if (known is not { TotpSecret: { } closed, Enrolled: true })
            return Wrong(tries.Value);
        if (SecondCode.Recovers(code))
        {
            if (!await recovery.Use(connection, caller.AccountId, code, now, stop))
                return Wrong(tries.Value);
        }
        else if (Totp.Match(seal.Open(closed, Place(caller.AccountId)), code, now) is not { } step)
            return Wrong(tries.Value);
        else if (step <= known.TotpLastStep)
            return Codes.Refused("code", "codeSeen");
        else
            await connection.Execute(
                "update account_private set totp_last_step = @step where account_id = @AccountId",
                new { caller.AccountId, step },
                stop
            );
        await connection.Execute(
            "update session set second_tries = 0 where id = @SessionId",
            new { caller.SessionId },
            stop
        );
        return null;
    }

    /// <summary>Forgets the authenticator and its recovery codes and ends every session: the next sign-in enrols another one.</summary>
    public static Task Reset(
        NpgsqlConnection connection,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            update account_private set totp_secret = null, totp_enrolled_at = null, totp_last_step = null where account_id = @accountId;
            delete from recovery_code where account_id = @accountId;
            delete from sign_in_challenge where account_id = @accountId;
            update session set revoked_at = @now where account_id = @accountId and revoked_at is null;
            """,
            new { accountId, now },
            stop
        );

    private static Refusal Wrong(int tries) =>
        tries < Tries
            ? Codes.Refused("code", "codeWrong", Tries - tries)
            : Codes.Refused("code", "codeTries");

    /// <summary>The account's secret from now on.</summary>
    public Task Keep(
        NpgsqlConnection connection,
        Guid accountId,
        byte[] secret,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            "update account_private set totp_secret = @sealed, totp_enrolled_at = @now, totp_last_step = null where account_id = @accountId",
            new
            {
                accountId,
                @sealed = seal.Close(secret, Place(accountId)),
                now,
            },
            stop
        );

    /// <summary>The account's secret, for the private demo's command; null when none is enrolled.</summary>
    public async Task<byte[]?> Known(NpgsqlConnection connection, Guid accountId, CancellationToken stop) =>
        await connection.Value<byte[]>(
            "select totp_secret from account_private where account_id = @accountId and totp_enrolled_at is not null",
            new { accountId },
            stop
        )
            is { } closed
            ? seal.Open(closed, Place(accountId))
            : null;

    private static string Place(Guid accountId) => $"account/{accountId}";

    private static string Place(byte[] challengeHash) =>
        $"challenge/{Convert.ToHexStringLower(challengeHash)}";

    private sealed class ChallengeRow
    {
        public Guid AccountId { get; init; }
        public string Kind { get; init; } = "";
        public byte[]? EnrolSecret { get; init; }
        public int Tries { get; init; }
    }

    private sealed class Secret
    {
        public byte[]? TotpSecret { get; init; }
        public bool Enrolled { get; init; }
        public long? TotpLastStep { get; init; }
    }
}

/// <summary>Who has passed the second factor, for which kind of session; or why not.</summary>
public sealed record Passed(Guid AccountId, string Kind, Refusal? Refused)
{
    /// <summary>Whether this was the code that enrolled the authenticator.</summary>
    public bool Enrolled { get; init; }

    public static Passed Not(Refusal why) => new(Guid.Empty, "", why);
}
