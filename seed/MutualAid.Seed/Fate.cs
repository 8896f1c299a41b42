namespace MutualAid.Seed;

/// <summary>Where a request stands at the moment that is told.</summary>
public enum Fate
{
    /// <summary>Nobody has been asked, or all have said no.</summary>
    Open,

    /// <summary>Open, with proposals that wait for their answer.</summary>
    Asked,

    /// <summary>Open, with some of its units taken or delivered.</summary>
    Partly,
    Matched,
    InDelivery,
    Fulfilled,
    Withdrawn,
    Expired,
    Closed,
}

internal static class Fates
{
    private static readonly double[] Live = [0.60, 0.12, 0.08, 0.10, 0.10];
    private static readonly double[] Ended = [0.72, 0.09, 0.14, 0.05];

    public static Fate Draw(Dice dice, bool live) =>
        live ? (Fate)dice.Weighted(Live) : Fate.Fulfilled + dice.Weighted(Ended);
}
