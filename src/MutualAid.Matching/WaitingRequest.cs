namespace MutualAid.Matching;

/// <summary>A request that may be asked for: its public facts, as they are now.</summary>
public sealed class WaitingRequest
{
    public required Guid Id { get; init; }

    /// <summary>Pairs never cross it.</summary>
    public required Guid RootArea { get; init; }

    /// <summary>The ward whose served share counts.</summary>
    public required Guid Area { get; init; }

    public required Guid Household { get; init; }

    /// <summary>The account that posted it: nobody is asked for their own.</summary>
    public required Guid Owner { get; init; }

    public required int Category { get; init; }

    /// <summary>0 routine, 1 soon, 2 urgent.</summary>
    public required int Urgency { get; init; }

    /// <summary>Units nobody has promised.</summary>
    public required int Unmet { get; init; }

    /// <summary>Of these, units that somebody is being asked for; they count as promised, but for the further asks of an urgent one.</summary>
    public int Asked { get; init; }

    /// <summary>Whether several givers may share the units; if not, all of them or none.</summary>
    public required bool Divisible { get; init; }

    /// <summary>How many more givers may be asked now.</summary>
    public required int Asks { get; init; }

    /// <summary>The probability that all who are being asked now say no: ∏(1 − p); 1 when nobody is asked.</summary>
    public double AllRefuse { get; init; } = 1;

    public required DateTimeOffset PostedAt { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double Longitude { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double Latitude { get; init; }

    // Where the index keeps it, and what the round in progress thinks of it: written by one thread at a time.
    internal RequestTree.Node? Leaf;
    internal UnitSphere.Point Point;
    internal WaitingRequest? NextOfHousehold;
    internal long Worth;
    internal int Position = -1;
    internal RequestProgress? Progress;
}
