using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>What a right code leads to: a token, or the challenge of a second factor.</summary>
public sealed record SignInStep(string? Token, Account? Account, Challenge? Challenge)
{
    /// <summary>Of a second factor that was enrolled by this step: shown now and never again.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}

/// <summary>Signing in, for the API and the pages alike: a code by message, then for everybody with a role a second factor.</summary>
public sealed class SignIn(
    ServiceDatabase database,
    Codes codes,
    SecondFactor secondFactor,
    RecoveryCodes recovery,
    Outbox outbox,
    TimeProvider time
)
{
    /// <summary>Sends a code. The answer and the work are the same whether or not the number has an account.</summary>
    /// <param name="address">As <see cref="ClientAddress.Of"/> tells it.</param>
    /// <param name="locale">Of the message, when there is no account that says otherwise.</param>
    /// <exception cref="Refusal">429 past the limits of number or address.</exception>
    public async Task<CodeAsked> Begin(Phone phone, string address, string locale, CancellationToken stop)
    {
        var asked = await database.Transaction(
            async connection =>
            {
                var known = await connection.Row<Known>(
                    "select a.id, a.locale from account_private p join account a on a.id = p.account_id where p.phone = @E164",
                    new { phone.E164 },
                    stop
                );
                return await codes.Send(
                    connection,
                    CodePurpose.SignIn,
                    phone.E164,
                    known is not null,
                    known?.Id,
                    address,
                    known?.Locale ?? locale,
                    time.GetUtcNow(),
                    stop
                );
            },
            stop
        );
        outbox.Wake();
        return asked;
    }

    /// <summary>Uses the code. The first sign-in of a number makes its account.</summary>
    /// <param name="kind"><c>bearer</c> or <c>cookie</c>.</param>
    /// <param name="locale">Of a new account.</param>
    /// <param name="device">As <see cref="Device.Of"/> tells it.</param>
    /// <exception cref="Refusal">422: the code is wrong, used, past its time or its tries.</exception>
    public async Task<SignInStep> Finish(
        Phone phone,
        string code,
        Guid attempt,
        string kind,
        string locale,
        string? device,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var (step, refused) = await database.Transaction<(SignInStep?, Refusal?)>(
            async connection =>
            {
                var why = await codes.Judge(
                    connection,
                    CodePurpose.SignIn,
                    attempt,
                    phone.E164,
                    code,
                    "code",
                    now,
                    stop
                );
                if (why is not null)
                    return (null, why);
                await Codes.Spend(connection, now, stop, attempt);
                var account = await Account.OfPhone(connection, phone.E164, locale, now, stop);
                if (await SecondFactor.Due(connection, account, now, stop))
                    return (
                        new SignInStep(
                            null,
                            null,
                            await secondFactor.Begin(connection, account, phone.E164, kind, now, stop)
                        ),
                        null
                    );
                return (await Open(connection, account, kind, false, device, now, stop), null);
            },
            stop
        );
        return step ?? throw refused!;
    }

    /// <summary>The second factor's code, or a recovery code, which opens the session.</summary>
    /// <param name="code">As <see cref="SecondCode.Parse"/> reads it.</param>
    /// <exception cref="Refusal">422: the code or the challenge is no good.</exception>
    public async Task<SignInStep> FinishSecond(
        string challenge,
        string code,
        string? device,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var (step, refused) = await database.Transaction<(SignInStep?, Refusal?)>(
            async connection =>
            {
                var passed = await secondFactor.Finish(connection, challenge, code, now, stop);
                if (passed.Refused is { } why)
                    return (null, why);
                var opened = await Open(connection, passed.AccountId, passed.Kind, true, device, now, stop);
                return (
                    passed.Enrolled
                        ? opened with
                        {
                            RecoveryCodes = await recovery.Make(connection, passed.AccountId, now, stop),
                        }
                        : opened,
                    null
                );
            },
            stop
        );
        outbox.Wake();
        return step ?? throw refused!;
    }

    private static async Task<SignInStep> Open(
        NpgsqlConnection connection,
        Guid id,
        string kind,
        bool second,
        string? device,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        string token = await Sessions.Open(connection, id, kind, second, now, stop, device);
        var roles = second ? await Account.LiveRoles(connection, id, now, stop) : [];
        var read = await Account.Read(connection, id, roles, stop);
        return new SignInStep(token, read!.Value.Account, null);
    }

    private sealed class Known
    {
        public Guid Id { get; init; }
        public string Locale { get; init; } = "vi";
    }
}
