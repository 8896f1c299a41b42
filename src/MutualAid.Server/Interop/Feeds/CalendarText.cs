using System.Globalization;
using System.Text;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>Lines of an iCalendar stream (RFC 5545): escaped, folded at 75 octets, each ended by CR LF.</summary>
public sealed class CalendarText
{
    private const int MostOctets = 75;

    private readonly StringBuilder text = new();

    /// <summary>A property whose value is written as it stands: a time, a rule, a name of the standard.</summary>
    public CalendarText Line(string name, string value)
    {
        int octets = 0;
        foreach (var rune in $"{name}:{value}".EnumerateRunes())
        {
            // Between two characters, never within one; the space that a fold begins with counts.
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
        return this;
    }

    /// <summary>A property of type TEXT: what people typed may hold anything.</summary>
    public CalendarText Said(string name, string value) => Line(name, Escape(value));

    /// <summary>An instant, in UTC.</summary>
    public CalendarText At(string name, DateTimeOffset at) => Line(name, Utc(at));

    public static string Utc(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A wall clock's time, without a zone.</summary>
    public static string Local(DateTime at) => at.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);

    public override string ToString() => text.ToString();

    private static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length);
        foreach (char c in value.ReplaceLineEndings("\n"))
            if (c is '\\' or ';' or ',')
                escaped.Append('\\').Append(c);
            else if (c == '\n')
                escaped.Append("\\n");
            else if (!char.IsControl(c))
                escaped.Append(c);
        return escaped.ToString();
    }
}
