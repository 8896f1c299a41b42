using MutualAid.Server.Database;
using MutualAid.Server.Rounds;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>A need of the team's area that waits unasked, and the giver's offer that could meet it. By public places only.</summary>
internal sealed class Gap
{
    public Guid RequestId { get; init; }
    public Guid OfferId { get; init; }

    /// <summary>What the offer has today and the need still wants.</summary>
    public int Units { get; init; }
    public double Metres { get; init; }
    public int ReachMetres { get; init; }

    /// <summary>
    /// The first few to try: urgent ones first, then those that no other giver on duty reaches, then the nearest. The settings
    /// say how far beyond the reach.
    /// </summary>
    public static Task<IReadOnlyList<Gap>> Next(
        NpgsqlConnection connection,
        Reach reach,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<Gap>(
            Sql,
            new
            {
                leaves = reach.Leaves,
                giver,
                now,
            },
            stop
        );

    // The nearest of each offer and urgency, so that whether others reach it is asked of a few hundred, however many wait. An offer that has
    // less than an indivisible need wants cannot meet it.
    private const string Sql = $"""
        with mine as materialized (
          select o.*, today.free as free_today, t.times
          from offer o
          join area root on root.id = o.root_area_id
          cross join (select setting('point_reach_times') as times) t
          {Eligibility.FreeToday}
          where o.account_id = @giver and not o.suspended and today.free > 0
            and offer_takes(o, @now, (@now at time zone root.time_zone)::time)
        ), near as materialized (
          select o.id as offer_id, o.reach_metres, r.id as request_id, r.root_area_id, r.category_id, r.urgency, r.public_place,
                 least(r.unmet, o.free_today) as units, r.metres
          from mine o
          cross join unnest(array['urgent', 'soon', 'routine']) u (urgency)
          cross join lateral (
            select r.*, st_distance(r.public_place, o.public_place) as metres from request r
            where r.category_id = o.category_id and r.root_area_id = o.root_area_id and r.urgency = u.urgency and {Eligibility.RequestWaits}
              and r.responsible_area_id = any (@leaves) and (r.divisible or r.unmet <= o.free_today)
              and st_dwithin(r.public_place, o.public_place, o.reach_metres * o.times::float8)
              and not exists (select 1 from match m where m.request_id = r.id and m.status = 'proposed' offset 0)
              and not exists (select 1 from moderation_log l where l.account_id = @giver and l.act = 'point' and l.request_id = r.id offset 0)
              and {Eligibility.PairMayBeAsked}
            order by r.public_place <-> o.public_place limit 50) r
        )
        select n.request_id, n.offer_id, n.units, n.metres, n.reach_metres
        from near n
        order by n.urgency desc,
          exists (
            select 1 from offer c join account a on a.id = c.account_id and a.on_duty
            where c.category_id = n.category_id and c.root_area_id = n.root_area_id and c.account_id <> @giver
              and c.status = 'active' and not c.one_time and (c.free is null or c.free > 0) and not c.suspended
              and (c.available_until is null or c.available_until > @now)
              and reach_box(c.public_place, c.reach_metres) && n.public_place::geometry
              and st_distance(c.public_place, n.public_place) <= c.reach_metres
            offset 0),
          n.metres, n.request_id
        limit 5
        """;
}

/// <summary>What came of it.</summary>
public sealed class Pointed
{
    /// <summary><c>proposed</c>: asked, as by the matcher; <c>told</c>: beyond the reach, by message.</summary>
    public string Outcome { get; init; } = "";
    public Guid RequestId { get; init; }
    public Guid? MatchId { get; init; }
    public string Category { get; init; } = "";
    public string Urgency { get; init; } = "";

    /// <summary>Asked of the giver; told of: what the need still wants.</summary>
    public int Units { get; init; }

    internal static Task<Pointed?> Read(NpgsqlConnection connection, Made made, CancellationToken stop) =>
        connection.Row<Pointed>(
            made.Kind == "match"
                ? """
                select 'proposed' as outcome, r.id as request_id, m.id as match_id, c.code as category, r.urgency, m.units
                from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id) join category c on c.id = r.category_id
                where m.id = @Id
                """
                : """
                select 'told' as outcome, r.id as request_id, c.code as category, r.urgency, r.unmet as units
                from moderation_log l join request r on r.id = l.request_id join category c on c.id = r.category_id
                where l.id = @Id
                """,
            new { made.Id },
            stop
        );
}
