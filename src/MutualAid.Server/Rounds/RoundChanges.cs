using MutualAid.Server.Database;

namespace MutualAid.Server.Rounds;

/// <summary>
/// What has changed since the last look, from the change log. Unlike the readers that must lose nothing and wait for the
/// oldest open transaction, it reads every commit at once: from that transaction on, again and again, leaving out what it
/// has seen. Nothing is lost either, and a long transaction delays nobody.
/// </summary>
public sealed class RoundChanges(ServiceDatabase database)
{
    // Above so many, reading everything anew costs less than reading each.
    private const int Many = 20_000;

    private readonly HashSet<long> seen = [];
    private string? since;

    /// <summary>The first look only remembers where the log stands: everything is read after it.</summary>
    public async Task<Changed> Read(CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        if (since is null)
        {
            since = await connection.Value<string>(
                "select pg_snapshot_xmin(pg_current_snapshot())::text",
                null,
                stop
            );
            return new Changed([], [], Many: true);
        }
        // One statement, one snapshot: the xmin is that of the rows.
        var rows = await connection.Rows<Row>(
            """
            select c.id, c.subject, c.subject_id, s.xmin
            from (select pg_snapshot_xmin(pg_current_snapshot())::text as xmin) s
            left join lateral (select id, subject, subject_id from change where xid >= @since::text::xid8) c on true
            """,
            new { since },
            stop
        );
        bool moved = since != rows[0].Xmin;
        since = rows[0].Xmin;
        var news = rows.Where(row => row.Subject is not null && !seen.Contains(row.Id)).ToList();
        if (moved)
            seen.Clear();
        // Kept although the next look may begin behind them: which of them lie before the new xmin is not worth asking.
        seen.UnionWith(rows.Where(row => row.Subject is not null).Select(row => row.Id));
        return news.Count > Many ? new Changed([], [], Many: true) : await Resolve(news, connection, stop);
    }

    // Both sides of a match, and the giver of an offer.
    private static async Task<Changed> Resolve(
        List<Row> news,
        Npgsql.NpgsqlConnection connection,
        CancellationToken stop
    )
    {
        var matches = news.Where(row => row.Subject == "match")
            .Select(row => row.SubjectId)
            .Distinct()
            .ToArray();
        var offers = news.Where(row => row.Subject == "offer")
            .Select(row => row.SubjectId)
            .Distinct()
            .ToArray();
        var requests = news.Where(row => row.Subject == "request").Select(row => row.SubjectId).ToHashSet();
        if (matches.Length + offers.Length == 0)
            return new Changed(requests, [], Many: false);
        var sides = await connection.Rows<Sides>(
            """
            select request_id, giver_account_id as giver_id from match where id = any (@matches)
            union all
            select null, account_id from offer where id = any (@offers) and not one_time
            """,
            new { matches, offers },
            stop
        );
        requests.UnionWith(sides.Where(row => row.RequestId is not null).Select(row => row.RequestId!.Value));
        return new Changed(requests, sides.Select(row => row.GiverId).ToHashSet(), Many: false);
    }

    private sealed class Row
    {
        public long Id { get; init; }
        public string? Subject { get; init; }
        public Guid SubjectId { get; init; }
        public string Xmin { get; init; } = "";
    }

    private sealed class Sides
    {
        public Guid? RequestId { get; init; }
        public Guid GiverId { get; init; }
    }
}

/// <summary>Requests and givers for whom something changed; <paramref name="Many"/>: more than are worth listing.</summary>
public sealed record Changed(IReadOnlyCollection<Guid> Requests, IReadOnlyCollection<Guid> Givers, bool Many)
{
    public bool IsNothing => !Many && Requests.Count + Givers.Count == 0;
}
