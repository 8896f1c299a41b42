using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Suspension: a moderator's act, logged by whoever calls and undoable. All live matches of the account end with it.</summary>
public static class Standing
{
    /// <summary>Inside the caller's transaction.</summary>
    public static Task Suspend(
        NpgsqlConnection connection,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken stop
    ) => connection.Execute("select suspend_account(@now, @accountId)", new { now, accountId }, stop);

    /// <summary>What ended with the suspension stays ended.</summary>
    public static Task Unsuspend(NpgsqlConnection connection, Guid accountId, CancellationToken stop) =>
        connection.Execute("select lift_suspension(@accountId)", new { accountId }, stop);
}
