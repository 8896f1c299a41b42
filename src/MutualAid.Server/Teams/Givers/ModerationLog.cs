using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>What is decided about somebody: written down with the act, in its transaction. Nobody rewrites it.</summary>
/// <param name="Act">vouch, unvouch, point, contact, askSuspension, suspend, appeal, keep, lift.</param>
/// <param name="Account">Whom it is about.</param>
/// <param name="Role">By which role; null: by themselves.</param>
internal sealed record Moderated(string Act, Guid Account, Guid By, string? Role, Guid? Area)
{
    public string? Reason { get; init; }
    public Guid? Request { get; init; }

    /// <summary>Writes the row and returns its id.</summary>
    public async Task<Guid> Write(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken stop,
        Guid? id = null
    )
    {
        var row = id ?? Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into moderation_log (id, at, act, account_id, by_account_id, by_role, area_id, request_id, reason)
            values (@row, @now, @Act, @Account, @By, @Role, @Area, @Request, @Reason)
            """,
            new
            {
                row,
                now,
                Act,
                Account,
                By,
                Role,
                Area,
                Request,
                Reason,
            },
            stop
        );
        return row;
    }
}
