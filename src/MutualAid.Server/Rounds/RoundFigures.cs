namespace MutualAid.Server.Rounds;

/// <summary>What rounds did, and how long each part took.</summary>
public sealed record RoundFigures
{
    public int Rounds { get; init; }

    /// <summary>Pairs that were looked at closely.</summary>
    public int Pairs { get; init; }

    /// <summary>Matches of the plans.</summary>
    public int Planned { get; init; }

    /// <summary>Proposals that the door made of them.</summary>
    public int Proposed { get; init; }

    /// <summary>Rounds whose deadline passed before the best plan was found.</summary>
    public int PastDeadline { get; init; }

    /// <summary>The share of what the bound would save that a plan lacks at most; of several rounds, the largest.</summary>
    public double Gap { get; init; }

    /// <summary>Reading again what the door refused.</summary>
    public TimeSpan Reading { get; init; }
    public TimeSpan Solving { get; init; }
    public TimeSpan Writing { get; init; }

    /// <summary>Planned matches that the door refused, by its reason.</summary>
    public IReadOnlyDictionary<string, int> Refused { get; init; } = new Dictionary<string, int>();

    /// <summary>A new leader has taken over: nothing that is written from here on counts.</summary>
    public bool Fenced => Refused.ContainsKey("fenced");

    public static RoundFigures operator +(RoundFigures a, RoundFigures b) =>
        new()
        {
            Rounds = a.Rounds + b.Rounds,
            Pairs = a.Pairs + b.Pairs,
            Planned = a.Planned + b.Planned,
            Proposed = a.Proposed + b.Proposed,
            PastDeadline = a.PastDeadline + b.PastDeadline,
            Gap = Math.Max(a.Gap, b.Gap),
            Reading = a.Reading + b.Reading,
            Solving = a.Solving + b.Solving,
            Writing = a.Writing + b.Writing,
            Refused = a
                .Refused.Concat(b.Refused)
                .GroupBy(pair => pair.Key)
                .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value)),
        };

    public override string ToString() =>
        $"{Proposed} proposals of {Planned} planned from {Pairs} pairs in {Rounds} rounds, gap {Gap:P1}{(PastDeadline > 0 ? $", {PastDeadline} past the deadline" : "")}; "
        + $"reading {Reading.TotalSeconds:0.00} s, solving {Solving.TotalSeconds:0.00} s, writing {Writing.TotalSeconds:0.00} s"
        + string.Concat(
            Refused
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $", {pair.Key} {pair.Value}")
        );
}
