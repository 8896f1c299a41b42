namespace MutualAid.Server.Teams.Queues;

/// <summary>A need in a queue: its public facts, how it stands, its matches in short. Nothing private, so a list is no look at anybody.</summary>
public sealed class QueueRow
{
    /// <summary>The status as it is shown: what is past its expiry waits for nobody.</summary>
    public static string Status(string row) =>
        $"case when {row}.status = 'open' and {row}.expires_at <= @now then 'expired' else {row}.status end";

    /// <summary>Of request <c>r</c>, joined with <see cref="Tables"/>.</summary>
    public static readonly string Columns = $"""
        r.id, c.code as category, r.quantity, r.unmet, r.promised, r.delivered, r.urgency, {Status(
            "r"
        )} as state, r.people,
        r.public_note, r.verified_at is not null as verified, r.hidden_at is not null as hidden, r.created_at, r.needed_by,
        r.expires_at, r.ended_at, w.id as ward_id, w.name as ward, t.id as team_area_id, t.name as team_area,
        k.proposed, k.accepted, k.on_the_way, k.handed_over, k.failed, k.due_by
        """;

    public const string Tables = """
        join category c on c.id = r.category_id
        join area w on w.id = r.public_area_id
        join area t on t.id = r.responsible_area_id
        cross join lateral (
          select count(*) filter (where m.status = 'proposed')::int as proposed,
                 count(*) filter (where m.status = 'accepted')::int as accepted,
                 count(*) filter (where m.status = 'onTheWay')::int as on_the_way,
                 count(*) filter (where m.status in ('delivered', 'confirmed'))::int as handed_over,
                 count(*) filter (where m.status = 'failed')::int as failed,
                 min(m.due_by) filter (where m.status in ('accepted', 'onTheWay')) as due_by
          from match m where m.request_id = r.id) k
        """;

    public Guid? Id { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public string Urgency { get; init; } = "";
    public string State { get; init; } = "";
    public int? People { get; init; }
    public string? PublicNote { get; init; }
    public bool Verified { get; init; }
    public bool Hidden { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public Guid WardId { get; init; }
    public string Ward { get; init; } = "";
    public Guid TeamAreaId { get; init; }
    public string TeamArea { get; init; } = "";
    public int Proposed { get; init; }
    public int Accepted { get; init; }
    public int OnTheWay { get; init; }
    public int HandedOver { get; init; }
    public int Failed { get; init; }
    public DateTimeOffset? DueBy { get; init; }

    // Of the scan that found it.
    public int EdgeOrder { get; init; }
    public DateTimeOffset? EdgeAt { get; init; }
    public Guid? EdgeId { get; init; }

    // Of a report in which it stands.
    public Guid? ReportId { get; init; }
    public string ReportKind { get; init; } = "";
    public string ReportReason { get; init; } = "";
    public DateTimeOffset ReportedAt { get; init; }

    /// <summary>Where the page that comes next begins, when this is the last.</summary>
    public QueueKey Key(Queue queue) =>
        queue == Queue.Reports ? new(0, ReportedAt, ReportId!.Value)
        : queue.LatestFirst ? new(0, CreatedAt, Id!.Value)
        : new(
            Urgency switch
            {
                "urgent" => 0,
                "soon" => 1,
                _ => 2,
            },
            CreatedAt,
            Id!.Value
        );

    /// <summary>As the API tells it; null: a report on no need.</summary>
    public object? Answer() =>
        Id is null
            ? null
            : new
            {
                Id,
                Category,
                Quantity,
                Unmet,
                Promised,
                Delivered,
                Urgency,
                status = State,
                People,
                PublicNote,
                Verified,
                Hidden,
                CreatedAt,
                NeededBy,
                ExpiresAt,
                EndedAt,
                area = new { id = WardId, name = Ward },
                teamArea = new { id = TeamAreaId, name = TeamArea },
                matches = new
                {
                    Proposed,
                    Accepted,
                    OnTheWay,
                    delivered = HandedOver,
                    Failed,
                    DueBy,
                },
                desk = $"/team/needs/{Id}",
            };
}
