namespace MutualAid.Server.Rounds;

/// <summary>One pair that may be proposed, with what the plan needs to know of its two sides.</summary>
internal sealed class Candidate
{
    public Guid RequestId { get; init; }
    public int Unmet { get; init; }
    public int Urgency { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public bool Divisible { get; init; }

    /// <summary>How many more givers may be asked for the request.</summary>
    public int Asks { get; init; }
    public Guid HouseholdId { get; init; }
    public double Longitude { get; init; }
    public double Latitude { get; init; }

    public Guid OfferId { get; init; }

    /// <summary>Units that may still be asked for today.</summary>
    public int Free { get; init; }
    public Guid GiverId { get; init; }

    /// <summary>Matches that one trip may have.</summary>
    public int TripMatches { get; init; }

    /// <summary>Different households that the giver may be sent to now.</summary>
    public int Households { get; init; }

    /// <summary>The giver's matches of the last 24 h.</summary>
    public int Load { get; init; }

    /// <summary>Between the public locations.</summary>
    public int Metres { get; init; }
}
