namespace MutualAid.Seed;

/// <summary>A category as the service's table has it: its code, how long a need of it lives, whether several givers may share one.</summary>
public sealed record Category(string Code, TimeSpan Expiry, bool Divisible, int MostUnits);

/// <summary>How pressing a need is, and how long a giver has to answer and to arrive.</summary>
public sealed record Urgency(string Code, TimeSpan RespondWithin, TimeSpan DueWithin, int MostProposals);

/// <summary>
/// What people asked for in 2021, as shares of posts (a post carries several needs): 94 % food, 35 % necessities, 14 % medical
/// supplies, 3 % advice. Medicine and other things are a little on top.
/// </summary>
public static class NeedMix
{
    public static readonly Category Food = new("food", TimeSpan.FromDays(3), true, 6);
    public static readonly Category Necessities = new("necessities", TimeSpan.FromDays(5), true, 4);
    public static readonly Category Medicine = new("medicine", TimeSpan.FromDays(2), true, 3);
    public static readonly Category Supplies = new("medical-supplies", TimeSpan.FromDays(2), true, 3);
    public static readonly Category Advice = new("health-advice", TimeSpan.FromDays(1), false, 1);
    public static readonly Category Other = new("other", TimeSpan.FromDays(3), true, 2);

    public static readonly IReadOnlyList<Urgency> Urgencies =
    [
        new("routine", TimeSpan.FromHours(2), TimeSpan.FromHours(24), 1),
        new("soon", TimeSpan.FromMinutes(45), TimeSpan.FromHours(8), 1),
        new("urgent", TimeSpan.FromMinutes(15), TimeSpan.FromHours(3), 5),
    ];

    /// <summary>The needs of one post, each category at most once.</summary>
    // Without food a post has just one of the others; the conditional shares below give back the marginal ones:
    // 0.94 · 0.3468 + 0.06 · 0.40 = 0.35, 0.94 · 0.1266 + 0.06 · 0.35 = 0.14, 0.94 · 0.016 + 0.06 · 0.25 = 0.03.
    public static List<Category> Draw(Dice dice)
    {
        var needs = new List<Category>();
        if (dice.Chance(0.94))
        {
            needs.Add(Food);
            if (dice.Chance(0.3468))
                needs.Add(Necessities);
            if (dice.Chance(0.1266))
                needs.Add(Supplies);
            if (dice.Chance(0.016))
                needs.Add(Advice);
        }
        else
        {
            needs.Add(
                dice.Weighted([0.40, 0.35, 0.25]) switch
                {
                    0 => Necessities,
                    1 => Supplies,
                    _ => Advice,
                }
            );
        }
        if (dice.Chance(0.02))
            needs.Add(Medicine);
        if (dice.Chance(0.01))
            needs.Add(Other);
        return needs;
    }

    /// <summary>What an offer gives: food and necessities mostly, as the needs are.</summary>
    public static Category DrawOffered(Dice dice) =>
        dice.Weighted([0.60, 0.21, 0.10, 0.03, 0.04, 0.02]) switch
        {
            0 => Food,
            1 => Necessities,
            2 => Supplies,
            3 => Medicine,
            4 => Advice,
            _ => Other,
        };

    /// <summary>How pressing: medical needs more often than others.</summary>
    public static Urgency DrawUrgency(Dice dice, Category of) =>
        Urgencies[
            of == Supplies || of == Medicine || of == Advice
                ? dice.Weighted([0.25, 0.35, 0.40])
                : dice.Weighted([0.45, 0.40, 0.15])
        ];
}
