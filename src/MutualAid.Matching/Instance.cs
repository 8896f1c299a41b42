namespace MutualAid.Matching;

/// <summary>
/// What a round may choose from, as parallel arrays: the solver walks them millions of times, and the positions are the ids.
/// Pairs that are not listed are not allowed, whatever the reason.
/// </summary>
public sealed record Instance
{
    public required RequestSide Requests { get; init; }
    public required OfferSide Offers { get; init; }
    public required GiverSide Givers { get; init; }
    public required Pairs Pairs { get; init; }

    /// <summary>Checks that the arrays belong together.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or an index points nowhere.</exception>
    public void Validate()
    {
        Same(
            Requests.Count,
            Requests.Urgency.Length,
            Requests.AgeSeconds.Length,
            Requests.Divisible.Length,
            Requests.Asks.Length,
            Requests.Household.Length,
            Requests.Longitude.Length,
            Requests.Latitude.Length
        );
        Same(Offers.Count, Offers.Giver.Length);
        Same(Givers.Count, Givers.Households.Length, Givers.Load.Length);
        Same(Pairs.Count, Pairs.Offer.Length, Pairs.Metres.Length);
        if (
            Offers.Giver.Any(giver => giver < 0 || giver >= Givers.Count)
            || Pairs.Offer.Any(offer => offer < 0 || offer >= Offers.Count)
            || Pairs.Request.Any(request => request < 0 || request >= Requests.Count)
        )
            throw new ArgumentException("an index points nowhere");
    }

    private static void Same(int length, params int[] lengths)
    {
        if (lengths.Any(other => other != length))
            throw new ArgumentException("arrays of one side differ in length");
    }
}

/// <summary>The requests that may be asked for.</summary>
public sealed record RequestSide
{
    /// <summary>Units nobody has promised.</summary>
    public required int[] Unmet { get; init; }

    /// <summary>2 urgent, 1 soon, 0 routine: the greater goes first.</summary>
    public required int[] Urgency { get; init; }

    /// <summary>Seconds since it was posted.</summary>
    public required long[] AgeSeconds { get; init; }

    /// <summary>Whether an offer may take part of the units; if not, all of them or none.</summary>
    public required bool[] Divisible { get; init; }

    /// <summary>How many more givers may be asked at once.</summary>
    public required int[] Asks { get; init; }

    /// <summary>Which household it is of; any numbering.</summary>
    public required int[] Household { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double[] Longitude { get; init; }

    /// <summary>Degrees, of the public location.</summary>
    public required double[] Latitude { get; init; }

    public int Count => Unmet.Length;
}

/// <summary>The offers that may be asked.</summary>
public sealed record OfferSide
{
    /// <summary>Units that may still be asked for today.</summary>
    public required int[] Free { get; init; }

    /// <summary>The position of its giver.</summary>
    public required int[] Giver { get; init; }

    public int Count => Free.Length;
}

/// <summary>The givers behind the offers; each gets one trip at most.</summary>
public sealed record GiverSide
{
    /// <summary>Matches that the trip may have.</summary>
    public required int[] Matches { get; init; }

    /// <summary>Different households that the trip may go to.</summary>
    public required int[] Households { get; init; }

    /// <summary>Matches of the last 24 h: of two who are equally near, the one who carried less is asked.</summary>
    public required int[] Load { get; init; }

    public int Count => Matches.Length;
}

/// <summary>Which offer may be asked for which request, and how far it is. No pair twice; any order.</summary>
public sealed record Pairs
{
    public required int[] Request { get; init; }
    public required int[] Offer { get; init; }

    /// <summary>Metres between the public locations.</summary>
    public required int[] Metres { get; init; }

    public int Count => Request.Length;
}
