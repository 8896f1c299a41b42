using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Interop.Exports;

/// <summary>A need as a team takes it out of the service: its public facts, how it stands, and, asked for with a reason, whom to call.</summary>
internal sealed class AreaNeed
{
    /// <summary>As many as are read and sent at a time: a reader on a slow line holds these, and no connection.</summary>
    internal const int Page = 2_000;

    private const string Columns = """
        r.id, c.code as category, r.quantity, r.unmet, r.promised, r.delivered, r.urgency,
        case when r.status = 'open' and r.expires_at <= @now then 'expired' else r.status end as status,
        r.people, r.verified_at is not null as verified, r.hidden_at is not null as hidden, r.created_at, r.needed_by, r.expires_at, r.ended_at,
        w.code as ward_code, w.name as ward, l.code as team_area_code, l.name as team_area,
        st_x(r.public_place::geometry) as longitude, st_y(r.public_place::geometry) as latitude, r.public_note
        """;

    private const string Tables = """
        join category c on c.id = r.category_id
        join area w on w.id = r.public_area_id
        join area l on l.id = r.responsible_area_id
        """;

    public Guid Id { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public string Urgency { get; init; } = "";
    public string Status { get; init; } = "";
    public int? People { get; init; }
    public bool Verified { get; init; }
    public bool Hidden { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string WardCode { get; init; } = "";
    public string Ward { get; init; } = "";
    public string TeamAreaCode { get; init; } = "";
    public string TeamArea { get; init; } = "";

    /// <summary>Degrees, of the public location.</summary>
    public double Longitude { get; init; }
    public double Latitude { get; init; }
    public string? PublicNote { get; init; }

    public Guid HouseholdId { get; init; }
    public Guid OwnerId { get; init; }
    public bool OnBehalf { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
    public string? Note { get; init; }
    public string? Details { get; init; }
    public string? Destination { get; init; }

    /// <summary>The next of the needs that these leaves look after, by id: live ones, and what ended within 90 days.</summary>
    internal static Task<IReadOnlyList<AreaNeed>> After(
        NpgsqlConnection connection,
        Guid[] leaves,
        Guid after,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<AreaNeed>(
            $"""
            select {Columns} from request r {Tables}
            where r.responsible_area_id = any (@leaves) and r.id > @after
              and (r.end_status is null or (r.end_status is not null and r.ended_at > @since))
            order by r.id limit @Page
            """,
            new
            {
                leaves,
                after,
                now,
                since = now.AddDays(-90),
                Page,
            },
            stop
        );

    /// <summary>
    /// The live ones with what it takes to call and to visit. What has ended is nobody's to visit any more; the exact point is
    /// left where it is.
    /// </summary>
    internal static Task<IReadOnlyList<AreaNeed>> Private(
        NpgsqlConnection connection,
        Guid[] leaves,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<AreaNeed>(
            $"""
            select {Columns}, r.household_id, r.account_id as owner_id, h.on_behalf,
                   case when h.on_behalf then p.name else coalesce(o.name, p.name) end as name,
                   case when h.on_behalf then p.phone else coalesce(o.phone, p.phone) end as phone,
                   p.address, p.note, p.details, p.destination ->> 'address' as destination
            from request r {Tables}
            join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
            join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
            left join account_private o on o.account_id = r.account_id
            where r.responsible_area_id = any (@leaves) and r.end_status is null
            order by r.id
            """,
            new { leaves, now },
            stop
        );
}
