using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Queues;

/// <summary>A page of a queue. <paramref name="Next"/>: where it goes on, also when rows enough were looked at and few fitted.</summary>
/// <param name="Partly">Whether rows are left behind that nobody has looked at although the page is not full.</param>
public sealed record QueuePart(IReadOnlyList<QueueRow> Rows, string? Next, bool Partly);

/// <summary>How many wait in a queue; <paramref name="More"/>: at least so many.</summary>
public sealed record QueueCount(string Queue, int Count, bool More);

/// <summary>Reads queues. Of each leaf the first rows are read off an index and put in one order, so that a page costs what its leaves are, not what waits in them.</summary>
public static class QueueStore
{
    // Over all leaves together: what a page looks at before it says "search on", and what a count looks at before "at least".
    private const int MostScanned = 6_000;
    private const int MostWeighed = 3_000;
    private const int MostCounted = 10_000;

    public static async Task<QueuePart> Page(
        NpgsqlConnection connection,
        Queue queue,
        QueueAsked asked,
        QueueKey? after,
        int limit,
        CancellationToken stop
    )
    {
        var rows = await connection.Rows<QueueRow>(
            queue == Queue.Reports ? ReportQueue.Sql(asked.Filter, after) : Sql(queue, asked.Filter, after),
            Values(asked, after, limit),
            stop
        );
        var items = rows.Where(row => row.Id is not null || row.ReportId is not null).ToList();
        if (items.Count > limit)
            return new(items[..limit], items[limit - 1].Key(queue).Write(), false);
        return rows is [{ EdgeAt: { } at, EdgeId: { } id, EdgeOrder: var order }, ..]
            ? new(items, new QueueKey(order, at, id).Write(), true)
            : new(items, null, false);
    }

    /// <summary>
    /// <c>found</c>: of each leaf as many as a page holds. <c>edge</c>: the nearest place where a leaf was left before it gave
    /// that many; nothing behind it may be shown yet, or what lies between would never be.
    /// </summary>
    public static string Sql(Queue queue, QueueFilter filter, QueueKey? after)
    {
        string order(string row) =>
            queue.LatestFirst
                ? $"{row}.created_at desc, {row}.id desc"
                : $"{row}.o, {row}.created_at, {row}.id";
        string of = queue.LatestFirst
            ? "(f.created_at, f.id) >= (e.created_at, e.id)"
            : "(f.o, f.created_at, f.id) <= (e.o, e.created_at, e.id)";
        string found = queue.Few is null
            ? $"""
                select l.leaf, f.id, f.o, f.created_at from unnest(@Leaves) l (leaf) left join lateral (
                  select s.id, s.o, s.created_at from ({Scan(
                    queue,
                    filter,
                    after,
                    "l.leaf",
                    "limit @scan"
                )}) s
                  where {queue.Fits}{filter.Sql} order by {order("s")} limit @most) f on true
                """
            : $"""
                select null::uuid as leaf, r.id, {queue.Order("r")} as o, r.created_at
                from ({queue.Few}) few join request r on r.id = few.id cross join lateral (select r.*) s
                where r.responsible_area_id = any (@Leaves) and {queue.Where}{Narrowed(
                    queue,
                    filter,
                    after
                )} and {queue.Fits}{filter.Sql}
                order by 3, 4, 2 limit @most
                """;
        string edge = queue.Few is null
            ? $"""
                select e.o, e.created_at, e.id
                from (select leaf from found group by leaf having count(id) < @most) g
                cross join lateral (select s.o, s.created_at, s.id from ({Scan(
                    queue,
                    filter,
                    after,
                    "g.leaf",
                    "offset @scan - 1 limit 1"
                )}) s) e
                order by {order("e")} limit 1
                """
            : "select 0 as o, null::timestamptz as created_at, null::uuid as id where false";
        return $"""
            with found as materialized (
            {found}
            ), edge as (
            {edge}
            )
            select e.o as edge_order, e.created_at as edge_at, e.id as edge_id, x.*
            from (select) one left join edge e on true
            left join lateral (
              select p.o, {QueueRow.Columns}
              from (select f.* from found f where f.id is not null and (e.id is null or {of})
                    order by {order("f")} limit @most) p
              join request r on r.id = p.id {QueueRow.Tables}) x on true
            order by {order("x")}
            """;
    }

    private static string Scan(Queue queue, QueueFilter filter, QueueKey? after, string leaf, string limit) =>
        $"""
            select r.*, {queue.Order("r")} as o from request r
            where r.responsible_area_id = {leaf} and {queue.Where}{Narrowed(queue, filter, after)}
            order by {(
                queue.LatestFirst ? "r.created_at desc, r.id desc" : $"{queue.Order("r")}, r.created_at, r.id"
            )} {limit}
            """;

    // What the index itself can narrow: where the page begins, one urgency, days of the list by day.
    private static string Narrowed(Queue queue, QueueFilter filter, QueueKey? after) =>
        string.Concat(
            after is null ? ""
                : queue.LatestFirst ? " and (r.created_at, r.id) < (@afterAt, @afterId)"
                : " and (urgency_order(r.urgency), r.created_at, r.id) > (@afterOrder, @afterAt, @afterId)",
            filter.Urgency is null ? ""
                : queue.LatestFirst ? " and r.urgency = @urgency"
                : " and urgency_order(r.urgency) = urgency_order(@urgency)",
            queue.LatestFirst && filter.From is not null ? " and r.created_at >= @from" : "",
            queue.LatestFirst && filter.To is not null ? " and r.created_at < @before" : ""
        );

    /// <summary>These needs, as far as the reach has them.</summary>
    public static async Task<IReadOnlyList<QueueRow>> Of(
        NpgsqlConnection connection,
        Reach reach,
        Guid[] ids,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        ids.Length == 0
            ? []
            : await connection.Rows<QueueRow>(
                $"""
                select {QueueRow.Columns} from request r {QueueRow.Tables}
                where r.id = any (@ids) and r.responsible_area_id = any (@Leaves)
                """,
                new
                {
                    ids,
                    reach.Leaves,
                    now,
                },
                stop
            );

    public static async Task<IReadOnlyList<QueueCount>> Counts(
        NpgsqlConnection connection,
        Reach reach,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var asked = new QueueAsked(reach, reach.Leaves, QueueFilter.None, now);
        var counts = new List<QueueCount>();
        foreach (var queue in Queue.Every)
        {
            var read = (await connection.Row<Counted>(CountSql(queue), Values(asked, null, 0), stop))!;
            counts.Add(new(queue.Name, read.Count, read.More));
        }
        return counts;
    }

    public static string CountSql(Queue queue)
    {
        string counted(string rows) =>
            $"select least(count(*), {MostCounted})::int as count, count(*) > {MostCounted} as more from ({rows} limit {MostCounted} + 1) x";
        if (queue == Queue.Reports)
            return counted($"select {ReportQueue.From(QueueFilter.None, null)}");
        if (queue.Few is not null)
            return $"""
                select count(*)::int as count, (
                    select count(*) from ({queue.Few}) few) >= @failures as more
                from ({queue.Few}) few join request r on r.id = few.id cross join lateral (select r.*) s
                where r.responsible_area_id = any (@Leaves) and {queue.Where} and {queue.Fits}
                """;
        // Told by the index alone.
        if (queue == Queue.Verify || queue == Queue.Waiting || queue == Queue.All)
            return counted(
                $"select from request r where r.responsible_area_id = any (@Leaves) and {queue.Where} {(queue == Queue.All ? "" : "and r.expires_at > @now")}"
            );
        return $"""
            select coalesce(sum(x.fits), 0)::int as count, coalesce(bool_or(x.seen = @weighed), false) as more
            from unnest(@Leaves) l (leaf) cross join lateral (
              select count(*) as seen, count(*) filter (where {queue.Fits}) as fits
              from ({Scan(queue, QueueFilter.None, null, "l.leaf", "limit @weighed")}) s) x
            """;
    }

    public static object Values(QueueAsked asked, QueueKey? after, int limit) =>
        new
        {
            asked.Leaves,
            root = asked.Reach.RootId,
            now = asked.Now,
            most = limit + 1,
            scan = Math.Max(limit + 1, MostScanned / Math.Max(1, asked.Leaves.Length)),
            // Of a week and a whole province there are many; a count says "at least" sooner than a page.
            failures = limit == 0 && asked.Leaves.Length > 50 ? MostWeighed : 50_000,
            weighed = Math.Max(20, MostWeighed / Math.Max(1, asked.Leaves.Length)),
            afterOrder = after?.Order,
            afterAt = after?.At,
            afterId = after?.Id,
            category = asked.Filter.Category?.Id,
            status = asked.Filter.Status,
            urgency = asked.Filter.Urgency,
            from = asked.Start(asked.Filter.From),
            before = asked.Start(asked.Filter.To?.AddDays(1)),
            verified = asked.Filter.Verified,
            hidden = asked.Filter.Hidden,
            words = asked.Filter.Words,
            ended = asked.Filter.Ended,
            helpedFrom = asked.Start(asked.Filter.Helped),
            helpedBefore = asked.Start(asked.Filter.Helped?.AddDays(1)),
        };

    private sealed class Counted
    {
        public int Count { get; init; }
        public bool More { get; init; }
    }
}
