using System.Globalization;
using System.Text;

namespace MutualAid.Seed.Repeats;

/// <summary>What goes wrong between a head and a small keyboard.</summary>
internal static class Slips
{
    /// <summary>Without marks, as many type who never set up a Vietnamese keyboard.</summary>
    public static string Bare(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (char c in text.Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                bare.Append(
                    c switch
                    {
                        'đ' => 'd',
                        'Đ' => 'D',
                        _ => c,
                    }
                );
        return bare.ToString();
    }

    /// <summary>So many slips among its letters; its digits stay.</summary>
    public static string Typed(Dice dice, string text, int slips)
    {
        var typed = new StringBuilder(text.Normalize(NormalizationForm.FormC));
        for (int slip = 0; slip < slips && typed.Length > 3; slip++)
        {
            int at = dice.Between(1, typed.Length - 2);
            if (!char.IsLetter(typed[at]))
                continue;
            switch (dice.Between(0, 4))
            {
                case 0:
                    typed.Remove(at, 1);
                    break;
                case 1:
                    typed.Insert(at, typed[at]);
                    break;
                case 2 when char.IsLetter(typed[at + 1]):
                    (typed[at], typed[at + 1]) = (typed[at + 1], typed[at]);
                    break;
                case 3:
                    typed[at] = "asdfghjklertyuiop"[dice.Between(0, 16)];
                    break;
                default:
                    // The key for a mark, left standing as a letter.
                    typed.Insert(at + 1, "sfrxjw"[dice.Between(0, 5)]);
                    break;
            }
        }
        return typed.ToString();
    }

    /// <summary>The first letters of its words: "NTMK", or "N.T.M. Khai" with the last one kept.</summary>
    public static string Initials(string name, bool lastWhole)
    {
        string[] words = name.Split(' ');
        string firsts = string.Concat(words[..^1].Select(word => word[0]));
        return lastWhole
            ? string.Concat(words[..^1].Select(word => $"{word[0]}.")) + $" {words[^1]}"
            : firsts + words[^1][0];
    }
}
