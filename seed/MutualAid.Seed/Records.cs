using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>One post: who posted it, for whom, where.</summary>
public sealed record SeedHousehold(
    Guid Id,
    Guid AccountId,
    bool OnBehalf,
    Coordinate Place,
    string Address,
    string Phone,
    string Name,
    string? Note,
    int People,
    DateTimeOffset CreatedAt
);

/// <summary>One need of a post. The units move as matches are made, so the arithmetic holds by construction.</summary>
public sealed class SeedRequest
{
    public required Guid Id { get; init; }
    public required SeedHousehold Household { get; init; }
    public required Category Category { get; init; }
    public required int Quantity { get; init; }
    public required bool Divisible { get; init; }
    public required Urgency Urgency { get; init; }
    public required string? PublicNote { get; init; }
    public required string? Details { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? NeededBy { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
    public int Promised { get; set; }
    public int UnderWay { get; set; }
    public int Delivered { get; set; }
    public int Confirmed { get; set; }
    public string? EndStatus { get; set; }
    public string? EndReason { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public int Unmet => Quantity - Promised - Delivered;
}

/// <summary>A standing offer, or (<see cref="OneTime"/>) the one that a claim made.</summary>
public sealed class SeedOffer
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required Category Category { get; init; }
    public required int? Capacity { get; init; }
    public int? PerDay { get; init; }
    public bool OneTime { get; init; }
    public Coordinate? Place { get; init; }
    public int? ReachMetres { get; init; }
    public DateTimeOffset? AvailableUntil { get; set; }
    public TimeOnly? DailyFrom { get; init; }
    public TimeOnly? DailyTo { get; init; }
    public string? Note { get; init; }
    public string Status { get; set; } = "active";
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset LastUsed { get; set; }
    public int Held { get; set; }
    public int Promised { get; set; }
    public int Given { get; set; }
    public int? Free => Capacity - Held - Promised - Given;

    /// <summary>Units of each local date's matches that still count.</summary>
    public Dictionary<DateOnly, int> UsedOn { get; } = [];
}

/// <summary>So many units of an offer for a request, with the times of its steps so far.</summary>
public sealed record SeedMatch(
    Guid Id,
    SeedRequest Request,
    SeedOffer Offer,
    Guid TripId,
    int Units,
    DateOnly Day,
    string Status,
    string Origin,
    DateTimeOffset CreatedAt
)
{
    public string? EndReason { get; init; }

    /// <summary>The party that ended it without a delivery: <c>giver</c>, <c>receiver</c>, <c>clock</c>, <c>system</c>.</summary>
    public string? EndedBy { get; init; }
    public DateTimeOffset? RespondBy { get; init; }
    public DateTimeOffset? DueBy { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? SetOutAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Of a match that was ever accepted.</summary>
    public string? HandOverCode { get; init; }
}

/// <summary>What is written in one go. It refers to nothing outside itself but the city.</summary>
public sealed record SeedBatch(
    IReadOnlyList<SeedPerson> People,
    IReadOnlyList<SeedHousehold> Households,
    IReadOnlyList<SeedRequest> Requests,
    IReadOnlyList<SeedOffer> Offers,
    IReadOnlyList<SeedMatch> Matches
);
