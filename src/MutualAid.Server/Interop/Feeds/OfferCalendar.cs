using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>Writes an offer's calendar. Hours are by the clock of the offer's province, trips by UTC.</summary>
internal sealed class OfferCalendar(CalendarOffer offer, Category category, string host, DateTimeOffset now)
{
    // As long as an offer's end may lie ahead. A calendar asks again long before.
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(400);

    private readonly CalendarText text = new();
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(offer.TimeZone);

    public string Write(IReadOnlyList<CalendarTrip> trips)
    {
        text.Line("BEGIN", "VCALENDAR")
            .Line("VERSION", "2.0")
            .Line("PRODID", "-//MutualAid//Offers//VI")
            .Line("CALSCALE", "GREGORIAN")
            .Line("METHOD", "PUBLISH")
            .Said("X-WR-CALNAME", Say("calendar.name", category.Name(offer.Locale)))
            .Line("X-WR-TIMEZONE", zone.Id);
        var hours = Hours();
        if (hours.Count > 0)
            CalendarZone.Write(
                text,
                zone,
                CalendarZone.Instant(zone, hours.Min(part => part.Start)),
                hours.Max(part => part.LastStart ?? CalendarZone.Instant(zone, part.End)).AddDays(2)
            );
        foreach (var part in hours)
            Event(part);
        foreach (var trip in trips)
            Event(trip);
        return text.Line("END", "VCALENDAR").ToString();
    }

    private IReadOnlyList<OfferHours> Hours()
    {
        // Paused, nobody is asked.
        if (offer.Status != "active")
            return [];
        var midnight = TimeZoneInfo.ConvertTime(now, zone).Date;
        return OfferHours.Of(
            zone,
            offer.AvailableFrom ?? offer.CreatedAt,
            offer.AvailableUntil ?? CalendarZone.Instant(zone, midnight) + Ahead,
            offer is { DailyFrom: { } from, DailyTo: { } to } ? (from, to) : null
        );
    }

    private void Event(OfferHours part)
    {
        Begin($"{part.Name}-{offer.Id}")
            .Line("SEQUENCE", offer.EditVersion.ToString(CultureInfo.InvariantCulture))
            .Line($"DTSTART;TZID={zone.Id}", CalendarText.Local(part.Start))
            .Line($"DTEND;TZID={zone.Id}", CalendarText.Local(part.End));
        // In UTC, because the start has a zone (RFC 5545, 3.3.10).
        if (part.LastStart is { } last)
            text.Line("RRULE", $"FREQ=DAILY;UNTIL={CalendarText.Utc(last)}");
        text.Said("SUMMARY", Say("calendar.hours", category.Name(offer.Locale)))
            .Line("TRANSP", "TRANSPARENT")
            .Line("END", "VEVENT");
    }

    private void Event(CalendarTrip trip)
    {
        var due = trip.DueBy is { } by && by > trip.AcceptedAt ? by : trip.AcceptedAt.AddHours(1);
        Begin($"match-{trip.Id}")
            .At("DTSTART", trip.AcceptedAt)
            .At("DTEND", due)
            .Said(
                "SUMMARY",
                Say("calendar.trip", Web.Say.Units(offer.Locale, category, trip.Units), trip.Ward)
            )
            .Said("LOCATION", trip.Ward)
            .Line("GEO", string.Create(CultureInfo.InvariantCulture, $"{trip.Lat};{trip.Lon}"))
            .Line("END", "VEVENT");
    }

    private CalendarText Begin(string name) =>
        text.Line("BEGIN", "VEVENT")
            .Line("UID", $"{name}@{host}")
            .At("DTSTAMP", now)
            .Line("CLASS", "PRIVATE");

    private string Say(string key, params object?[] arguments) => Texts.Of(offer.Locale, key, arguments);
}
