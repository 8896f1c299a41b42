using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>A request as it is read: <see cref="Columns"/> for everybody, <see cref="PrivateColumns"/> for few.</summary>
internal class RequestRow
{
    /// <summary>Of <c>r</c> with the public view's columns, its area <c>a</c> and category <c>c</c>.</summary>
    internal const string Columns = """
        r.id, c.code as category, r.quantity, r.unmet, r.promised, r.delivered, c.unit, r.divisible, r.urgency, r.status, r.people,
        a.id as area_id, a.name as area_name, a.path as area_path, st_x(r.place::geometry) as lon, st_y(r.place::geometry) as lat,
        r.verified, r.created_at, r.expires_at, r.needed_by, r.public_note
        """;

    /// <summary>What <see cref="Columns"/> are read from by the role that sees the public views only.</summary>
    internal const string Public = """
        from public_request r join public_area a on a.id = r.area_id join public_category c on c.id = r.category_id
        """;

    public Guid Id { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public string Unit { get; init; } = "";
    public bool Divisible { get; init; }
    public string Urgency { get; init; } = "";
    public string Status { get; init; } = "";
    public int? People { get; init; }
    public Guid AreaId { get; init; }
    public string AreaName { get; init; } = "";
    public string AreaPath { get; init; } = "";
    public double Lon { get; init; }
    public double Lat { get; init; }
    public bool Verified { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public string? PublicNote { get; init; }

    /// <summary>Metres to the asked point, where a list asks.</summary>
    public double? Metres { get; init; }

    public RequestAnswer Answer() =>
        new()
        {
            Id = Id,
            Category = Category,
            Quantity = Quantity,
            Unmet = Unmet,
            Promised = Promised,
            Delivered = Delivered,
            Unit = Unit,
            Divisible = Divisible,
            Urgency = Urgency,
            Status = Status,
            People = People,
            Area = new AreaName(AreaId, AreaName, AreaPath),
            Location = GeoPoint.At(Lon, Lat),
            Verified = Verified,
            CreatedAt = CreatedAt,
            ExpiresAt = ExpiresAt,
            NeededBy = NeededBy,
            PublicNote = PublicNote,
            Distance = Metres is { } metres ? (int)Math.Round(metres) : null,
        };
}
