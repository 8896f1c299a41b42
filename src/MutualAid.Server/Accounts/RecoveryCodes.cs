using System.Security.Cryptography;
using System.Text;
using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Ten codes that open the second factor without its authenticator, each once. Kept as keyed hashes, bound to the account.</summary>
public sealed class RecoveryCodes(Settings settings, Outbox outbox)
{
    public const int Count = 10;
    private readonly byte[] key = settings.Key("recovery codes");

    /// <summary>Ten new ones, as people write them; those before are worth nothing any more.</summary>
    public async Task<IReadOnlyList<string>> Make(
        NpgsqlConnection connection,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        string[] codes =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(_ => RandomNumberGenerator.GetString(SecondCode.Alphabet, SecondCode.RecoveryLength)),
        ];
        await connection.Execute(
            """
            delete from recovery_code where account_id = @accountId;
            insert into recovery_code (account_id, code_hash, made_at) select @accountId, h, @now from unnest(@hashes) h;
            """,
            new
            {
                accountId,
                now,
                hashes = codes.Select(code => Hash(accountId, code)).ToArray(),
            },
            stop
        );
        return [.. codes.Select(code => $"{code[..5]}-{code[5..]}")];
    }

    /// <summary>Uses one up and tells its owner; false when the account has no such code left.</summary>
    public async Task<bool> Use(
        NpgsqlConnection connection,
        Guid accountId,
        string code,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        int used = await connection.Execute(
            "update recovery_code set used_at = @now where account_id = @accountId and code_hash = @hash and used_at is null",
            new
            {
                accountId,
                now,
                hash = Hash(accountId, code),
            },
            stop
        );
        if (used == 0)
            return false;
        var owner = (
            await connection.Row<Told>(
                """
                select p.phone, a.locale, (select count(*)::int from recovery_code c where c.account_id = a.id and c.used_at is null) as left
                from account a join account_private p on p.account_id = a.id where a.id = @accountId
                """,
                new { accountId },
                stop
            )
        )!;
        await outbox.Add(
            connection,
            "recoveryUsed",
            owner.Phone,
            Texts.Of(owner.Locale, "message.recoveryUsed", owner.Left),
            accountId,
            now,
            stop
        );
        return true;
    }

    /// <summary>How many are left, and since when there is an authenticator; null when there is none.</summary>
    internal static Task<Standing?> Of(NpgsqlConnection connection, Guid accountId, CancellationToken stop) =>
        connection.Row<Standing>(
            """
            select p.totp_enrolled_at as since, (select count(*)::int from recovery_code c where c.account_id = p.account_id and c.used_at is null) as recovery_codes
            from account_private p where p.account_id = @accountId and p.totp_enrolled_at is not null
            """,
            new { accountId },
            stop
        );

    private byte[] Hash(Guid accountId, string code) =>
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{accountId}/{code}"));

    /// <summary>An enrolled second factor.</summary>
    public sealed class Standing
    {
        public DateTimeOffset Since { get; init; }

        /// <summary>Those that are left.</summary>
        public int RecoveryCodes { get; init; }
    }

    private sealed class Told
    {
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "vi";
        public int Left { get; init; }
    }
}
