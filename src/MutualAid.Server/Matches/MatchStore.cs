using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>Reads matches. Whose a match is stands in the WHERE clause: somebody else's is not there.</summary>
internal static class MatchStore
{
    /// <summary>One match for this reader.</summary>
    /// <exception cref="Refusal">404: neither side's, nor of an area whose team they are in.</exception>
    internal static async Task<MatchRow> Get(
        NpgsqlConnection connection,
        Guid id,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        await connection.Row<MatchRow>(
            MatchRow.Select
                + """

                where m.id = @id and (@me in (m.giver_account_id, r.account_id)
                  or (@team and account_reaches(@me, r.responsible_area_id, @now)))
                """,
            new
            {
                id,
                me = caller.AccountId,
                team = caller.Roles.Count > 0,
                now,
            },
            stop
        ) ?? throw Refusal.NotFound();
}
