using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Recovery;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>One's own account: read, edited, erased.</summary>
public static class MeApi
{
    private const int LongestName = 100;

    public static void MapMe(this WebApplication app)
    {
        app.MapGet("/api/me", Get);
        app.MapPatch("/api/me", Patch);
        app.MapDelete("/api/me", Erase);
    }

    private static async Task<IResult> Get(
        Caller caller,
        ServiceDatabase database,
        HttpContext context,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var (account, editVersion) =
            await Account.Read(connection, caller.AccountId, caller.Roles, stop)
            ?? throw new Refusal(410, "erased");
        return Representation.Tagged(context, account, editVersion);
    }

    internal static async Task<IResult> Patch(
        MePatch body,
        Caller caller,
        ServiceDatabase database,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? name = CleanText.Line(errors, "name", body.Name.Value, LongestName);
        if (body.Locale.Given)
            errors.Check(
                Texts.Locales.Contains(body.Locale.Value),
                "locale",
                "oneOf",
                string.Join(", ", Texts.Locales)
            );
        errors.ThrowIfAny();

        await database.Transaction(
            async connection =>
            {
                var present =
                    await connection.Row<Present>(
                        """
                        select a.edit_version, p.name from account a join account_private p on p.account_id = a.id
                        where a.id = @AccountId for no key update of a
                        """,
                        new { caller.AccountId },
                        stop
                    ) ?? throw new Refusal(410, "erased");
                Representation.DemandVersion(context, present.EditVersion);
                await connection.Execute(
                    """
                    update account set locale = coalesce(@locale, locale), on_duty = coalesce(@onDuty, on_duty), edit_version = edit_version + 1
                    where id = @AccountId;
                    update account_private set name = @name where account_id = @AccountId;
                    """,
                    new
                    {
                        caller.AccountId,
                        name = body.Name.Given ? name : present.Name,
                        locale = body.Locale.Value,
                        onDuty = body.OnDuty.Given ? body.OnDuty.Value : (bool?)null,
                    },
                    stop
                );
            },
            stop
        );
        return await Get(caller, database, context, stop);
    }

    internal static async Task<IResult> Erase(
        Caller caller,
        ServiceDatabase database,
        MatchMessages messages,
        ErasureLedger ledger,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        await database.Transaction(
            async connection =>
            {
                var now = time.GetUtcNow();
                await connection.Execute(
                    "select erase_account(@now, @AccountId)",
                    new { now, caller.AccountId },
                    stop
                );
                await messages.CalledOff(connection, stop);
                await ledger.Add(caller.AccountId, now, stop);
            },
            stop
        );
        messages.Wake();
        SessionCookie.Clear(context);
        return Results.NoContent();
    }

    private sealed class Present
    {
        public int EditVersion { get; init; }
        public string? Name { get; init; }
    }
}

/// <summary>What is given is changed; a null name is no name.</summary>
public sealed record MePatch
{
    public Optional<string?> Name { get; init; }
    public Optional<string> Locale { get; init; }
    public Optional<bool> OnDuty { get; init; }
}
