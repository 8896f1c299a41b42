using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>Counts the two sides and lists the scarcer: the fewer are looked at, the fewer scans a pass takes.</summary>
public static class Sides
{
    // Listing so many ids takes some 50 ms. Above it both sides are many, and the givers' scans are the safer: their reach bounds them.
    private const int Many = 20_000;

    // So few requests are looked at before anybody has counted the givers.
    private const int Few = 100;

    internal static async Task<Pass> Choose(
        NpgsqlConnection connection,
        DateTimeOffset now,
        bool fromGivers,
        CancellationToken stop
    )
    {
        var requests = await connection.Rows<Guid>(Waiting, new { now, limit = Many }, stop);
        if (requests.Count == 0)
            return new Pass(Side.Givers, []);
        if (!fromGivers && requests.Count <= Few)
            return new Pass(Side.Requests, requests);
        var givers = await connection.Rows<Guid>(Ready, new { now }, stop);
        return fromGivers || requests.Count == Many || givers.Count < requests.Count
            ? new Pass(Side.Givers, givers)
            : new Pass(Side.Requests, requests);
    }

    /// <summary>Requests that may be asked of somebody: urgent first, then the oldest, straight off the index.</summary>
    public const string Waiting = """
        select r.id
        from request r
        where r.end_status is null and r.hidden_at is null and r.unmet > 0 and r.expires_at > @now
          and (select count(*) filter (where m.status = 'proposed') from match m where m.request_id = r.id)
              < case r.urgency when 'urgent' then (select setting('open_proposals_urgent')) else 1 end
        order by r.urgency desc, r.created_at, r.id
        limit @limit
        """;

    /// <summary>Givers with an open offer, no trip and no rest to keep: who has carried least in 24 h first.</summary>
    public const string Ready = $"""
        with giver as materialized (
          select distinct o.account_id as id
          from offer o
          join area root on root.id = o.root_area_id
          join account a on a.id = o.account_id and a.on_duty and a.suspended_at is null and a.erased_at is null
          where (o.free is null or o.free > 0) and offer_takes(o, @now, (@now at time zone root.time_zone)::time)
            -- "not in": hashed once, whatever the statistics say of how few are under way
            and o.account_id not in (select m.giver_account_id from match m where m.status in ('proposed', 'accepted', 'onTheWay'))
            and {GiverRest.IsOver}
        ), carried as (
          select m.giver_account_id as id, count(*) as matches from match m where m.created_at > @now - interval '24 hours' group by 1
        )
        select g.id from giver g left join carried c using (id) order by coalesce(c.matches, 0), g.id
        """;
}
