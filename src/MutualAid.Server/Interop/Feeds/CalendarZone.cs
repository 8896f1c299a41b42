using System.Globalization;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>
/// A time zone as a calendar names it: every change of its offset in the span that is spoken of, each as an observance of its own
/// (RFC 5545, 3.6.5). Rules that repeat would be shorter, and wrong for a country that decides anew each year.
/// </summary>
public static class CalendarZone
{
    /// <summary>Writes the zone for all times from <paramref name="from"/> to <paramref name="until"/>.</summary>
    public static void Write(CalendarText text, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        text.Line("BEGIN", "VTIMEZONE").Line("TZID", zone.Id);
        var start = from.ToUniversalTime();
        var before = zone.GetUtcOffset(start);
        // What holds at the beginning holds since ever, for all that this calendar says.
        Observance(text, zone.IsDaylightSavingTime(start), new DateTime(1970, 1, 1), before, before);
        for (var at = start; at < until; )
        {
            var next = at.AddDays(1);
            var after = zone.GetUtcOffset(next);
            if (after != before)
            {
                var change = Change(zone, at, next, before);
                Observance(
                    text,
                    zone.IsDaylightSavingTime(next),
                    (change + before).UtcDateTime,
                    before,
                    after
                );
                before = after;
            }
            at = next;
        }
        text.Line("END", "VTIMEZONE");
    }

    /// <summary>
    /// The instant of a wall clock's time. One that is skipped is reckoned by the offset before it, of two the first is meant
    /// (RFC 5545, 3.3.5).
    /// </summary>
    public static DateTimeOffset Instant(TimeZoneInfo zone, DateTime local)
    {
        var offset =
            zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    // The first second with another offset.
    private static DateTimeOffset Change(
        TimeZoneInfo zone,
        DateTimeOffset from,
        DateTimeOffset until,
        TimeSpan before
    )
    {
        while (until - from > TimeSpan.FromSeconds(1))
        {
            var middle = from + TimeSpan.FromSeconds(Math.Floor((until - from).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == before)
                from = middle;
            else
                until = middle;
        }
        return until;
    }

    private static void Observance(
        CalendarText text,
        bool summer,
        DateTime since,
        TimeSpan before,
        TimeSpan after
    )
    {
        string kind = summer ? "DAYLIGHT" : "STANDARD";
        text.Line("BEGIN", kind)
            .Line("DTSTART", CalendarText.Local(since))
            .Line("TZOFFSETFROM", Offset(before))
            .Line("TZOFFSETTO", Offset(after))
            .Line("END", kind);
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+")
        + offset.ToString(offset.Seconds == 0 ? "hhmm" : "hhmmss", CultureInfo.InvariantCulture);
}
