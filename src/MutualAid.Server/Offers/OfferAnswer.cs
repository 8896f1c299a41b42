using System.Text.Json.Serialization;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Offers;

/// <summary>An offer as anybody sees it while it is active; and, to its giver, all of it.</summary>
public sealed record OfferAnswer
{
    public required Guid Id { get; init; }
    public required string Category { get; init; }

    /// <summary>Units; null: unbounded.</summary>
    public required int? Free { get; init; }
    public required string Unit { get; init; }

    /// <summary>Metres.</summary>
    public required int? Reach { get; init; }

    /// <summary>The ward of the public location.</summary>
    public required AreaName? Area { get; init; }

    /// <summary>The centre of the grid cell.</summary>
    public required GeoPoint? Location { get; init; }
    public required Availability Availability { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnOffer? Own { get; init; }

    /// <summary>In lists of one's own, where no header can carry it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Etag { get; init; }
}

/// <summary>When an offer takes new matches, and how many units on one local date.</summary>
public sealed record Availability(
    DateTimeOffset? From,
    DateTimeOffset? Until,
    DailyHoursBody? DailyHours,
    int? PerDay
);

/// <summary>What its giver alone sees of an offer: capacity = free + held + promised + given.</summary>
public sealed record OwnOffer(
    string Status,
    bool OneTime,
    int? Capacity,
    int Held,
    int Promised,
    int Given,
    OfferDay? Today,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt,
    GeoPoint? Location,
    string? Note
);

/// <summary>The units of one local date: perDay = free + held + promised + given.</summary>
public sealed record OfferDay(DateOnly Day, int Free, int Held, int Promised, int Given);
