using System.Text.Json.Serialization;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>Two needs that may be one: the later one, and the other that was there before it.</summary>
/// <param name="Score">The sum of <see cref="Likeness"/>'s weights.</param>
public sealed record Suggestion(
    Guid RequestId,
    Guid OtherId,
    double Score,
    Reasons Reasons,
    DateTimeOffset FoundAt,
    SuggestedNeed Later,
    SuggestedNeed Other
);

/// <summary>What was compared, and how it was: the codes of <see cref="Likeness"/>.</summary>
/// <param name="Metres">Between the two exact places.</param>
/// <param name="Phone">same · shared (by somebody who posts for many) · other</param>
/// <param name="Door">same · alley (of one the house is unsaid) · unsaid · other</param>
/// <param name="Flat">same · none · one · other</param>
/// <param name="Street">same · unsaid · other</param>
/// <param name="Near">60 · 100 · 200 · 350 (below so many metres) · far</param>
/// <param name="Name">full · given · unsaid · other</param>
public sealed record Reasons(
    int Metres,
    string Phone,
    string Door,
    string Flat,
    string Street,
    string Near,
    string Name
);

/// <summary>One of the two, as its team sees it.</summary>
public sealed class SuggestedNeed
{
    /// <summary><c>@ids</c></summary>
    internal const string Select = """
        select r.id, r.account_id as owner_id, r.household_id, c.code as category, r.quantity, r.unmet, r.urgency, r.status, r.people,
          r.created_at, r.needed_by, r.verified_at is not null as verified, h.on_behalf, p.name, p.address, p.details, r.public_note
        from request r
        join category c on c.id = r.category_id
        join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
        left join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
        where r.id = any (@ids)
        """;

    public Guid Id { get; init; }

    [JsonIgnore]
    public Guid OwnerId { get; init; }

    [JsonIgnore]
    public Guid HouseholdId { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public string Urgency { get; init; } = "";
    public string Status { get; init; } = "";
    public int? People { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public bool Verified { get; init; }
    public bool OnBehalf { get; init; }
    public string? Name { get; init; }
    public string? Address { get; init; }
    public string? Details { get; init; }
    public string? PublicNote { get; init; }

    internal PrivateView SeenBy(Reach reach) =>
        new(reach.Role, reach.RoleAreaId, OwnerId, HouseholdId, Id, null, "private");
}
