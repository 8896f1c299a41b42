using System.Globalization;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Days to look through, both of them in, by the local clock.</summary>
public sealed record LookDays(DateTimeOffset? From, DateTimeOffset? Until)
{
    // Where the service's people live; Viet Nam has one time zone and no summer time.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    /// <param name="from">yyyy-MM-dd, or nothing.</param>
    /// <param name="to">The last day; yyyy-MM-dd, or nothing.</param>
    public static LookDays Read(FieldErrors errors, string? from, string? to)
    {
        var days = new LookDays(Start(errors, "from", from, 0), Start(errors, "to", to, 1));
        if (days is { From: { } first, Until: { } last })
            errors.Check(first < last, "to", "dayOrder");
        return days;
    }

    private static DateTimeOffset? Start(FieldErrors errors, string field, string? text, int later)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        bool read = DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        );
        return errors.Check(read && day.Year is >= 2000 and < 3000, field, "date")
            ? new DateTimeOffset(day.AddDays(later).ToDateTime(TimeOnly.MinValue), Offset).ToUniversalTime()
            : null;
    }
}
