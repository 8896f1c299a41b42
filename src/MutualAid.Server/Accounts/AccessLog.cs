using System.Globalization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

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
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("cursor", "limit");
        int most = Paging.Limit(limit);
        long? before =
            cursor is null ? null
            : long.TryParse(
                Cursor.Read(cursor, 1)[0],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long id
            )
                ? id
            : throw Cursor.Wrong();
        await using var connection = await database.Open(stop);
        var rows = await connection.Rows<Row>(
            """
            select l.id, l.at, l.reader_role, l.request_id, l.match_id, l.what, a.id as area_id, a.name as area_name, a.path as area_path,
                   case when l.reader_role in ('giver', 'receiver') then p.name end as reader_name
            from access_log l
            left join area a on a.id = l.reader_area_id
            left join account_private p on p.account_id = l.reader_account_id
            where l.owner_account_id = @AccountId and (@before::bigint is null or l.id < @before)
            order by l.id desc limit @most + 1
            """,
            new
            {
                caller.AccountId,
                before,
                most,
            },
            stop
        );
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

    private sealed class Row
    {
        public long Id { get; init; }
        public DateTimeOffset At { get; init; }
        public string ReaderRole { get; init; } = "";
        public string? ReaderName { get; init; }
        public Guid? AreaId { get; init; }
        public string? AreaName { get; init; }
        public string? AreaPath { get; init; }
        public Guid RequestId { get; init; }
        public Guid? MatchId { get; init; }
        public string What { get; init; } = "";
    }
}
