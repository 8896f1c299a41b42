using System.Globalization;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>
/// How alike two needs are: a sum of weights, one for each thing that both say. A weight is the base-2 logarithm of how much
/// more often the thing is so between repeats than between two needs that happen to be near (Fellegi and Sunter 1969), counted
/// on the training half of the labelled set and rounded to halves; decision 31.
/// </summary>
internal static class Likeness
{
    /// <summary>Chosen on the training half: of pairs from here on 93 in 100 are repeats, and 83 in 100 repeats are among them.</summary>
    public const double Enough = 14;

    /// <summary>Beyond this a place tells nothing: only the phone, or the account, brings two needs together.</summary>
    public const int NearMetres = 250;

    /// <summary>A phone at so many doors within the days that count belongs to somebody who posts for others.</summary>
    private const int DoorsOfAHelper = 3;

    // Each: what is compared, what it can be (in SQL, the first that holds), and its weight.
    private static readonly Compared[] All =
    [
        new(
            "phone",
            new("shared", 7, $"m.phone_hash = o.phone_hash and m.doors >= {DoorsOfAHelper}"),
            new("same", 18, "m.phone_hash = o.phone_hash or m.account_id = o.account_id"),
            new("other", -1.5, "true")
        ),
        // What tells neighbours apart: the chain of alleys and the house.
        new(
            "door",
            new("unsaid", -0.5, "m.numbers is null or o.numbers is null"),
            new("same", 8.5, "m.door and o.door and m.numbers = o.numbers"),
            new("other", -5, "m.door and o.door"),
            new(
                "alley",
                6,
                "m.numbers = o.numbers or starts_with(m.numbers, o.numbers || '/') or starts_with(o.numbers, m.numbers || '/')"
            ),
            new("other", -5, "true")
        ),
        new(
            "flat",
            new("none", 0.5, "m.flat is null and o.flat is null"),
            new("one", -2, "m.flat is null or o.flat is null"),
            new("same", 6, "m.flat = o.flat and (m.tower = o.tower) is not false"),
            new("other", -7.5, "true")
        ),
        new(
            "street",
            new("same", 2.5, "similarity(m.estate, o.estate) >= 0.4"),
            new("other", -4.5, "m.estate is not null and o.estate is not null"),
            new("unsaid", -1, "m.street is null or o.street is null"),
            new(
                "same",
                2.5,
                "similarity(m.street, o.street) >= 0.3 or word_similarity(m.street, o.street) >= 0.6 or word_similarity(o.street, m.street) >= 0.6 or m.initials = o.initials"
            ),
            new("other", -4.5, "true")
        ),
        new(
            "near",
            new("60", 4, "metres < 60"),
            new("100", 3.5, "metres < 100"),
            new("200", 1, "metres < 200"),
            new("350", -6.5, "metres < 350"),
            new("far", -10.5, "true")
        ),
        new(
            "name",
            new("full", 9.5, "m.full_name = o.full_name"),
            new("given", 3, "m.given_name = o.given_name"),
            new("unsaid", 0, "m.given_name is null or o.given_name is null"),
            new("other", -1, "true")
        ),
    ];

    /// <summary>Columns <c>score</c> and <c>reasons</c> of <c>m</c> and <c>o</c> that are <c>metres</c> apart.</summary>
    public static string Sql { get; } =
        $"""
            {string.Join(" + ", All.Select(one => one.Case(level => level.Weight.ToString(CultureInfo.InvariantCulture))))} as score,
            jsonb_build_object('metres', metres::int, {string.Join(
                ", ",
                All.Select(one => $"'{one.Name}', {one.Case(level => $"'{level.Name}'")}")
            )}) as reasons
            """;

    private sealed record Level(string Name, double Weight, string When);

    private sealed record Compared(string Name, params Level[] Levels)
    {
        public string Case(Func<Level, string> value) =>
            $"case {string.Concat(Levels.Select(level => $"when {level.When} then {value(level)} "))}end";
    }
}
