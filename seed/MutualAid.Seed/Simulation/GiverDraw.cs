using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Simulation;

/// <summary>Draws givers: the seed's standing offers, with hours and a readiness to say yes.</summary>
internal static class GiverDraw
{
    // Who names no hours is asked by day all the same.
    private const int Morning = 7;
    private const int Evening = 21;

    /// <summary>Of all askings, 17 to 47 % are said yes to.</summary>
    private const double LeastAcceptance = 0.17;
    private const double MostAcceptance = 0.47;

    public static Giver Draw(Dice dice, int number, Category category, Coordinate home, double reachFactor)
    {
        int? perDay = dice.Chance(0.4) ? dice.Between(2, 20) * (category == NeedMix.Food ? 2 : 1) : null;
        int? capacity = perDay is not null && dice.Chance(0.4) ? null : Offers.Capacity(dice, category);
        bool hours = dice.Chance(0.35);
        var place = GridCell.Centre(home.X, home.Y);
        return new Giver(
            number,
            dice.Id(DateTimeOffset.UnixEpoch),
            dice.Id(DateTimeOffset.UnixEpoch),
            category,
            capacity,
            perDay,
            dice.Pick(Offers.Reaches) * reachFactor,
            place.Longitude,
            place.Latitude,
            (hours ? dice.Between(6, 10) : Morning) * 3_600,
            (hours ? dice.Between(16, 21) : Evening) * 3_600,
            dice.Between(LeastAcceptance, MostAcceptance)
        );
    }
}
