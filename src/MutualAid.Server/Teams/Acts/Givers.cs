using System.Text.Json.Serialization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>Which offers of the team's area a need could be assigned to: those that fit first, the nearest first.</summary>
internal sealed class Givers(ServiceDatabase database, TimeProvider time)
{
    private const int Most = 50;

    internal async Task<IReadOnlyList<GiverAnswer>> Of(Guid id, Caller caller, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        if (
            caller.Roles.Count == 0
            || !await connection.Value<bool>(
                "select exists (select from request r where r.id = @id and account_reaches(@AccountId, r.responsible_area_id, @now))",
                new
                {
                    id,
                    caller.AccountId,
                    now,
                },
                stop
            )
        )
            throw Refusal.NotFound();
        return await Of(connection, id, caller, now, stop);
    }

    /// <summary>For whoever is known to reach it.</summary>
    internal static Task<IReadOnlyList<GiverAnswer>> Of(
        NpgsqlConnection connection,
        Guid id,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<GiverAnswer>(
            Sql,
            new
            {
                id,
                me = caller.AccountId,
                now,
                most = Most,
            },
            stop
        );

    /// <summary>
    /// The door judges again when it is asked. Two scans by nearness, of those that a round would look at and of those that it would
    /// not, each stopped after so many: a province has tens of thousands.
    /// </summary>
    internal const string Sql = """
        select * from (
        select o.id as offer_id, a.name as area, x.metres as distance, o.reach_metres as reach, least(o.free, x.day_free) as free, c.unit,
               g.on_duty,
               case
                 when o.account_id = r.account_id then 'own'
                 when o.status <> 'active' or g.suspended_at is not null or g.erased_at is not null or not offer_is_open(o, @now) then 'offerClosed'
                 when not g.on_duty then 'offDuty'
                 when x.metres > o.reach_metres then 'outOfReach'
                 when coalesce(least(o.free, x.day_free), 1000000) < case when r.divisible then 1 else r.unmet end then 'free'
                 when blocked_either_way(r.account_id, o.account_id) or pair_rests(@now, r.id, o.account_id) then 'rests'
                 when exists (select 1 from match m where m.giver_account_id = o.account_id and m.status in ('proposed', 'accepted', 'onTheWay')) then 'busy'
                 when r.end_status is not null or r.hidden_at is not null or r.expires_at <= @now or r.unmet = 0 then 'requestEnded'
                 when (select count(*) from match m where m.request_id = r.id and m.status = 'proposed')
                   >= case r.urgency when 'urgent' then setting('open_proposals_urgent') else 1 end then 'asked'
               end as why
        from request r
        join category c on c.id = r.category_id
        cross join lateral (
          (select q.id from offer q
           where q.category_id = r.category_id and q.status = 'active' and not q.one_time and (q.free is null or q.free > 0)
           order by q.public_place <-> r.public_place limit 200)
          union all
          (select q.id from offer q
           where q.category_id = r.category_id and not q.one_time and (q.status = 'paused' or (q.status = 'active' and q.free = 0))
           order by q.public_place <-> r.public_place limit 50)) near
        join offer o on (o.id, o.root_area_id) = (near.id, r.root_area_id)
        join area a on a.id = o.public_area_id
        join account g on g.id = o.account_id
        cross join lateral (
          select round(st_distance(r.public_place, o.public_place))::int as metres,
                 coalesce((select d.free from offer_day d where (d.offer_id, d.root_area_id) = (o.id, o.root_area_id)
                                                            and d.day = local_day(@now, o.root_area_id)), o.per_day) as day_free) x
        where r.id = @id and account_reaches(@me, o.public_area_id, @now)
        ) found
        order by why is not null, distance, offer_id
        limit @most
        """;
}

/// <summary>An offer of the area, by what everybody sees of it, and why it cannot be asked now.</summary>
public sealed class GiverAnswer
{
    public Guid OfferId { get; init; }

    /// <summary>Its public ward.</summary>
    public string Area { get; init; } = "";

    /// <summary>Metres between public locations.</summary>
    public int Distance { get; init; }
    public int Reach { get; init; }

    /// <summary>Units free today; null: unbounded.</summary>
    public int? Free { get; init; }
    public string Unit { get; init; } = "";
    public bool OnDuty { get; init; }

    /// <summary><c>own | offerClosed | offDuty | outOfReach | free | rests | busy | requestEnded | asked</c>; left out: it can be asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }
}
