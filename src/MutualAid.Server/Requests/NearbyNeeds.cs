using System.Globalization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Needs with unmet units by distance between public locations.</summary>
public sealed record NearbyNeeds(IReadOnlyList<NearbyNeed> Items, string? Next)
{
    private const int Page = 20;

    /// <param name="after">Where the list goes on, as a former page's <see cref="Next"/> says.</param>
    public static async Task<NearbyNeeds> Read(
        NpgsqlConnection connection,
        double lon,
        double lat,
        short? category,
        string? urgency,
        string? after,
        CancellationToken stop
    )
    {
        string[] parts = after?.Split('_') ?? [];
        bool goesOn = double.TryParse(
            parts.FirstOrDefault(),
            CultureInfo.InvariantCulture,
            out double distance
        );
        var rows = await connection.Rows<NearbyNeed>(
            """
            select r.id, r.category_id, r.quantity, r.unmet, r.urgency, r.people, r.verified, r.created_at, r.needed_by, r.public_note,
                   a.name as area_name, r.place <-> st_setsrid(st_makepoint(@lon, @lat), 4326)::geography as distance_metres
            from public_request r join public_area a on a.id = r.area_id
            where r.unmet > 0 and (@category::smallint is null or r.category_id = @category::smallint)
              and (@urgency::text is null or r.urgency = @urgency)
              and (not @goesOn or (r.place <-> st_setsrid(st_makepoint(@lon, @lat), 4326)::geography, r.id) > (@distance, @id))
            order by distance_metres, r.id limit @limit
            """,
            new
            {
                lon,
                lat,
                category,
                urgency,
                goesOn,
                distance,
                id = Guid.TryParse(parts.LastOrDefault(), out var id) ? id : Guid.Empty,
                limit = Page + 1,
            },
            stop
        );
        if (rows.Count <= Page)
            return new NearbyNeeds(rows, null);
        var last = rows[Page - 1];
        return new NearbyNeeds(
            [.. rows.Take(Page)],
            FormattableString.Invariant($"{last.DistanceMetres:R}_{last.Id}")
        );
    }
}

/// <summary>One need as anybody reads it in a list.</summary>
public sealed class NearbyNeed
{
    public Guid Id { get; init; }
    public short CategoryId { get; init; }
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public string Urgency { get; init; } = "";
    public int? People { get; init; }
    public bool Verified { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public string? PublicNote { get; init; }
    public string AreaName { get; init; } = "";
    public double DistanceMetres { get; init; }
}
