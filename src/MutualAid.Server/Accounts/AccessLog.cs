using System.Globalization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Who saw my private data: when, in which role, for which match. The other side of a match by name, a team by role and area.</summary>
public static class AccessLog
{
    public static void MapAccessLog(this WebApplication app) => app.MapGet("/api/me/access-log", List);

    private static async Task<IResult> List(
        Caller caller,
        ServiceDatabase database,
        HttpContext context,
        CancellationToken stop,
        string? from = null,
        string? to = null,
        string? role = null,
        string? area = null,
        string? name = null,
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("from", "to", "role", "area", "name", "cursor", "limit");
        int most = Paging.Limit(limit);
        var search = AccessSearch.Read(from, to, role, area, name);
        await using var connection = await database.Open(stop);
        var rows = await Read(connection, caller.AccountId, search, Before(cursor), most, stop);
        return Results.Ok(
            new
            {
                items = rows.Take(most)
                    .Select(row => new
                    {
                        row.At,
                        role = row.ReaderRole,
                        name = row.ReaderName,
                        area = row.AreaId is null
                            ? null
                            : new
                            {
                                id = row.AreaId,
                                name = row.AreaName,
                                path = row.AreaPath,
                            },
                        row.What,
                        row.Reason,
                        row.RequestId,
                        row.MatchId,
                    }),
                next = rows.Count > most
                    ? Cursor.Next(
                        context,
                        Cursor.Write(rows[most - 1].Id.ToString(CultureInfo.InvariantCulture))
                    )
                    : null,
            }
        );
    }

    /// <summary>From which entry on; null: from the latest.</summary>
    /// <exception cref="Refusal">400: a cursor that is none of ours.</exception>
    internal static long? Before(string? cursor) =>
        cursor is null ? null
        : long.TryParse(
            Cursor.Read(cursor, 1)[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long id
        )
            ? id
        : throw Cursor.Wrong();

    /// <summary>Latest first; one more than <paramref name="most"/> when there are more.</summary>
    internal static Task<IReadOnlyList<Row>> Read(
        NpgsqlConnection connection,
        Guid accountId,
        AccessSearch search,
        long? before,
        int most,
        CancellationToken stop
    ) =>
        connection.Rows<Row>(
            """
            select l.id, l.at, l.reader_role, l.request_id, l.match_id, l.what, a.id as area_id, a.name as area_name, a.path as area_path,
                   case when l.reader_role in ('giver', 'receiver') then p.name end as reader_name,
                   c.code as category, coalesce(m.units, r.quantity) as units, coalesce(r.account_id = @accountId, false) as own,
                   coalesce(e.reason, d.reason) as reason
            from access_log l
            left join area a on a.id = l.reader_area_id
            left join account_private p on p.account_id = l.reader_account_id
            left join request r on r.id = l.request_id
            left join category c on c.id = r.category_id
            left join private_export e on e.id = l.export_id
            left join moderation_log d on d.id = l.act_id
            left join match m on m.id = l.match_id and not coalesce(r.account_id = @accountId, false)
            where l.owner_account_id = @accountId and (@before::bigint is null or l.id < @before)
              and (@From::timestamptz is null or l.at >= @From) and (@Until::timestamptz is null or l.at < @Until)
              and (@Role::text is null or l.reader_role = @Role) and (@AreaId::uuid is null or l.reader_area_id = @AreaId)
              -- By what is shown and by nothing else: a team has no name here.
              and (@Name::text is null or (l.reader_role in ('giver', 'receiver') and strpos(search_text(p.name), search_text(@Name)) > 0))
            order by l.id desc limit @most + 1
            """,
            new
            {
                accountId,
                before,
                most,
                search.Days.From,
                search.Days.Until,
                search.Role,
                search.AreaId,
                search.Name,
            },
            stop
        );

    /// <summary>The areas whose teams have looked, to choose from.</summary>
    internal static async Task<IReadOnlyList<(string Id, string Name)>> Areas(
        NpgsqlConnection connection,
        Guid accountId,
        CancellationToken stop
    ) =>
        [
            .. (
                await connection.Rows<TeamArea>(
                    """
                    select a.id, concat_ws(', ', a.name, nullif(a.path, '')) as name from area a
                    where a.id in (select l.reader_area_id from access_log l where l.owner_account_id = @accountId)
                    order by a.name collate "vi-x-icu", a.id limit 100
                    """,
                    new { accountId },
                    stop
                )
            ).Select(area => ($"{area.Id}", area.Name)),
        ];

    private sealed class TeamArea
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
    }

    /// <summary>One look.</summary>
    public sealed class Row
    {
        public long Id { get; init; }
        public DateTimeOffset At { get; init; }
        public string ReaderRole { get; init; } = "";
        public string? ReaderName { get; init; }
        public Guid? AreaId { get; init; }
        public string? AreaName { get; init; }
        public string? AreaPath { get; init; }

        /// <summary>Null: a giver's number, which belongs to no need.</summary>
        public Guid? RequestId { get; init; }
        public Guid? MatchId { get; init; }
        public string What { get; init; } = "";

        /// <summary>What the reader stated, of an export or of a call to a giver; null of other looks, and once that reader is erased.</summary>
        public string? Reason { get; init; }
        public string? Category { get; init; }

        /// <summary>The need's, to its owner; to its giver, those of their own match.</summary>
        public int Units { get; init; }

        /// <summary>Whether the need is the reader's own: its page is theirs to open.</summary>
        public bool Own { get; init; }
    }
}
