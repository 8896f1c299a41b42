using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Why a need still waits, for its owner and its team. From public locations only, and of all givers together: which of them
/// it is about is not told.
/// </summary>
/// <remarks>
/// Each offer whose reach covers the place is taken as far as it would come in a round, and the best of them tells the
/// reason. The nearest offers of the category are looked at, a fixed number of those that rounds see and as many of those
/// that they do not (used up, paused): a far one with a long reach may be missed where a crowd of short ones is nearer.
/// A giver blocked either way comes no further than one who has been asked before; so does one who may open no more doors
/// today, so that a need of which nobody was ever asked has another reason to be told so than a block.
/// </remarks>
public static class WhyUnmet
{
    private const int Nearest = 300;

    /// <summary>Of each request that has unmet units and is not over: why. One statement, however many.</summary>
    internal static async Task<IReadOnlyDictionary<Guid, Waiting>> Of(
        NpgsqlConnection connection,
        IReadOnlyCollection<Guid> requests,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (requests.Count == 0)
            return new Dictionary<Guid, Waiting>();
        var rows = await connection.Rows<Row>(
            Sql,
            new
            {
                requests = requests.ToArray(),
                now,
                nearest = Nearest,
            },
            stop
        );
        return rows.ToDictionary(
            row => row.Id,
            row =>
                row.RespondBy is { } respondBy
                    ? new Waiting(row.Code, [row.Asked, respondBy.ToUnixTimeSeconds()])
                    : new Waiting(row.Code, [])
        );
    }

    // Within its reach: what rounds see, and what they do not.
    private const string Offers = $"""
        (
          (select o as whole, o.*, st_distance(r.public_place, o.public_place) as metres
           from offer o
           where o.category_id = r.category_id and o.status = 'active' and not o.one_time and (o.free is null or o.free > 0)
           order by o.public_place <-> r.public_place
           limit @nearest)
          union all
          (select o as whole, o.*, st_distance(r.public_place, o.public_place) as metres
           from offer o
           where o.category_id = r.category_id and not o.one_time and (o.status = 'paused' or (o.status = 'active' and o.free = 0))
           order by o.public_place <-> r.public_place
           limit @nearest)
        ) o
        join area root on root.id = o.root_area_id
        {Eligibility.FreeToday}
        where r.givers = 0 and o.root_area_id = r.root_area_id and o.metres <= o.reach_metres
          and o.account_id <> r.account_id and not o.suspended and (o.available_until is null or o.available_until > @now)
        """;

    // How far an offer comes, in the order of a case: what is dear is asked last, and of those alone who come so far.
    private const string Step = $"""
        case
          when today.free = 0 then 1
          when not r.divisible and today.free < r.unmet then 2
          when not (offer_takes(o.whole, @now, (@now at time zone root.time_zone)::time) and {Eligibility.GiverMayBeAsked}) then 3
          when not ({Eligibility.PairMayBeAsked}
                    and exists (select 1 from (select) one {Eligibility.Openings} where {Eligibility.MayOpen} offset 0)) then 4
          else 5 end
        """;

    /// <summary>
    /// <c>@requests, @now, @nearest</c>. Somebody free is looked for first: where there is one, they are among the first few.
    /// </summary>
    public const string Sql = $"""
        with {Eligibility.Settings}, waiting as materialized (
          select r.*, asked.givers, asked.respond_by
          from request r
          cross join lateral (
            select count(*)::int as givers, max(m.respond_by) as respond_by
            from match m where m.request_id = r.id and m.status = 'proposed' offset 0) asked
          where r.id = any (@requests) and {Eligibility.RequestWaits}
        )
        select r.id, r.givers as asked, r.respond_by,
               case when r.givers > 0 then 'asking'
                    when exists (select 1 from {Offers} and {Step} = 5 offset 0) then 'inTurn'
                    else coalesce((array['allFull', 'tooSmall', 'allResting', 'allAsked', 'inTurn'])[(select max({Step}) from {Offers})],
                                  'noOffer') end as code
        from waiting r
        cross join setting
        """;

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Code { get; init; } = "";
        public int Asked { get; init; }
        public DateTimeOffset? RespondBy { get; init; }
    }
}
