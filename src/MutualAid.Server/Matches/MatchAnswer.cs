using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MutualAid.Server.Web;

namespace MutualAid.Server.Matches;

/// <summary>A match as one of its two sides, or the team of the request's area, reads it.</summary>
public sealed class MatchAnswer
{
    public required Guid Id { get; init; }
    public required Guid RequestId { get; init; }
    public required Guid OfferId { get; init; }
    public required Guid TripId { get; init; }

    /// <summary>In the category's unit.</summary>
    public required int Units { get; init; }

    /// <summary>The local date of proposal or claim.</summary>
    public required DateOnly Day { get; init; }
    public required string Status { get; init; }

    /// <summary>A code, or what somebody wrote.</summary>
    public string? EndReason { get; init; }
    public string? EndReasonText { get; init; }

    /// <summary><c>giver | receiver | team | clock | system</c>.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Metres between public locations; null for a one-time offer.</summary>
    public int? Distance { get; init; }
    public required IReadOnlyList<MatchReason> Reasons { get; init; }
    public DateTimeOffset? RespondBy { get; init; }
    public DateTimeOffset? DueBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? SetOutAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required string Category { get; init; }
    public required string Unit { get; init; }
    public required string Urgency { get; init; }

    /// <summary>Whose eyes this is for: <c>giver | receiver | team</c>.</summary>
    public required string Side { get; init; }

    /// <summary>Six digits, to the request's owner alone, from acceptance to delivery.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HandOverCode { get; init; }

    /// <summary>Messages of the other side that one has not read; to the two sides only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Unread { get; init; }
}

/// <summary>Why these two were paired.</summary>
public sealed record MatchReason(string Code, string Text);

/// <summary>A match as the database has it, for one reader.</summary>
internal sealed class MatchRow
{
    // @me is the reader. The code is theirs who own the request, until delivery; a lapsed match can still be delivered for a day.
    internal const string Select = """
        select m.id, m.request_id, m.offer_id, m.trip_id, m.units, m.day, m.status, m.end_reason, m.ended_by, m.distance_metres,
               m.reasons::text as reasons, m.respond_by, m.due_by, m.created_at, m.accepted_at, m.set_out_at, m.delivered_at,
               m.confirmed_at, m.ended_at, c.code as category, c.unit, r.urgency,
               case @me when m.giver_account_id then 'giver' when r.account_id then 'receiver' else 'team' end as side,
               case when r.account_id = @me and (m.status in ('accepted', 'onTheWay') or (m.status = 'lapsed'
                      and m.ended_at > @now - setting('late_delivery_hours') * interval '1 hour')) then p.hand_over_code end as hand_over_code,
               case when @me in (m.giver_account_id, r.account_id) then (select count(*)::int from match_message x
                 where x.match_id = m.id and x.sender_account_id <> @me and x.read_at is null) end as unread
        from match m
        join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
        join category c on c.id = r.category_id
        left join match_private p on (p.match_id, p.root_area_id) = (m.id, m.root_area_id)
        """;

    public Guid Id { get; init; }
    public Guid RequestId { get; init; }
    public Guid OfferId { get; init; }
    public Guid TripId { get; init; }
    public int Units { get; init; }
    public DateOnly Day { get; init; }
    public string Status { get; init; } = "";
    public string? EndReason { get; init; }
    public string? EndedBy { get; init; }
    public int? DistanceMetres { get; init; }
    public string Reasons { get; init; } = "[]";
    public DateTimeOffset? RespondBy { get; init; }
    public DateTimeOffset? DueBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? SetOutAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string Category { get; init; } = "";
    public string Unit { get; init; } = "";
    public string Urgency { get; init; } = "";
    public string Side { get; init; } = "";
    public string? HandOverCode { get; init; }
    public int? Unread { get; init; }

    internal MatchAnswer Answer(string locale) =>
        new()
        {
            Id = Id,
            RequestId = RequestId,
            OfferId = OfferId,
            TripId = TripId,
            Units = Units,
            Day = Day,
            Status = Status,
            EndReason = EndReason,
            EndReasonText = EndReason is null ? null : Known(locale, "endReason", EndReason) ?? EndReason,
            EndedBy = EndedBy,
            Distance = DistanceMetres,
            Reasons = ReadReasons(locale),
            RespondBy = RespondBy,
            DueBy = DueBy,
            CreatedAt = CreatedAt,
            AcceptedAt = AcceptedAt,
            SetOutAt = SetOutAt,
            DeliveredAt = DeliveredAt,
            ConfirmedAt = ConfirmedAt,
            EndedAt = EndedAt,
            Category = Category,
            Unit = Unit,
            Urgency = Urgency,
            Side = Side,
            HandOverCode = HandOverCode,
            Unread = Unread,
        };

    // Stored as [{"code":"nearest","args":[800]}, …]: the text is the reader's language's.
    private List<MatchReason> ReadReasons(string locale) =>
        [
            .. JsonNode
                .Parse(Reasons)!
                .AsArray()
                .Select(reason =>
                {
                    string code = (string)reason!["code"]!;
                    object?[] arguments =
                    [
                        .. (reason["args"]?.AsArray() ?? []).Select(argument =>
                            argument?.GetValueKind() == System.Text.Json.JsonValueKind.Number
                                ? (object)argument.GetValue<decimal>()
                                : argument?.ToString()
                        ),
                    ];
                    return new MatchReason(code, Known(locale, "reason", code, arguments) ?? code);
                }),
        ];

    private static string? Known(string locale, string kind, string code, params object?[] arguments) =>
        Texts.Has($"{kind}.{code}") ? Texts.Of(locale, $"{kind}.{code}", arguments) : null;
}
