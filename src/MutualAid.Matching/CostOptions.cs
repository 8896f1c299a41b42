namespace MutualAid.Matching;

/// <summary>
/// What a round weighs against what, in seconds of somebody's waiting. Open to everybody: the service shows these numbers, and
/// <c>./run simulate</c> shows what each does.
/// </summary>
public sealed record CostOptions
{
    /// <summary>
    /// Metres of straight line that a giver covers in a second: 15 km/h by motorbike through lanes that are 1.3 times as long
    /// as the straight line.
    /// </summary>
    public double MetresPerSecond { get; init; } = 15 / 3.6 / 1.3;

    /// <summary>How much a second of travel or waiting for an answer counts, by urgency: routine, soon, urgent.</summary>
    public IReadOnlyList<double> UrgencyFactor { get; init; } = [1, 2, 4];

    /// <summary>Seconds until a giver who does not answer is given up, by urgency.</summary>
    public IReadOnlyList<double> AnswerSeconds { get; init; } = [7_200, 2_700, 900];

    /// <summary>Seconds that each match which a giver has carried in the last 24 h counts against asking them again.</summary>
    public double LoadSeconds { get; init; } = 300;

    /// <summary>
    /// Seconds that one unit left unmet in this round counts, by urgency. So much more than any visit costs that no unit
    /// which somebody could carry is left for its distance alone, and an urgent one goes before two routine ones.
    /// </summary>
    public IReadOnlyList<double> UnmetSeconds { get; init; } = [200_000, 400_000, 1_000_000];

    /// <summary>
    /// α: seconds that each second of having waited adds to the cost of leaving a unit unmet. Nothing: whoever is cheapest to
    /// reach is served, and the far wait for ever. Much: the oldest first, however far. With 2 a routine need that is 28 h
    /// older goes before a soon one. More shortens the longest waits a little further; from 8 on the urgent wait for it
    /// (docs/simulation).
    /// </summary>
    public double AgeWeight { get; init; } = 2;

    /// <summary>
    /// β: seconds that a wholly unserved ward adds where all others are fully served; in proportion between. See
    /// <see cref="CostModel.UnmetCost"/>. A ward that is served a third less than the city gains about one step of urgency;
    /// much less, and age drowns it (docs/simulation).
    /// </summary>
    public double DeficitSeconds { get; init; } = 600_000;

    /// <summary>The least and the most that is believed of a giver's readiness to say yes.</summary>
    public (double Least, double Most) Acceptance { get; init; } = (0.05, 1);

    /// <exception cref="ArgumentException">Says which option is out of bounds, and what it may be.</exception>
    public void Validate()
    {
        Demand(MetresPerSecond > 0, nameof(MetresPerSecond), "above 0");
        Demand(
            Acceptance is { Least: > 0, Most: <= 1 } && Acceptance.Least <= Acceptance.Most,
            nameof(Acceptance),
            "within (0, 1]"
        );
        Demand(LoadSeconds >= 0, nameof(LoadSeconds), "0 or more");
        Demand(AgeWeight is >= 0 and <= 1_000, nameof(AgeWeight), "0 to 1,000");
        Demand(DeficitSeconds is >= 0 and <= 1e8, nameof(DeficitSeconds), "0 to 100 million");
        foreach (
            var (values, name) in new[]
            {
                (UrgencyFactor, nameof(UrgencyFactor)),
                (AnswerSeconds, nameof(AnswerSeconds)),
                (UnmetSeconds, nameof(UnmetSeconds)),
            }
        )
            Demand(
                values.Count == 3 && values.All(value => value is >= 0 and <= 1e8),
                name,
                "three numbers from 0 to 100 million"
            );
    }

    private static void Demand(bool holds, string option, string what)
    {
        if (!holds)
            throw new ArgumentException($"{option} must be {what}");
    }
}
