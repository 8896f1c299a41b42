using System.Data;
using Dapper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Teams;
using MutualAid.Server.Teams.View;
using Npgsql;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>What an area's view tells against plain counts over the rows, at each level from a leaf up, in one snapshot.</summary>
internal sealed class AreaCounts(ServiceFixture service, CrowdWorld world)
{
    private int looks;

    /// <summary>How many numbers have been compared.</summary>
    public int Compared { get; private set; }

    public async Task<IEnumerable<string>> Differences(NpgsqlConnection connection)
    {
        var line = CrowdWorld.Lines[looks++ % CrowdWorld.Lines.Length];
        var now = service.Clock.GetUtcNow();
        var lead = world.Members[0].Person;
        var caller = new Caller(
            lead.Id,
            Guid.Empty,
            "vi",
            true,
            [new RoleOnArea("teamLead", Places.Province)]
        );
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var wrong = new List<string>();
        // Of one level every fourth time: of all of them in turn.
        Guid? queues = looks % 4 == 0 ? line[looks / 4 % line.Length] : null;
        // The first read opens the snapshot: this once the desk's, then the rows'.
        Dictionary<Guid, Tally>? plain = looks % 2 == 0 ? await Rows(connection, line, now) : null;
        var told = new Dictionary<Guid, AreaNumbers>();
        foreach (var area in line)
        {
            var reach = await Reach.Of(connection, caller, area, now, CancellationToken.None);
            told[area] = await AreaNumbers.Within(connection, reach, now, CancellationToken.None);
            if (area == queues)
                wrong.AddRange(await QueueLists.Differences(connection, reach, now));
        }
        plain ??= await Rows(connection, line, now);
        foreach (var area in line)
        {
            var counted = plain[area];
            Compare(wrong, $"{area}", Numbers(told[area]), counted.Lines);
            foreach (var below in told[area].Below)
                if (line.Contains(below.Id))
                    Compare(wrong, $"{below.Id} below {area}", Sums(below), plain[below.Id].Sums());
        }
        return wrong;
    }

    private void Compare(
        List<string> wrong,
        string where,
        Dictionary<string, (long, long)> told,
        Dictionary<string, (long, long)> counted
    )
    {
        Compared += counted.Count;
        foreach (string key in told.Keys.Union(counted.Keys))
            if (told.GetValueOrDefault(key) != counted.GetValueOrDefault(key))
                wrong.Add(
                    $"{where}: {key} is told as {told.GetValueOrDefault(key)}, the rows say {counted.GetValueOrDefault(key)}"
                );
    }

    private static Dictionary<string, (long, long)> Numbers(AreaNumbers told) =>
        told
            .Numbers.GroupBy(number => Key(number.Kind, number.Category, number.Urgency, number.Day))
            .ToDictionary(
                same => same.Key,
                same => (same.Sum(number => number.Requests), same.Sum(number => number.Units))
            );

    private static Dictionary<string, (long, long)> Sums(AreaBelow below) =>
        new()
        {
            ["waiting"] = (below.Waiting, below.Unmet),
            ["urgent"] = (below.Urgent, 0),
            ["under way"] = (below.UnderWay, 0),
            ["deliveries"] = (below.Deliveries, 0),
            ["oldest"] = (below.Oldest?.DayNumber ?? 0, 0),
        };

    private static string Key(string kind, string category, string urgency, DateOnly? day) =>
        $"{kind} {category} {urgency} {day:yyyy-MM-dd}";

    private static async Task<Dictionary<Guid, Tally>> Rows(
        NpgsqlConnection connection,
        Guid[] areas,
        DateTimeOffset now
    )
    {
        var rows = await connection.QueryAsync<PlainRow>(Plain, new { areas, now });
        var byArea = rows.ToLookup(row => row.Area);
        return areas.ToDictionary(area => area, area => new Tally([.. byArea[area]]));
    }

    // Nothing of the desk's own functions is used here.
    private const string Plain = """
        with below as (
          select u.id as area, a.id as leaf from area a cross join unnest(a.ancestors) u (id) where u.id = any (@areas)
        ), today as (
          select (@now::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date as day
        ), need as (
          select b.area, c.code as category, r.*, (r.created_at at time zone 'Asia/Ho_Chi_Minh')::date as posted
          from request r join below b on b.leaf = r.responsible_area_id join category c on c.id = r.category_id
        ), line as (
          select area, case when hidden_at is null then status else 'hidden' end as kind, category, urgency, posted as day, 1 as requests, unmet as units
          from need where end_status is null
          union all
          select area, end_status, category, '', (ended_at at time zone 'Asia/Ho_Chi_Minh')::date, 1, quantity from need where end_status is not null
          union all
          select area, 'posted', category, '', posted, 1, 0 from need
          union all
          select n.area, 'helped', n.category, '', (m.delivered_at at time zone 'Asia/Ho_Chi_Minh')::date, 1, m.units
          from need n join match m on m.request_id = n.id where m.status in ('delivered', 'confirmed')
          union all
          select b.area, 'supply', c.code, '', null, 1, coalesce(o.free, o.per_day)
          from offer o join below b on b.leaf = o.public_area_id join category c on c.id = o.category_id
          where o.status = 'active' and not o.one_time and not o.suspended and (o.free is null or o.free > 0)
        )
        select area, kind, category, urgency, line.day, sum(requests) as requests, sum(units) as units
        from line cross join today
        where kind in ('open', 'matched', 'inDelivery', 'hidden', 'supply') or line.day >= today.day - 7
        group by 1, 2, 3, 4, 5
        """;

    private sealed class Tally(PlainRow[] rows)
    {
        public Dictionary<string, (long, long)> Lines { get; } =
            rows.ToDictionary(
                row => Key(row.Kind, row.Category, row.Urgency, row.Day),
                row => (row.Requests, row.Units)
            );

        public Dictionary<string, (long, long)> Sums()
        {
            PlainRow[] open = [.. rows.Where(row => row.Kind == "open")];
            return new()
            {
                ["waiting"] = (open.Sum(row => row.Requests), open.Sum(row => row.Units)),
                ["urgent"] = (open.Where(row => row.Urgency == "urgent").Sum(row => row.Requests), 0),
                ["under way"] = (
                    rows.Where(row => row.Kind is "matched" or "inDelivery").Sum(row => row.Requests),
                    0
                ),
                ["deliveries"] = (rows.Where(row => row.Kind == "helped").Sum(row => row.Requests), 0),
                ["oldest"] = (open.Min(row => row.Day)?.DayNumber ?? 0, 0),
            };
        }
    }

    private sealed class PlainRow
    {
        public Guid Area { get; init; }
        public string Kind { get; init; } = "";
        public string Category { get; init; } = "";
        public string Urgency { get; init; } = "";
        public DateOnly? Day { get; init; }
        public long Requests { get; init; }
        public long Units { get; init; }
    }
}
