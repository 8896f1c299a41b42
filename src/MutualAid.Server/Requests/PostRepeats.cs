using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>
/// What is there already and may be the same need: the writer's own of lately for the same person, and what everybody sees at
/// the spot where this one will be shown. It is said and never refused: a repeat is often an escalation.
/// </summary>
public sealed record PostRepeats(IReadOnlyList<EarlierNeed> Own, IReadOnlyList<EarlierNeed> Here)
{
    public const int MostHere = 3;
    private const int MostOwn = 5;

    public static readonly string HereSql = $"""
        select q.id, q.category_id, q.unmet as quantity, q.created_at, q.public_note
        from public_request q
        where q.category_id = any (@categories) and q.unmet > 0 and not q.id = any (@butNot)
          and q.place::geometry && st_setsrid(st_makepoint(@Lon, @Lat), 4326)
          and q.place::geometry = st_setsrid(st_makepoint(@Lon, @Lat), 4326)
        order by q.created_at desc, q.id desc limit {MostHere}
        """;

    /// <param name="forPhone">The keyed hash of the phone of the one in need, when it is not the writer.</param>
    public static async Task<IReadOnlyList<EarlierNeed>> OfWriter(
        NpgsqlConnection connection,
        Guid account,
        bool onBehalf,
        byte[]? forPhone,
        short[] categories,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        await connection.Rows<EarlierNeed>(
            $"""
            select r.id, r.category_id, r.quantity, r.created_at
            from household h join request r on (r.household_id, r.root_area_id) = (h.id, h.root_area_id)
            where h.account_id = @account and h.created_at > @now - setting('repeat_days') * interval '1 day'
              and h.on_behalf = @onBehalf and (not @onBehalf or h.phone_hash = @forPhone)
              and r.category_id = any (@categories) and r.end_status is null and r.expires_at > @now
            order by r.created_at desc, r.id desc limit {MostOwn}
            """,
            new
            {
                account,
                now,
                onBehalf,
                forPhone,
                categories,
            },
            stop
        );

    /// <summary>By the public view alone, and asked with the public location: no more than the list round it tells anybody.</summary>
    internal static Task<IReadOnlyList<EarlierNeed>> At(
        NpgsqlConnection connection,
        Placing placed,
        short[] categories,
        IReadOnlyList<EarlierNeed> butNot,
        CancellationToken stop
    ) =>
        connection.Rows<EarlierNeed>(
            HereSql,
            new
            {
                placed.Lon,
                placed.Lat,
                categories,
                butNot = butNot.Select(need => need.Id).ToArray(),
            },
            stop
        );
}

/// <summary>A need that is live already. Its quantity is what was asked for, of others' what is still unmet.</summary>
public sealed class EarlierNeed
{
    public Guid Id { get; init; }
    public short CategoryId { get; init; }
    public int Quantity { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string? PublicNote { get; init; }
}
