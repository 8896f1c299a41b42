using System.Globalization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Who saw my private data: when, in which role, for which match. The other side of a match by name, a team by role and area.</summary>
public static class AccessLog
{
    private const int MostItems = 100;

    public static void MapAccessLog(this WebApplication app) => app.MapGet("/api/me/access-log", List);

    private static async Task<IResult> List(
        Caller caller,
        ServiceDatabase database,
        HttpContext context,
        string? cursor,
        CancellationToken stop,
        int limit = 20
    )
    {
        context.AllowParameters("cursor", "limit");
        if (limit is < 1 or > MostItems)
            throw Refusal.Field("limit", "between", 1, MostItems);
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
            order by l.id desc limit @most
            """,
            new
            {
                caller.AccountId,
                before,
                most = limit + 1,
            },
            stop
        );
        return Results.Ok(
            new
            {
                items = rows.Take(limit)
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
                next = rows.Count > limit
                    ? Cursor.Next(
                        context,
                        Cursor.Write(rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture))
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
