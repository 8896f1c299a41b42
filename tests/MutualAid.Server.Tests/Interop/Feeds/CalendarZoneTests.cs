using System.Globalization;
using MutualAid.Server.Interop.Feeds;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>Hours by a province's clock, also where clocks are put forward and back.</summary>
public sealed class CalendarZoneTests
{
    private static readonly TimeZoneInfo HaNoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void a_zone_without_summer_time_has_one_observance()
    {
        var zone = Zone(HaNoi, "2026-01-01T00:00Z", "2027-02-01T00:00Z");
        var only = Assert.Single(zone.Inside);
        Assert.Equal("Asia/Ho_Chi_Minh", zone["TZID"]);
        Assert.Equal(
            ("STANDARD", "19700101T000000", "+0700", "+0700"),
            (only.Kind, only["DTSTART"], only["TZOFFSETFROM"], only["TZOFFSETTO"])
        );
    }

    [Fact]
    public void a_zone_with_summer_time_has_each_change_at_its_second()
    {
        var zone = Zone(Berlin, "2026-01-01T00:00Z", "2027-02-01T00:00Z");
        Assert.Equal(
            [
                "STANDARD 19700101T000000 +0100 +0100",
                "DAYLIGHT 20260329T020000 +0100 +0200",
                "STANDARD 20261025T030000 +0200 +0100",
            ],
            zone.Inside.Select(part =>
                $"{part.Kind} {part["DTSTART"]} {part["TZOFFSETFROM"]} {part["TZOFFSETTO"]}"
            )
        );
        Assert.Equal(
            "-0330 -0230",
            string.Join(
                ' ',
                Zone(
                    TimeZoneInfo.FindSystemTimeZoneById("America/St_Johns"),
                    "2026-01-01T00:00Z",
                    "2026-06-01T00:00Z"
                )
                    .Inside.Select(part => part["TZOFFSETTO"])
            )
        );
    }

    [Theory]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:30")] // skipped: by the offset before
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30")] // twice: the first
    [InlineData("2026-07-01T12:00", "2026-07-01T10:00")]
    public void a_wall_clocks_time_that_is_skipped_or_comes_twice_is_read_as_the_standard_says(
        string local,
        string utc
    ) =>
        Assert.Equal(
            At(utc + "Z"),
            CalendarZone.Instant(Berlin, DateTime.Parse(local, CultureInfo.InvariantCulture))
        );

    [Fact]
    public void whole_days_repeat_and_the_first_and_the_last_stand_by_themselves_where_they_are_cut()
    {
        // 10:00 on the 2nd to 12:00 on the 6th, 8 to 18 h.
        var parts = OfferHours.Of(
            HaNoi,
            At("2026-11-02T03:00Z"),
            At("2026-11-06T05:00Z"),
            (new TimeOnly(8, 0), new TimeOnly(18, 0))
        );
        Assert.Equal(
            ["daily 03T08:00–03T18:00 until 05T01:00Z", "first 02T10:00–02T18:00", "last 06T08:00–06T12:00"],
            parts.Select(Say)
        );
    }

    [Fact]
    public void hours_that_cross_midnight_end_on_the_next_day()
    {
        var parts = OfferHours.Of(
            HaNoi,
            At("2026-11-01T17:00Z"), // midnight of the 2nd
            At("2026-11-04T17:00Z"),
            (new TimeOnly(22, 0), new TimeOnly(6, 0))
        );
        Assert.Equal(
            ["daily 02T22:00–03T06:00 until 03T15:00Z", "first 02T00:00–02T06:00", "last 04T22:00–05T00:00"],
            parts.Select(Say)
        );
        Assert.Empty(OfferHours.Of(HaNoi, At("2026-11-02T00:00Z"), At("2026-11-02T00:00Z"), null));
        // No hours of the day: one span.
        Assert.Equal(
            "all 02T07:00–03T07:00",
            Say(OfferHours.Of(HaNoi, At("2026-11-02T00:00Z"), At("2026-11-03T00:00Z"), null).Single())
        );
    }

    [Fact]
    public void the_same_hour_of_the_clock_repeats_across_the_change_of_clocks()
    {
        var daily = OfferHours
            .Of(
                Berlin,
                At("2026-03-27T00:00Z"),
                At("2026-04-01T00:00Z"),
                (new TimeOnly(8, 0), new TimeOnly(9, 0))
            )
            .Single();
        // 8 h is 7 h UTC before, 6 h UTC after.
        Assert.Equal("daily 27T08:00–27T09:00 until 31T06:00Z", Say(daily));
    }

    [Fact]
    public void a_line_is_folded_between_characters_at_seventy_five_octets()
    {
        string text = string.Concat(Enumerable.Repeat("Đường ắữ🍚, ", 40)) + "; a\\b\r\nc";
        var read = Calendar.Read(
            System.Text.Encoding.UTF8.GetBytes(
                new CalendarText()
                    .Line("BEGIN", "VEVENT")
                    .Said("SUMMARY", text)
                    .Line("END", "VEVENT")
                    .ToString()
            )
        );
        string value = read.Whole["SUMMARY"];
        Assert.Equal(
            text.Replace("\r\n", "\n", StringComparison.Ordinal),
            value
                .Replace("\\n", "\n", StringComparison.Ordinal)
                .Replace("\\,", ",", StringComparison.Ordinal)
                .Replace("\\;", ";", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal)
        );
    }

    private static Calendar.Part Zone(TimeZoneInfo zone, string from, string until)
    {
        var text = new CalendarText();
        CalendarZone.Write(text, zone, At(from), At(until));
        return Calendar.Read(System.Text.Encoding.UTF8.GetBytes(text.ToString())).Whole;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Say(OfferHours part) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{part.Name} {part.Start:dd'T'HH:mm}–{part.End:dd'T'HH:mm}{(part.LastStart is { } last ? $" until {last.UtcDateTime:dd'T'HH:mm'Z'}" : "")}"
        );
}
