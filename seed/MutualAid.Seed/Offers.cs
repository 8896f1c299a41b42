namespace MutualAid.Seed;

/// <summary>Draws standing offers, each of a giver of its own.</summary>
internal static class Offers
{
    /// <summary>Metres that people carry things; each as likely.</summary>
    public static readonly int[] Reaches = [1_000, 2_000, 3_000, 3_000, 5_000, 8_000];

    public static SeedOffer Draw(
        Dice dice,
        SeedPerson giver,
        Neighbourhoods neighbourhoods,
        DateTimeOffset now
    )
    {
        // Most have stood for the whole time that is told; the others came since.
        var created = dice.Chance(0.7)
            ? dice.Between(now.AddDays(-60), now.AddDays(-31))
            : dice.Between(now.AddDays(-31), now.AddHours(-1));
        var category = NeedMix.DrawOffered(dice);
        int? perDay = dice.Chance(0.4) ? dice.Between(2, 20) * (category == NeedMix.Food ? 2 : 1) : null;
        bool unbounded = perDay is not null && dice.Chance(0.4);
        bool hours = dice.Chance(0.35);
        return new SeedOffer
        {
            Id = dice.Id(created),
            AccountId = giver.Id,
            Category = category,
            Capacity = unbounded ? null : Capacity(dice, category),
            PerDay = perDay,
            Place = neighbourhoods.AnyHome(dice).At,
            ReachMetres = dice.Pick(Reaches),
            AvailableUntil = dice.Chance(0.3) ? now + TimeSpan.FromHours(dice.Between(24, 24 * 20)) : null,
            DailyFrom = hours ? new TimeOnly(dice.Between(6, 10), 0) : null,
            DailyTo = hours ? new TimeOnly(dice.Between(16, 21), 0) : null,
            Note = Texts.OfferNote(dice),
            CreatedAt = created,
            LastUsed = created,
        };
    }

    /// <summary>After its matches are known: some offers are paused, withdrawn or over. What is promised stays promised.</summary>
    public static void Settle(SeedOffer offer, Dice dice, DateTimeOffset now)
    {
        int drawn = dice.Weighted([0.78, 0.08, 0.06, 0.08]);
        // Open proposals would have gone back.
        if (drawn == 0 || offer.Held > 0)
            return;
        offer.Status = drawn switch
        {
            1 => "paused",
            2 => "withdrawn",
            _ => "ended",
        };
        if (drawn == 1)
            return;
        offer.EndedAt = dice.Between(offer.LastUsed, now);
        if (drawn == 3)
            offer.AvailableUntil = offer.EndedAt;
    }

    /// <summary>Units in all.</summary>
    public static int Capacity(Dice dice, Category category) =>
        category == NeedMix.Food || category == NeedMix.Necessities
            ? 10 * dice.Between(1, 30)
            : dice.Between(3, 40);
}
