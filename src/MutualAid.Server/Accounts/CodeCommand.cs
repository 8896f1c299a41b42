using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using MutualAid.Server.Database;
using MutualAid.Server.Messages;

namespace MutualAid.Server.Accounts;

/// <summary><c>code PHONE</c>: signs the demo's people in without a telephone. On the private demo cluster only.</summary>
public static class CodeCommand
{
    public static Command Command()
    {
        var phone = new Argument<string>("phone") { Description = "In any Vietnamese spelling." };
        var command = new Command(
            "code",
            "Prints a fresh sign-in code and the present second factor (private demo only)."
        )
        {
            phone,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var settings = Commands.ReadSettings();
                await using var database = new ServiceDatabase(settings);
                var made = await Run(
                    settings,
                    database,
                    parsed.GetRequiredValue(phone),
                    TimeProvider.System.GetUtcNow(),
                    stop
                );
                await Console.Out.WriteLineAsync($"attempt {made.Attempt}\ncode {made.Code}");
                if (made.Totp is not null)
                    await Console.Out.WriteLineAsync($"totp {made.Totp}");
                return 0;
            }
        );
        return command;
    }

    /// <summary>
    /// A code that fits a new attempt and every open one of this number, so that it can also be typed into a page that is
    /// waiting for the message's; and for somebody with a role the second factor, enrolled when it was not.
    /// </summary>
    /// <exception cref="CommandException">Not the private demo, or no number.</exception>
    public static async Task<DemoCodes> Run(
        Settings settings,
        ServiceDatabase database,
        string phone,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (!settings.PrivateDemo)
            throw new CommandException(
                "Codes are printed on the private demo only. Elsewhere they go to the telephone."
            );
        var number =
            Phone.Read(phone, out _)
            ?? throw new CommandException(
                $"'{phone}' is not a Vietnamese telephone number. Write it like 0912345678."
            );
        var codes = new Codes(
            settings,
            new CodeLimits(settings),
            new CodeBudget(settings, NullLogger<CodeBudget>.Instance),
            new Outbox(settings)
        );
        var secondFactor = new SecondFactor(settings, new RecoveryCodes(settings, new Outbox(settings)));
        return await database.Transaction(
            async connection =>
            {
                string code = SixDigits.New();
                var attempt = await codes.Write(
                    connection,
                    CodePurpose.SignIn,
                    number.E164,
                    null,
                    [],
                    code,
                    now,
                    stop
                );
                var open = await connection.Rows<Guid>(
                    "select id from sign_in_attempt where phone = @E164 and purpose = 'signIn' and used_at is null and expires_at > @now",
                    new { number.E164, now },
                    stop
                );
                foreach (var id in open)
                    await connection.Execute(
                        "update sign_in_attempt set code_hash = @hash, tries = 0 where id = @id",
                        new { id, hash = codes.Hash(id, CodePurpose.SignIn, number.E164, code) },
                        stop
                    );

                var account = await connection.Value<Guid?>(
                    "select account_id from account_private where phone = @E164",
                    new { number.E164 },
                    stop
                );
                if (account is null || !await SecondFactor.Due(connection, account.Value, now, stop))
                    return new DemoCodes(attempt, code, null);
                byte[]? secret = await secondFactor.Known(connection, account.Value, stop);
                if (secret is null)
                {
                    secret = Totp.NewSecret();
                    await secondFactor.Keep(connection, account.Value, secret, now, stop);
                }
                // A step is good once: when this one was used already, the next one is taken early.
                long last =
                    await connection.Value<long?>(
                        "select totp_last_step from account_private where account_id = @account",
                        new { account },
                        stop
                    ) ?? 0;
                return new DemoCodes(attempt, code, Totp.Code(secret, Math.Max(Totp.Step(now), last + 1)));
            },
            stop
        );
    }
}

/// <summary>What <c>code</c> prints. <paramref name="Totp"/>: null for somebody without a role.</summary>
public sealed record DemoCodes(Guid Attempt, string Code, string? Totp);
