using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Repeats;

/// <summary>A household: where it lives, who lives there, which phones they have.</summary>
internal sealed record Family(int Number, Dwelling Home, string[] Members, string[] Phones, int People)
{
    public static Family Of(Dice dice, int number, Dwelling home, Func<string> phone)
    {
        string surname = Wording.Surnames[dice.Weighted([.. Wording.Surnames.Select(s => s.Weight)])].Name;
        int people = dice.Between(1, 7);
        string[] members =
        [
            .. Enumerable
                .Range(0, Math.Min(people, 3))
                .Select(at => Full(dice, at == 1 ? dice.Pick(Wording.Surnames).Name : surname)),
        ];
        string[] phones = [.. Enumerable.Range(0, dice.Between(1, 3)).Select(_ => phone())];
        return new Family(number, home, members, phones, people);
    }

    public static string Full(Dice dice, string surname) =>
        $"{surname} {dice.Pick(Wording.Middles)} {dice.Pick(Wording.Given)}";

    /// <summary>How somebody calls one of them; null when nothing is said.</summary>
    public string? Called(Dice dice, int member)
    {
        string full = Members[member % Members.Length];
        string given = full[(full.LastIndexOf(' ') + 1)..];
        return dice.Weighted([0.45, 0.15, 0.2, 0.1, 0.1]) switch
        {
            0 => full,
            1 => Slips.Bare(full),
            2 => $"{dice.Pick(Wording.Titles)} {given}",
            3 => given,
            _ => null,
        };
    }

    /// <summary>Where a phone at the door says that it is; now and then a fix is far off.</summary>
    public Coordinate Fix(Dice dice)
    {
        double spread = dice.Chance(0.1) ? 35 : 8;
        return Town.Moved(Home.At, spread * dice.Normal(), spread * dice.Normal());
    }

    /// <summary>So many metres away, in any direction.</summary>
    public Coordinate Off(Dice dice, double low, double high)
    {
        double metres = low * Math.Exp(dice.Between(0.0, 1.0) * Math.Log(high / low)),
            angle = dice.Between(0, 2 * Math.PI);
        return Town.Moved(Home.At, metres * Math.Cos(angle), metres * Math.Sin(angle));
    }
}
