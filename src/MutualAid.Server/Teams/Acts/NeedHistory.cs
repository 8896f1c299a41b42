using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>Everything that happened to a need: when it was posted, each act of a team, each step of its matches, its end.</summary>
internal static class NeedHistory
{
    /// <summary>Oldest first. The caller has looked whether the reader may see it, and written the look down.</summary>
    internal static async Task<IReadOnlyList<HistoryItem>> Of(
        NpgsqlConnection connection,
        Guid id,
        CancellationToken stop
    )
    {
        var acts = await connection.Rows<HistoryRow>(
            $"""
            select {ActRow.Columns}, t.account_id, o.name as who, t.role, t.role_area_id, ra.name as role_area_name,
                   b.name as area_before, f.name as area_after,
                   coalesce(p.text, n.text) as text, p.before::text as private_before, p.after::text as private_after
            from need_act t
            join area ra on ra.id = t.role_area_id
            left join area b on b.id = (t.before ->> 'areaId')::uuid
            left join area f on f.id = (t.after ->> 'areaId')::uuid
            left join account_private o on o.account_id = t.account_id
            left join need_act_private p on (p.act_id, p.root_area_id) = (t.id, t.root_area_id)
            left join need_note n on (n.id, n.root_area_id) = (t.id, t.root_area_id)
            where t.request_id = @id
            """,
            new { id },
            stop
        );
        var steps = await connection.Rows<StepRow>(Steps, new { id }, stop);
        return
        [
            .. acts.Select(act => act.Item())
                .Concat(steps.Select(step => step.Item()))
                .OrderBy(item => item.At)
                .ThenBy(item => item.Order),
        ];
    }

    // What the rows themselves keep of their course: an edit leaves no row.
    private const string Steps = """
        select r.created_at as at, 0 as place, 'posted' as what, 'owner' as by_party, null::uuid as match_id, r.quantity as units, null as reason
        from request r where r.id = @id
        union all
        select r.ended_at, 9, r.end_status, case when r.end_status = 'withdrawn' then 'owner' else 'system' end, null, null, r.end_reason
        from request r where r.id = @id and r.end_status in ('withdrawn', 'expired', 'fulfilled')
        union all
        select s.at, s.place, s.what, s.by_party, m.id, m.units, s.reason
        from match m
        cross join lateral (values
          (m.created_at, 1, case m.origin when 'claim' then 'claimed' else 'proposed' end,
           case m.origin when 'claim' then 'giver' when 'team' then 'team' else 'matcher' end, null),
          (case when m.origin <> 'claim' then m.accepted_at end, 2, 'accepted', 'giver', null),
          (m.set_out_at, 3, 'onTheWay', 'giver', null),
          (m.delivered_at, 4, 'delivered', 'giver', null),
          (case when m.status = 'confirmed' then m.confirmed_at end, 5, 'confirmed', 'receiver', null),
          (case when m.status in ('declined', 'lapsed', 'withdrawn', 'failed') then m.ended_at end, 6, m.status, m.ended_by, m.end_reason)
        ) s (at, place, what, by_party, reason)
        where m.request_id = @id and s.at is not null
        """;

    private sealed class HistoryRow : ActRow
    {
        public Guid AccountId { get; init; }
        public string? Who { get; init; }
        public string Role { get; init; } = "";
        public Guid RoleAreaId { get; init; }
        public string RoleAreaName { get; init; } = "";
        public string? AreaBefore { get; init; }
        public string? AreaAfter { get; init; }
        public string? Text { get; init; }
        public string? PrivateBefore { get; init; }
        public string? PrivateAfter { get; init; }

        internal HistoryItem Item() =>
            new()
            {
                At = At,
                Order = 7,
                What = Act,
                By = "team",
                ActId = Id,
                Who = new HistoryWho(AccountId, Who, Role, RoleAreaId, RoleAreaName),
                How = How,
                Reason = Reason,
                Text = Text,
                Before = Parsed(Before),
                After = Parsed(After),
                AreaBefore = AreaBefore,
                AreaAfter = AreaAfter,
                PlaceBefore = PrivateBefore is null ? null : Parsed(PrivateBefore),
                PlaceAfter = PrivateAfter is null ? null : Parsed(PrivateAfter),
                BatchId = BatchId,
                UndoneBy = UndoneBy,
                Undoes = Undoes,
            };
    }

    private sealed class StepRow
    {
        public DateTimeOffset At { get; init; }
        public int Place { get; init; }
        public string What { get; init; } = "";
        public string? ByParty { get; init; }
        public Guid? MatchId { get; init; }
        public int? Units { get; init; }
        public string? Reason { get; init; }

        internal HistoryItem Item() =>
            new()
            {
                At = At,
                Order = Place,
                What = What,
                By = ByParty ?? "system",
                MatchId = MatchId,
                Units = Units,
                Reason = Reason,
            };
    }
}

/// <summary>One thing that happened to a need; <c>before</c> and <c>after</c> hold what a team's act changed.</summary>
public sealed record HistoryItem
{
    public required DateTimeOffset At { get; init; }

    [JsonIgnore]
    public int Order { get; init; }

    /// <summary>A team's act, a step of a match, <c>posted</c>, or how it ended.</summary>
    public required string What { get; init; }

    /// <summary><c>team | owner | giver | receiver | matcher | clock | system</c>.</summary>
    public required string By { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ActId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HistoryWho? Who { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? How { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>What was typed with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Before { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? After { get; init; }

    /// <summary>Names of the areas that were responsible, when that changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AreaBefore { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AreaAfter { get; init; }

    /// <summary>The exact point and the address, when they were corrected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? PlaceBefore { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? PlaceAfter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? BatchId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? UndoneBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Undoes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? MatchId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Units { get; init; }
}

/// <summary>Whoever did it, with the role and where it is. <paramref name="Name"/> is null when they were erased.</summary>
public sealed record HistoryWho(Guid AccountId, string? Name, string Role, Guid RoleAreaId, string RoleArea);
