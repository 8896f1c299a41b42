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

    /// <summary>One's own matches, latest first, from after this one on.</summary>
    /// <param name="side"><c>giver</c>, <c>receiver</c>, or null for both.</param>
    /// <param name="statuses">Null for all.</param>
    internal static Task<IReadOnlyList<MatchRow>> Mine(
        NpgsqlConnection connection,
        Guid me,
        string? side,
        string[]? statuses,
        (DateTimeOffset? At, Guid? Id) after,
        int most,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<MatchRow>(
            MatchRow.Select
                + """

                where m.id in (
                    select g.id from match g where g.giver_account_id = @me and @side is distinct from 'receiver'
                    union all
                    select f.id from request q join match f on (f.request_id, f.root_area_id) = (q.id, q.root_area_id)
                    where q.account_id = @me and @side is distinct from 'giver')
                  and (@statuses::text[] is null or m.status = any (@statuses))
                  and (@afterId::uuid is null or (m.created_at, m.id) < (@afterAt, @afterId))
                order by m.created_at desc, m.id desc limit @most + 1
                """,
            new
            {
                me,
                side,
                statuses,
                afterAt = after.At,
                afterId = after.Id,
                most,
                now,
            },
            stop
        );

    /// <summary>A request's matches for one of their sides, latest first: the owner's from acceptance on, a giver's own.</summary>
    internal static Task<IReadOnlyList<MatchRow>> OfRequest(
        NpgsqlConnection connection,
        Guid request,
        Guid me,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<MatchRow>(
            MatchRow.Select
                + """

                where m.request_id = @request and (m.giver_account_id = @me or (r.account_id = @me and m.accepted_at is not null))
                order by m.created_at desc, m.id desc limit 100
                """,
            new
            {
                request,
                me,
                now,
            },
            stop
        );
}
