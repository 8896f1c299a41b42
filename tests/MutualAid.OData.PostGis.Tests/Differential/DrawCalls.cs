using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Functions.</summary>
public sealed partial class Draw
{
    private static readonly string[] Patterns =
    [
        "^a",
        "b",
        "[0-9]+$",
        "a|đ",
        "^.$",
        "c:.t",
        "^$",
        "(ab)?c",
        "\\\\",
    ];

    // One code point; .NET's dot is one half of some.
    private const string Letter = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|.)";

    /// <summary>Every function by name, and how often it was drawn.</summary>
    public Dictionary<string, int> Drawn { get; } = [];

    private Ex Called(Place place, int depth, Kind kind)
    {
        Ex String() => Value(place, Kind.String, depth);
        Ex Moment() => Value(place, Kind.DateTimeOffset, depth);
        Ex Day() => Chance(50) ? Value(place, Kind.Date, depth) : Moment();
        Ex Hour() => Chance(50) ? Value(place, Kind.TimeOfDay, depth) : Moment();
        switch (kind)
        {
            case Kind.Boolean when place.Table == World.Things && Chance(25):
                return Crossing(place);
            case Kind.Boolean:
                string word = One(["contains", "startswith", "endswith", "matchesPattern"]);
                if (word == "matchesPattern")
                {
                    string pattern = One(Patterns);
                    var searched = String();
                    return Named(
                        word,
                        Kind.Boolean,
                        [searched, new Ex(Values.Literal(pattern, Kind.String), Kind.String, _ => pattern)],
                        of =>
                            Regex.IsMatch(
                                (string)of[0],
                                pattern.Replace(".", Letter),
                                RegexOptions.CultureInvariant
                            )
                    );
                }
                return Named(
                    word,
                    Kind.Boolean,
                    [String(), Chance(60) ? Piece() : String()],
                    of => Holds(word, (string)of[0], (string)of[1])
                );
            case Kind.Int32 or Kind.Int16:
                return random.Next(9) switch
                {
                    0 => Named("length", Kind.Int32, [String()], of => (long)Letters(of[0]).Count),
                    1 => Named(
                        "indexof",
                        Kind.Int32,
                        [String(), Piece()],
                        of => IndexOf((string)of[0], (string)of[1])
                    ),
                    2 => Named("year", Kind.Int32, [Day()], of => (long)Date(of[0]).Year),
                    3 => Named("month", Kind.Int32, [Day()], of => (long)Date(of[0]).Month),
                    4 => Named("day", Kind.Int32, [Day()], of => (long)Date(of[0]).Day),
                    5 => Named("hour", Kind.Int32, [Hour()], of => (long)Time(of[0]).Hour),
                    6 => Named("minute", Kind.Int32, [Hour()], of => (long)Time(of[0]).Minute),
                    7 => Named("second", Kind.Int32, [Hour()], of => (long)Time(of[0]).Second),
                    _ => Named("totaloffsetminutes", Kind.Int32, [Moment()], _ => 0L),
                };
            case Kind.String:
                return random.Next(6) switch
                {
                    0 => Named("tolower", kind, [String()], of => ((string)of[0]).ToLowerInvariant()),
                    1 => Named("toupper", kind, [String()], of => ((string)of[0]).ToUpperInvariant()),
                    2 => Named("trim", kind, [String()], of => ((string)of[0]).Trim(' ')),
                    3 => Named("concat", kind, [String(), String()], of => (string)of[0] + (string)of[1]),
                    4 => Named(
                        "substring",
                        kind,
                        [String(), Few()],
                        of => Substring(of[0], (long)of[1], null)
                    ),
                    _ => Named(
                        "substring",
                        kind,
                        [String(), Few(), Few()],
                        of => Substring(of[0], (long)of[1], (long)of[2])
                    ),
                };
            case Kind.Decimal:
                return Chance(33)
                        ? Named(
                            "fractionalseconds",
                            kind,
                            [Hour()],
                            of => Time(of[0]).Ticks % 10_000_000 / 10_000_000m
                        )
                    : Chance(50)
                        ? Named(
                            "totalseconds",
                            kind,
                            [Value(place, Kind.Duration, depth)],
                            of => ((TimeSpan)of[0]).Ticks / 10_000_000m
                        )
                    : Round(Value(place, kind, depth));
            case Kind.Double when place.Table == World.Things && Chance(50):
                return Chance(30) ? Length(place) : Distance(place);
            case Kind.Double:
                return Round(Value(place, kind, depth));
            case Kind.Date:
                return Chance(50)
                    ? Named(
                        "date",
                        kind,
                        [Moment()],
                        of => DateOnly.FromDateTime(((DateTimeOffset)of[0]).UtcDateTime)
                    )
                    : Shifted(Property(place, kind));
            case Kind.TimeOfDay:
                return Named(
                    "time",
                    kind,
                    [Moment()],
                    of => TimeOnly.FromDateTime(((DateTimeOffset)of[0]).UtcDateTime)
                );
            case Kind.DateTimeOffset:
                return random.Next(6) switch
                {
                    0 => Named("now", kind, [], _ => FakeTime.Usual),
                    1 => Named("mindatetime", kind, [], _ => DateTimeOffset.MinValue),
                    2 => Named("maxdatetime", kind, [], _ => DateTimeOffset.MaxValue.AddTicks(-9)),
                    _ => Shifted(Property(place, kind)),
                };
            case Kind.Duration:
                return Spanned(place);
            default:
                return Property(place, kind);
        }
    }

    private Ex Named(string name, Kind kind, IReadOnlyList<Ex> arguments, Func<object[], object> of)
    {
        Drawn[name] = Drawn.GetValueOrDefault(name) + 1;
        return new Ex(
            $"{name}({string.Join(",", arguments.Select(argument => argument.Text))})",
            kind,
            env =>
            {
                object?[] values = [.. arguments.Select(argument => argument.Of(env))];
                return values.Contains(null) ? null : of(values!);
            },
            arguments.Any(argument => argument.Loose)
        );
    }

    private Ex Round(Ex value)
    {
        string name = One(["round", "floor", "ceiling"]);
        return Named(
            name,
            value.Kind == Kind.Decimal ? Kind.Decimal : Kind.Double,
            [value],
            of =>
            {
                double number = Convert.ToDouble(of[0], CultureInfo.InvariantCulture);
                double twice = number * 2;
                if (value.Loose && Math.Abs(twice - Math.Round(twice)) < 1e-5)
                    throw new DoubtfulException("near");
                return (name, of[0]) switch
                {
                    ("round", decimal exact) => Math.Round(exact, MidpointRounding.AwayFromZero),
                    ("floor", decimal exact) => Math.Floor(exact),
                    (_, decimal exact) => Math.Ceiling(exact),
                    ("round", _) => Math.Round(number, MidpointRounding.AwayFromZero),
                    ("floor", _) => Math.Floor(number),
                    _ => Math.Ceiling(number),
                };
            }
        );
    }

    // A time and a duration: added, taken away.
    private Ex Shifted(Ex time)
    {
        var span = Literal(Kind.Duration);
        string sign = One(["add", "sub"]);
        return new Ex(
            $"({time.Text} {sign} {span.Text})",
            time.Kind,
            env =>
            {
                var by = (TimeSpan)span.Of(env)! * (sign == "add" ? 1 : -1);
                return time.Of(env) switch
                {
                    null => null,
                    DateOnly day => DateOnly.FromDateTime(day.ToDateTime(TimeOnly.MinValue) + by),
                    var moment => (DateTimeOffset)moment + by,
                };
            }
        );
    }

    private Ex Spanned(Place place)
    {
        var kind = One([Kind.DateTimeOffset, Kind.Date, Kind.Duration]);
        var (left, right) = (Property(place, kind), Chance(50) ? Literal(kind) : Property(place, kind));
        string sign = kind == Kind.Duration ? One(["add", "sub"]) : "sub";
        if (kind == Kind.Duration && Chance(30))
            return new Ex($"-({left.Text})", kind, env => left.Of(env) is TimeSpan span ? -span : null);
        return new Ex(
            $"({left.Text} {sign} {right.Text})",
            Kind.Duration,
            env =>
                (left.Of(env), right.Of(env)) switch
                {
                    (DateTimeOffset one, DateTimeOffset other) => one - other,
                    (DateOnly one, DateOnly other) => TimeSpan.FromDays(one.DayNumber - other.DayNumber),
                    (TimeSpan one, TimeSpan other) => sign == "add" ? one + other : one - other,
                    _ => null,
                }
        );
    }

    private Ex Piece()
    {
        string text = One(World.Texts);
        var letters = Letters(text);
        int from = letters.Count == 0 ? 0 : random.Next(letters.Count);
        string piece = string.Concat(letters.Skip(from).Take(random.Next(1, 4)));
        return new Ex(Values.Literal(piece, Kind.String), Kind.String, _ => piece);
    }

    private Ex Few()
    {
        long number = random.Next(-2, 6);
        return new Ex(Values.Literal(number, Kind.Int32), Kind.Int32, _ => number);
    }

    private static bool Holds(string word, string text, string piece) =>
        word switch
        {
            "contains" => text.Contains(piece, StringComparison.Ordinal),
            "startswith" => text.StartsWith(piece, StringComparison.Ordinal),
            _ => text.EndsWith(piece, StringComparison.Ordinal),
        };

    // Letters are counted as code points, not as UTF-16 counts them.
    private static List<Rune> Letters(object text) => [.. ((string)text).EnumerateRunes()];

    private static object IndexOf(string text, string piece)
    {
        int at = text.IndexOf(piece, StringComparison.Ordinal);
        return at < 0 ? -1L : (long)Letters(text[..at]).Count;
    }

    private static string Substring(object text, long from, long? length)
    {
        var letters = Letters(text).Skip((int)Math.Max(from, 0));
        return string.Concat(length is { } some ? letters.Take((int)Math.Max(some, 0)) : letters);
    }

    private static DateOnly Date(object value) =>
        value is DateOnly day ? day : DateOnly.FromDateTime(((DateTimeOffset)value).UtcDateTime);

    private static TimeOnly Time(object value) =>
        value is TimeOnly time ? time : TimeOnly.FromDateTime(((DateTimeOffset)value).UtcDateTime);
}
