using System.Security.Cryptography;
using System.Text;

namespace MutualAid.Seed.Repeats;

/// <summary>
/// 20,000 needs of four weeks in one town, one in ten the repeat of another, among neighbours who look alike: what the rules
/// that suggest duplicates are judged by. It was made before them and knows nothing of them. The same on every machine.
/// </summary>
public static class LabelledNeeds
{
    public const int Count = 20_000;
    public const int Repeated = 2_000;

    /// <summary>A need that is older than this is no reason to call another its repeat.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(14);

    internal static readonly DateTimeOffset From = new(2021, 8, 1, 0, 0, 0, TimeSpan.Zero);
    internal static readonly TimeSpan Span = TimeSpan.FromDays(28);

    public static IReadOnlyList<LabelledNeed> Make()
    {
        var maker = new NeedMaker(new Dice(20_210_801));
        maker.Ordinary(Count - Repeated - NeedMaker.AllAlike);
        maker.Alike();
        maker.Repeats(Repeated);
        return
        [
            .. maker
                .Needs.OrderBy(need => need.At)
                .ThenBy(need => need.Number)
                .Select((need, number) => need with { Number = number }),
        ];
    }

    /// <summary>What is to be found: pairs (earlier, later) of one household's needs of one category, fourteen days apart at most.</summary>
    public static IEnumerable<(LabelledNeed First, LabelledNeed Later)> Pairs(
        IReadOnlyList<LabelledNeed> needs
    ) =>
        from same in needs.GroupBy(need => (need.Household, need.Category))
        from later in same
        from first in same
        where first.Number < later.Number && later.At - first.At <= Lately
        select (first, later);

    /// <summary>SHA-256 of all lines, each ended by a line feed, in hexadecimal.</summary>
    public static string Digest(IReadOnlyList<LabelledNeed> needs) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(needs.Select(need => need.Line + "\n"))))
        );
}
