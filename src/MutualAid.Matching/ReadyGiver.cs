namespace MutualAid.Matching;

/// <summary>Somebody who may be asked now, for one trip over all their offers.</summary>
public sealed class ReadyGiver
{
    public required Guid Account { get; init; }

    public required IReadOnlyList<ReadyOffer> Offers { get; init; }

    /// <summary>Matches that the trip may have.</summary>
    public required int Matches { get; init; }

    /// <summary>Households that the trip may open beyond the known ones.</summary>
    public required int NewHouseholds { get; init; }

    /// <summary>Different households that the trip may go to in all.</summary>
    public required int Households { get; init; }

    /// <summary>Households that are open to them already.</summary>
    public IReadOnlySet<Guid> KnownHouseholds { get; init; } = None;

    /// <summary>Requests that they are not asked for, or not again.</summary>
    public IReadOnlySet<Guid> NotFor { get; init; } = None;

    /// <summary>Accounts that they have blocked, or that have blocked them.</summary>
    public IReadOnlySet<Guid> Blocked { get; init; } = None;

    /// <summary>Matches of the last 24 h.</summary>
    public required int Load { get; init; }

    /// <summary>p: how likely they say yes, learned from their answers.</summary>
    public required double Acceptance { get; init; }

    private static readonly HashSet<Guid> None = [];

    /// <summary>Whether this pair may meet at all, whatever there is to give.</summary>
    public bool MayMeet(WaitingRequest request) =>
        request.Owner != Account
        && (NewHouseholds > 0 || KnownHouseholds.Contains(request.Household))
        && !NotFor.Contains(request.Id)
        && !Blocked.Contains(request.Owner);

    internal Trip? Trip;
}

/// <summary>What a giver has of one category, from one place, so far.</summary>
public sealed class ReadyOffer
{
    public required Guid Id { get; init; }
    public required Guid RootArea { get; init; }
    public required int Category { get; init; }

    /// <summary>Units that may still be asked for today: the lesser of what is left in all and of the day.</summary>
    public required int Free { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double Longitude { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double Latitude { get; init; }

    /// <summary>Metres that it is carried at most.</summary>
    public required double Reach { get; init; }

    internal Cap Within => within ??= new Cap(UnitSphere.At(Longitude, Latitude), Reach);

    internal int Left;
    internal long Price;
    private Cap? within;

    /// <summary>Metres between the public locations, on the spheroid.</summary>
    public double MetresTo(WaitingRequest request) =>
        Spheroid.Metres(Longitude, Latitude, request.Longitude, request.Latitude);
}
