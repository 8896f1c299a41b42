using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>A need as the team that looks after it reads it: a look at private data, written down before it is shown.</summary>
internal sealed class NeedOnDesk(RequestReading reading, TimeProvider time)
{
    /// <param name="more">Reads what else is shown with it, within the same look.</param>
    /// <exception cref="Refusal">404: no such need, or out of reach. 429: too many people's were opened.</exception>
    internal async Task<DeskAnswer> Read(
        Guid id,
        Caller caller,
        string locale,
        Func<DeskAnswer, bool> holds,
        CancellationToken stop,
        Func<NpgsqlConnection, DeskAnswer, Task>? more = null
    )
    {
        var now = time.GetUtcNow();
        DeskAnswer? answer = null;
        var seen = await reading.ForTeam(
            caller,
            id,
            async (connection, request) =>
            {
                var matches = await connection.Rows<MatchRow>(
                    MatchRow.Select + " where m.request_id = @id order by m.created_at, m.id",
                    new
                    {
                        id,
                        me = caller.AccountId,
                        now,
                    },
                    stop
                );
                var desk = (
                    await connection.Row<Desk>(
                        """
                        select r.responsible_area_id as id, a.name, a.path, r.hidden_at is not null as hidden
                        from request r join area a on a.id = r.responsible_area_id where r.id = @id
                        """,
                        new { id },
                        stop
                    )
                )!;
                var notes = await connection.Rows<NoteAnswer>(
                    """
                    select n.id, n.at, o.name as by, n.text
                    from need_note n left join account_private o on o.account_id = n.account_id
                    where n.request_id = @id order by n.at, n.id
                    """,
                    new { id },
                    stop
                );
                answer = new DeskAnswer(
                    request,
                    new AreaName(desk.Id, desk.Name, desk.Path),
                    desk.Hidden,
                    [.. matches.Select(row => row.Answer(locale))],
                    notes
                );
                if (more is not null)
                    await more(connection, answer);
                return holds(answer);
            },
            stop
        );
        return seen ? answer! : throw Refusal.NotFound();
    }

    /// <summary>Its history, which holds exact places and what was typed: a look as well.</summary>
    internal async Task<IReadOnlyList<HistoryItem>> History(Guid id, Caller caller, CancellationToken stop)
    {
        IReadOnlyList<HistoryItem> items = [];
        bool seen = await reading.ForTeam(
            caller,
            id,
            async (connection, _) =>
            {
                items = await NeedHistory.Of(connection, id, stop);
                return false;
            },
            stop
        );
        return seen ? items : throw Refusal.NotFound();
    }

    private sealed class Desk
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Path { get; init; } = "";
        public bool Hidden { get; init; }
    }
}

/// <summary>A need on the desk. <paramref name="Responsible"/>: the area whose team looks after it, which the public is not told.</summary>
public sealed record DeskAnswer(
    RequestAnswer Request,
    AreaName Responsible,
    bool Hidden,
    IReadOnlyList<MatchAnswer> Matches,
    IReadOnlyList<NoteAnswer> Notes
);

/// <summary>What the team tells itself. <see cref="By"/> is a name; null when they were erased.</summary>
public sealed class NoteAnswer
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public string? By { get; init; }
    public string Text { get; init; } = "";
}
