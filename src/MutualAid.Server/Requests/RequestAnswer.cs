using System.Text.Json.Serialization;
using MutualAid.Server.Rounds;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>A request as the contract shows it: the public facts, and what this reader may see beyond them.</summary>
public sealed record RequestAnswer
{
    public required Guid Id { get; init; }
    public required string Category { get; init; }
    public required int Quantity { get; init; }
    public required int Unmet { get; init; }
    public required int Promised { get; init; }
    public required int Delivered { get; init; }
    public required string Unit { get; init; }
    public required bool Divisible { get; init; }
    public required string Urgency { get; init; }
    public required string Status { get; init; }
    public required int? People { get; init; }

    /// <summary>The ward of the public location.</summary>
    public required AreaName Area { get; init; }

    /// <summary>The public location: the centre of a grid cell.</summary>
    public required GeoPoint Location { get; init; }
    public required bool Verified { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset? NeededBy { get; init; }
    public required string? PublicNote { get; init; }

    /// <summary>Metres from the asked point to the public location, on the sphere that the index measures on (within 0.6 % of the spheroid).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Distance { get; init; }

    /// <summary>In lists of one's own, where no header can carry it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Etag { get; init; }

    /// <summary>For the owner and the team.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestHistory? History { get; init; }

    /// <summary>For the owner and the team: why units are still unmet; nothing when none are, or when it is over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Waiting? Waiting { get; init; }

    /// <summary>For the owner, the team, and a giver with an accepted match.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestPrivate? Private { get; init; }
}

/// <summary>An area by name; <paramref name="Path"/> names what it belongs to, nearest first.</summary>
public sealed record AreaName(Guid Id, string Name, string Path);

/// <summary>What the public is not told of a request's course.</summary>
public sealed record RequestHistory(
    Guid HouseholdId,
    bool Hidden,
    DateTimeOffset? EndedAt,
    string? EndReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? RepeatOf
);

/// <summary>The private facts. <paramref name="Location"/> is the exact point; <paramref name="Outside"/>: no area covers it.</summary>
public sealed record RequestPrivate(
    GeoPoint Location,
    string? Address,
    string? Phone,
    string? Name,
    string? Note,
    string? Details,
    Destination? Destination,
    bool OnBehalf,
    bool Outside
);
