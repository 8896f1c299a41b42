using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using Npgsql;

namespace MutualAid.Server.Teams.Access;

/// <summary>Tells people what was done about their roles, in their language.</summary>
public sealed class RoleMessages(Outbox outbox)
{
    /// <summary>Inside the caller's transaction; <paramref name="text"/> is asked for the language.</summary>
    internal async Task Tell(
        NpgsqlConnection connection,
        Guid account,
        string kind,
        Func<string, string> text,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var told = await connection.Row<Told>(
            "select p.phone, a.locale from account a join account_private p on p.account_id = a.id where a.id = @account",
            new { account },
            stop
        );
        if (told is not null)
            await outbox.Add(connection, kind, told.Phone, text(told.Locale), account, now, stop);
    }

    /// <summary>Once it is committed.</summary>
    internal void Wake() => outbox.Wake();

    private sealed class Told
    {
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "vi";
    }
}
