using System.Globalization;

namespace NetTopologySuite.IO.Tests;

/// <summary>Every type, empty and not, in XY, XYZ, XYM and XYZM, as the well-known text that both sides read.</summary>
public static class Samples
{
    private static readonly string[] Ordinates = ["", "Z", "M", "ZM"];
    private static readonly string[] Types =
    [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
    ];

    public static readonly string[] Texts = [.. Ordinates.SelectMany(o => Filled(o).Concat(Empty(o)))];

    public static TheoryData<string, int> InEachSrid =>
        new(Texts.SelectMany(t => new[] { (t, 0), (t, 4326) }));

    public static TheoryData<string, int, string> InEachSridAndByteOrder =>
        new(
            from text in Texts
            from srid in new[] { 0, 4326 }
            from order in new[] { "NDR", "XDR" }
            select (text, srid, order)
        );

    /// <summary>
    /// What remains of a sample that went through NetTopologySuite: an empty whole has no part to bear its Z or M, and an
    /// empty XYZM geometry cannot be told from one that NetTopologySuite made without a thought for its ordinates.
    /// </summary>
    public static string AsWritten(string text)
    {
        var words = text.Split(' ');
        var loses =
            words[^1] == "EMPTY"
            && (words[1] == "ZM" || words[0].StartsWith("MULTI") || words[0] == Types[^1]);
        return loses && !text.Contains('(') ? $"{words[0]} EMPTY" : text;
    }

    private static IEnumerable<string> Empty(string o) =>
        Types.Select(type => $"{type} {o} EMPTY".Replace("  ", " "));

    private static IEnumerable<string> Filled(string o)
    {
        var (line, square) = (Run(o, 0, 1, 2), Ring(o, 10));
        yield return $"POINT {o}({At(o, 1, 2)})";
        yield return $"LINESTRING {o}{line}";
        yield return $"POLYGON {o}({square})";
        yield return $"POLYGON {o}({square},{Ring(o, 2)},{Ring(o, 1)})";
        yield return $"MULTIPOINT {o}(({At(o, 1, 2)}),EMPTY,({At(o, -3, 4)}))";
        yield return $"MULTILINESTRING {o}({line},{Run(o, 7, 8)})";
        yield return $"MULTIPOLYGON {o}(({square},{Ring(o, 3)}),({Ring(o, 20)}))";
        yield return $"GEOMETRYCOLLECTION {o}(POINT {o}({At(o, 5, 6)}),LINESTRING {o} EMPTY,GEOMETRYCOLLECTION {o}("
            + $"POLYGON {o}({square}),MULTIPOINT {o}(({At(o, 1, 1)})),GEOMETRYCOLLECTION {o}(LINESTRING {o}{line})))";
    }

    private static string Run(string o, params int[] steps) =>
        $"({string.Join(',', steps.Select(step => At(o, step * 1.25, -step / 3d)))})";

    private static string Ring(string o, double half) =>
        $"({At(o, -half, -half)},{At(o, half, -half)},{At(o, half, half)},{At(o, -half, -half)})";

    private static string At(string o, double x, double y) =>
        string.Create(CultureInfo.InvariantCulture, $"{x:R} {y:R}")
        + (o.Contains('Z') ? string.Create(CultureInfo.InvariantCulture, $" {100 + x:R}") : "")
        + (o.Contains('M') ? string.Create(CultureInfo.InvariantCulture, $" {y / 7:R}") : "");
}
