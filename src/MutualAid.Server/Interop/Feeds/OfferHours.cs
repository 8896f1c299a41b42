namespace MutualAid.Server.Interop.Feeds;

/// <summary>When an offer is there, as a calendar tells it: a span, or a time of day that repeats.</summary>
/// <param name="Name">Tells the parts of one offer apart; the same each time.</param>
/// <param name="Start">By the zone's clock when it repeats.</param>
/// <param name="LastStart">Of a time of day that repeats: its last start; null: it happens once.</param>
public sealed record OfferHours(string Name, DateTime Start, DateTime End, DateTimeOffset? LastStart)
{
    /// <summary>
    /// The hours between two instants. With hours of the day: those days that are whole as one part that repeats, and the first and
    /// the last by themselves where the offer begins or ends within their hours.
    /// </summary>
    /// <param name="to">Earlier than <paramref name="daily"/>'s start: the hours cross midnight.</param>
    public static IReadOnlyList<OfferHours> Of(
        TimeZoneInfo zone,
        DateTimeOffset from,
        DateTimeOffset until,
        (TimeOnly From, TimeOnly To)? daily
    )
    {
        if (until <= from)
            return [];
        if (daily is not var (opens, closes))
            return [new OfferHours("all", Wall(zone, from), Wall(zone, until), null)];
        var parts = new List<OfferHours>();
        OfferHours? whole = null;
        var last = DateOnly.FromDateTime(Wall(zone, until));
        // The evening before may reach into the first day.
        for (var day = DateOnly.FromDateTime(Wall(zone, from)).AddDays(-1); day <= last; day = day.AddDays(1))
        {
            var start = day.ToDateTime(opens);
            var end = (closes > opens ? day : day.AddDays(1)).ToDateTime(closes);
            var (starts, ends) = (CalendarZone.Instant(zone, start), CalendarZone.Instant(zone, end));
            if (ends <= from || starts >= until)
                continue;
            if (starts >= from && ends <= until)
                whole = whole is null
                    ? new OfferHours("daily", start, end, starts)
                    : whole with
                    {
                        LastStart = starts,
                    };
            else
                parts.Add(
                    new OfferHours(
                        starts < from ? "first" : "last",
                        starts < from ? Wall(zone, from) : start,
                        ends > until ? Wall(zone, until) : end,
                        null
                    )
                );
        }
        return whole is null ? parts : [whole, .. parts];
    }

    private static DateTime Wall(TimeZoneInfo zone, DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, zone).DateTime;
}
