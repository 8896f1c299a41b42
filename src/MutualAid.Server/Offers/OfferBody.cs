using MutualAid.Server.Web;

namespace MutualAid.Server.Offers;

/// <summary>A new offer. <c>capacity</c> null: unbounded, then <c>perDay</c> is needed; <c>reach</c> in metres.</summary>
public sealed record OfferBody(
    string? Category,
    int? Capacity,
    GeoPoint? Location,
    int? Reach,
    DateTimeOffset? AvailableFrom,
    DateTimeOffset? AvailableUntil,
    DailyHoursBody? DailyHours,
    int? PerDay,
    string? Note
);

/// <summary>Hours of every day, as <c>HH:mm</c> of local time.</summary>
public sealed record DailyHoursBody(string? From, string? To);

/// <summary>What a giver may edit; what is left out stays.</summary>
public sealed record OfferEditBody
{
    public Optional<int?> Capacity { get; init; }
    public Optional<int?> PerDay { get; init; }
    public Optional<GeoPoint?> Location { get; init; }
    public Optional<int?> Reach { get; init; }
    public Optional<DateTimeOffset?> AvailableFrom { get; init; }
    public Optional<DateTimeOffset?> AvailableUntil { get; init; }
    public Optional<DailyHoursBody?> DailyHours { get; init; }
    public Optional<string?> Note { get; init; }
}
