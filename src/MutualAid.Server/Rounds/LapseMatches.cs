using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Takes back what was not answered by <c>respond_by</c>, and what was accepted and saw no step by <c>due_by</c>. Here and
/// not among the jobs, because seconds matter: units that come back are matched again at once.
/// </summary>
public sealed class LapseMatches(ServiceDatabase database, MatchMessages messages)
{
    private const int Batch = 500;

    /// <summary>Lapses what is due, in so many batches at most; returns how many.</summary>
    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop, int batches = int.MaxValue)
    {
        long lapsed = 0;
        for (int done = 0; done < batches; done++)
        {
            int due = 0;
            // The door judges each again under the lock: what was answered in the meantime stays as it is.
            lapsed += await database.Transaction(
                async connection =>
                {
                    var ids = await connection.Rows<Guid>(Due, new { now, limit = Batch }, stop);
                    due = ids.Count;
                    return due == 0 ? 0 : await Lapse(connection, ids, now, stop);
                },
                stop
            );
            if (lapsed > 0)
                messages.Wake();
            if (due < Batch)
                break;
        }
        return lapsed;
    }

    // Who waits for somebody that will not come is told so; who was only asked has nobody waiting.
    private async Task<int> Lapse(
        NpgsqlConnection connection,
        IReadOnlyList<Guid> ids,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var done = await connection.Rows<Lapsed>(
            """
            select s.match_id as id, m.accepted_at is not null as promised
            from match_step(@now, 'lapse', 'clock', null, @ids) s join match m on m.id = s.match_id where s.outcome = 'done'
            """,
            new { now, ids = ids.ToArray() },
            stop
        );
        await messages.ToOwner(
            connection,
            "off",
            [.. done.Where(match => match.Promised).Select(match => match.Id)],
            stop
        );
        return done.Count;
    }

    private sealed class Lapsed
    {
        public Guid Id { get; init; }
        public bool Promised { get; init; }
    }

    /// <summary>What is due. <c>@now, @limit</c></summary>
    public const string Due = """
        (select id from match where status = 'proposed' and respond_by <= @now order by respond_by limit @limit)
        union all
        (select id from match where status in ('accepted', 'onTheWay') and due_by <= @now order by due_by limit @limit)
        limit @limit
        """;
}
