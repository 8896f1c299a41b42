using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>One's own second factor: how many recovery codes are left, and ten new ones.</summary>
public static class RecoveryCodesApi
{
    public static void MapRecoveryCodes(this WebApplication app)
    {
        app.MapGet("/api/me/second-factor", Get);
        app.MapPost("/api/me/second-factor/recovery-codes", Post);
    }

    /// <summary>Makes ten new ones for whoever has the second factor at hand.</summary>
    /// <exception cref="Refusal">403: a session without a second factor. 422: the code is wrong, or the session's tries are spent.</exception>
    internal static async Task<IReadOnlyList<string>> Renew(
        Caller caller,
        string? code,
        ServiceDatabase database,
        SecondFactor secondFactor,
        RecoveryCodes recovery,
        Outbox outbox,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (!caller.SecondFactor)
            throw new Refusal(403, "noSecondFactor");
        string typed = SecondCode.Parse(code, "code");
        var (codes, refused) = await database.Transaction<(IReadOnlyList<string>, Refusal?)>(
            async connection =>
                await secondFactor.Again(connection, caller, typed, now, stop) is { } why
                    ? ([], why)
                    : (await recovery.Make(connection, caller.AccountId, now, stop), null),
            stop
        );
        outbox.Wake();
        return refused is null ? codes : throw refused;
    }

    private static async Task<IResult> Get(Caller caller, ServiceDatabase database, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var standing = await RecoveryCodes.Of(connection, caller.AccountId, stop);
        return Results.Ok(
            new
            {
                secondFactor = standing is null ? null : "totp",
                since = standing?.Since,
                recoveryCodes = standing?.RecoveryCodes ?? 0,
            }
        );
    }

    private static async Task<IResult> Post(
        SecondCodeBody body,
        Caller caller,
        ServiceDatabase database,
        SecondFactor secondFactor,
        RecoveryCodes recovery,
        Outbox outbox,
        TimeProvider time,
        CancellationToken stop
    ) =>
        Results.Ok(
            new
            {
                recoveryCodes = await Renew(
                    caller,
                    body.Code,
                    database,
                    secondFactor,
                    recovery,
                    outbox,
                    time.GetUtcNow(),
                    stop
                ),
            }
        );
}

/// <summary>The authenticator's code or a recovery code.</summary>
public sealed record SecondCodeBody(string? Code);
