using Dapper;
using MutualAid.Server.Teams;
using MutualAid.Server.Teams.Queues;
using Npgsql;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>What stands in an area's queues, and how many each is said to hold, against the rows, in the caller's snapshot.</summary>
internal static class QueueLists
{
    private const int Whole = 5_000;

    public static async Task<IEnumerable<string>> Differences(
        NpgsqlConnection connection,
        Reach reach,
        DateTimeOffset now
    )
    {
        var wrong = new List<string>();
        var counts = await QueueStore.Counts(connection, reach, now, CancellationToken.None);
        var asked = new QueueAsked(reach, reach.Leaves, QueueFilter.None, now);
        var plain = (
            await connection.QueryAsync<(string Queue, Guid Id)>(Plain, new { area = reach.AreaId, now })
        ).ToLookup(row => row.Queue, row => row.Id);
        foreach (var queue in Queue.Every.Where(one => one != Queue.Reports))
        {
            var page = await QueueStore.Page(connection, queue, asked, null, Whole, CancellationToken.None);
            Guid?[] listed = [.. page.Rows.Select(row => row.Id)];
            Guid?[] there = [.. plain[queue.Name].Select(id => (Guid?)id)];
            int said = counts.Single(count => count.Queue == queue.Name).Count;
            if (listed.Length != there.Length || listed.Except(there).Any() || page.Partly)
                wrong.Add(
                    $"queue {queue.Name} of {reach.AreaId} lists {listed.Length}, the rows say {there.Length}"
                );
            if (said != there.Length)
                wrong.Add(
                    $"queue {queue.Name} of {reach.AreaId} is said to hold {said}, the rows say {there.Length}"
                );
        }
        return wrong;
    }

    // Written from what each queue promises, not from how it is read.
    private const string Plain = """
        with need as materialized (
          select r.*, r.end_status is null and r.hidden_at is null and r.expires_at > @now as shown
          from request r where r.responsible_area_id in (select a.id from area a where @area = any (a.ancestors))
        )
        select 'all', id from need
        union all
        select 'waiting', id from need where shown and unmet > 0
        union all
        select 'verify', id from need where shown and verified_at is null
        union all
        select distinct 'silent', n.id from need n join match m on m.request_id = n.id
        where n.end_status is null and (m.status = 'accepted' and @now - m.accepted_at > m.due_by - @now
                                        or m.status = 'onTheWay' and @now - m.set_out_at > m.due_by - @now)
        union all
        select distinct 'failed', n.id from need n join match m on m.request_id = n.id
        where n.shown and n.unmet > 0 and m.status = 'failed' and m.ended_at > @now - interval '7 days'
        union all
        select 'risk', id from need n
        where shown and unmet > 0
          and (expires_at < @now + interval '12 hours' or needed_by < @now + interval '12 hours'
               or (urgency = 'urgent' and created_at < @now - interval '2 hours'
                   and not exists (select from match m where m.request_id = n.id and m.status = 'proposed')))
        """;
}
