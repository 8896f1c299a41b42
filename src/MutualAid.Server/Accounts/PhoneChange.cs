using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>
/// A new number for an account: a code to each of the two, so that neither a found telephone nor an open session is enough.
/// Every other session ends with it.
/// </summary>
public static class PhoneChange
{
    public static void MapPhoneChange(this WebApplication app)
    {
        app.MapPost("/api/me/phone/codes", SendCodes);
        app.MapPost("/api/me/phone", Change);
    }

    // Whose the new number is today is not said here: only who holds it may know.
    internal static async Task<IResult> SendCodes(
        PhoneBody body,
        Caller caller,
        ServiceDatabase database,
        Codes codes,
        Outbox outbox,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var phone = Phone.ParseMobile(body.Phone, "phone");
        await database.Transaction(
            async connection =>
            {
                var (present, locale) = await Present(connection, caller.AccountId, stop);
                if (present == phone.E164)
                    throw Refusal.Field("phone", "phoneSame");
                string address = ClientAddress.Of(context);
                var now = time.GetUtcNow();
                await codes.Hold(connection, [present, phone.E164], address, stop);
                // The new number is a stranger's, whoever has it: an account is no way round the budget.
                foreach (
                    var (purpose, number) in new[]
                    {
                        (CodePurpose.OldPhone, present),
                        (CodePurpose.ChangePhone, phone.E164),
                    }
                )
                {
                    var asked = await codes.Send(
                        connection,
                        purpose,
                        number,
                        known: purpose == CodePurpose.OldPhone,
                        caller.AccountId,
                        address,
                        locale,
                        now,
                        stop
                    );
                    if (!asked.Sent)
                        throw Refusal.TooMany(asked.Refused!.RetryAfter!.Value);
                }
            },
            stop
        );
        outbox.Wake();
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> Change(
        ChangePhoneBody body,
        Caller caller,
        ServiceDatabase database,
        Idempotency idempotency,
        Codes codes,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var phone = Phone.ParseMobile(body.Phone, "phone");
        string code = SixDigits.Parse(body.Code, "code");
        string oldCode = SixDigits.Parse(body.OldCode, "oldCode");
        await idempotency.Once(
            context,
            caller.AccountId,
            "me/phone",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                var (present, _) = await Present(connection, caller.AccountId, stop);
                // Both are judged before either is spent: a slip in one does not cost the other.
                var old = await codes.Latest(
                    connection,
                    CodePurpose.OldPhone,
                    present,
                    caller.AccountId,
                    stop
                );
                var fresh = await codes.Latest(
                    connection,
                    CodePurpose.ChangePhone,
                    phone.E164,
                    caller.AccountId,
                    stop
                );
                if (old is null || fresh is null)
                    return Made.Not(Codes.Refused("code", "codeExpired"));
                var refused =
                    await codes.Judge(
                        connection,
                        CodePurpose.OldPhone,
                        old.Value,
                        present,
                        oldCode,
                        "oldCode",
                        now,
                        stop
                    )
                    ?? await codes.Judge(
                        connection,
                        CodePurpose.ChangePhone,
                        fresh.Value,
                        phone.E164,
                        code,
                        "code",
                        now,
                        stop
                    );
                if (refused is not null)
                    return Made.Not(refused);
                await Codes.Spend(connection, now, stop, old.Value, fresh.Value);
                await Move(connection, caller, phone.E164, now, stop);
                return new Made("step", null, 200);
            },
            stop
        );
        await using var reading = await database.Open(stop);
        return Results.Ok((await Account.Read(reading, caller.AccountId, caller.Roles, stop))?.Account);
    }

    private static async Task<(string Phone, string Locale)> Present(
        NpgsqlConnection connection,
        Guid account,
        CancellationToken stop
    )
    {
        var row =
            await connection.Row<PresentPhone>(
                "select p.phone, a.locale from account_private p join account a on a.id = p.account_id where a.id = @account for no key update of p",
                new { account },
                stop
            ) ?? throw new Refusal(410, "erased");
        return (row.Phone, row.Locale);
    }

    private static async Task Move(
        NpgsqlConnection connection,
        Caller caller,
        string phone,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        try
        {
            await connection.Execute(
                "update account_private set phone = @phone where account_id = @AccountId",
                new { phone, caller.AccountId },
                stop
            );
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new Refusal(409, "phoneTaken");
        }
        await connection.Execute(
            """
            update account set edit_version = edit_version + 1 where id = @AccountId;
            update session set revoked_at = @now where account_id = @AccountId and id <> @SessionId and revoked_at is null;
            """,
            new
            {
                caller.AccountId,
                caller.SessionId,
                now,
            },
            stop
        );
    }

    private sealed class PresentPhone
    {
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "vi";
    }
}

/// <summary>The new number, the code that was sent to it, and the code that was sent to the old one.</summary>
public sealed record ChangePhoneBody(string Phone, string Code, string OldCode);
