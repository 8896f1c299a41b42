using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>
/// What an address says once its ways of writing are set aside: "12/3 ngõ 45 Lê Lợi", "45/12/3 đ. le loi" and "số 3 ngách 12 ngõ 45
/// phố L.Lợi" are one door. Whatever cannot be read is left out, never guessed.
/// </summary>
/// <param name="Numbers">From the street inwards: alley, alley of the alley, house ("12a" is not "12").</param>
/// <param name="Door">Whether the last of the numbers is a house; else they lead to an alley.</param>
/// <param name="Flat">Of a flat or a room: digits only, no leading zero.</param>
/// <param name="Tower">One letter.</param>
/// <param name="Street">Its words, lower case without marks.</param>
/// <param name="Initials">Of the street's words.</param>
/// <param name="Estate">The name of a block of flats.</param>
public sealed partial record WrittenAddress(
    string[] Numbers,
    bool Door,
    string? Flat,
    string? Tower,
    string? Street,
    string? Initials,
    string? Estate
)
{
    private static readonly WrittenAddress Nothing = new([], false, null, null, null, null, null);

    public static WrittenAddress Read(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
            return Nothing;
        string rest = Dates().Replace(Fold(address), " ngay${d}thang${m}x ");
        rest = rest.Replace("cmt8", "cach mang thang tam", StringComparison.Ordinal);
        rest = Elsewhere().Replace(rest, " , ");
        string? flat = null,
            tower = null,
            estate = null;

        var tall = Estates().Match(rest);
        if (tall.Success)
        {
            estate = Words(tall.Groups["name"].Value);
            rest = rest.Remove(tall.Index, tall.Length).Insert(tall.Index, " | ");
        }
        var block = Towers().Match(rest);
        if (block.Success)
        {
            tower = block.Groups["t"].Value;
            rest = rest.Remove(block.Index, block.Length).Insert(block.Index, " ");
        }
        var room = (estate is null ? Rooms() : Flats()).Match(rest);
        if (room.Success)
        {
            flat = Digits(room.Groups["n"].Value);
            if (room.Groups["t"].Success && room.Groups["t"].Length > 0)
                tower = room.Groups["t"].Value;
            rest = rest.Remove(room.Index, room.Length).Insert(room.Index, " ");
        }
        rest = Wards().Replace(rest, " , ").Replace('|', ',');
        return Line(rest) with { Flat = flat, Tower = tower, Estate = estate };
    }

    // What is left is a house, its alleys and a street.
    private static WrittenAddress Line(string rest)
    {
        List<string> alleys = [],
            inner = [],
            house = [];
        int end = 0;
        foreach (Match part in Parts().Matches(rest))
        {
            string[] numbers = [.. part.Groups["n"].Value.Split('/').Select(Plain)];
            if (part.Groups["lane"].Success)
                inner.AddRange(numbers);
            else if (part.Groups["way"].Success)
                alleys.AddRange(numbers);
            else if (house.Count == 0)
                house.AddRange(numbers);
            // A third number without a word of what it is: a year, a landmark.
            else
                continue;
            end = Math.Max(end, part.Index + part.Length);
        }
        string[] chain = [.. alleys, .. inner, .. house];
        string? street = StreetAfter(rest, end);
        // "NTMK" is its own initials.
        string? initials =
            street is null ? null
            : street.Contains(' ') || street.Length > 6 ? Firsts(street)
            : street;
        return Nothing with { Numbers = chain, Door = house.Count > 0, Street = street, Initials = initials };
    }

    private static string? StreetAfter(string rest, int end)
    {
        var after = Streets().Match(rest, end);
        return after.Success ? Words(after.Groups["s"].Value) : null;
    }

    private static string Firsts(string street) => string.Concat(street.Split(' ').Select(word => word[0]));

    private static string? Words(string text)
    {
        string words = string.Join(
            ' ',
            text.Split([' ', '.', '-', ',', '\''], StringSplitOptions.RemoveEmptyEntries)
        );
        return words.Length > 0 ? words : null;
    }

    private static string Plain(string number) =>
        number.TrimStart('0') is { Length: > 0 } plain ? plain : "0";

    private static string Digits(string text) => Plain(string.Concat(text.Where(char.IsAsciiDigit)));

    /// <summary>Lower case, without marks, one blank between words.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (char c in text.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                folded.Append(
                    c == 'đ' ? 'd'
                    : char.IsWhiteSpace(c) ? ' '
                    : c
                );
        return Blanks().Replace(folded.ToString(), " ").Trim();
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    // Streets named after a day: "3/2", "3 tháng 2". With a slash only where a street stands.
    [GeneratedRegex(
        @"\b(?<d>\d{1,2}) thang (?<m>\d{1,2})\b|(?<=(?:duong|pho|\bd\.|\d[a-z]?,?) *)(?<![\d/])(?:(?<d>3)/(?<m>2)|(?<d>30)/(?<m>4)|(?<d>2)/(?<m>9)|(?<d>19)/(?<m>[58])|(?<d>26)/(?<m>3)|(?<d>1)/(?<m>5)|(?<d>8)/(?<m>3))(?![/\d])(?= *(?:$|,|-| p| f))"
    )]
    private static partial Regex Dates();

    // Storeys, districts, cities: many write them, few need them.
    [GeneratedRegex(
        @"\b(?:tang|lau|t\.) ?\d+\b|\b\d+ (?:tang|lau)\b|\b(?:q\.|quan) ?\d+\b|\btp\.? ?(?:hcm|ho chi minh)\b|\bsai gon\b|\bha noi\b"
    )]
    private static partial Regex Elsewhere();

    [GeneratedRegex(
        @"(?:\bchung cu|\bcc\b\.?|\bc/c) (?<name>[a-z ]+?)(?= *(?:$|,|-|\d| p\.| phuong| f\.| duong| d\.| so | sn | nha so))"
    )]
    private static partial Regex Estates();

    [GeneratedRegex(@"\b(?:lo|block|thap|toa) (?<t>[a-z])\b")]
    private static partial Regex Towers();

    // "P.12" before the house is a room, after it a ward.
    [GeneratedRegex(@"\b(?:phong(?: tro)?(?: so)?) ?(?<n>\d+)\b(?<t>)|^p\. ?(?<n>\d+)\b(?<t>)")]
    private static partial Regex Rooms();

    [GeneratedRegex(
        @"(?:\b(?:can ho|can|phong|ch)\b|^p\.|^) ?(?<t>[a-z]?)(?<n>\d+(?:[.-]\d+)?)(?= *(?:$|,|-|\||[a-z]))"
    )]
    private static partial Regex Flats();

    [GeneratedRegex(@"(?:\bphuong|\bf\.|(?<!\d[a-z]?[ ,]*)\bp\.) ?(?:\d+\b|[a-z ]+$|[a-z ]+(?= *[,-]))")]
    private static partial Regex Wards();

    [GeneratedRegex(
        @"(?:\b(?<lane>ngach|hem con)|\b(?<way>ngo|hem|kiet|ng\.|h\.)|(?<=\d[a-z]? )(?<way>[a-z]{2,5})(?<!\bso|\bnha))? ?(?<n>\b\d+[a-z]?(?:/\d+[a-z]?)*)\b"
    )]
    private static partial Regex Parts();

    [GeneratedRegex(@"\G[ ,.-]*(?:duong|pho|d\.|p\.|d )?[ .]*(?<s>[a-z][a-z0-9 .']*)")]
    private static partial Regex Streets();
}
