using MutualAid.Server.Areas;

namespace MutualAid.Server.Web;

/// <summary>Numbers, distances and times as a person says them.</summary>
public static class Say
{
    // Where the service's people live; Viet Nam has one time zone and no summer time.
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    /// <summary>"4 parcels".</summary>
    public static string Units(string locale, Category category, int units) =>
        Texts.Of(
            locale,
            "say.units",
            units,
            units == 1 && locale == "en" ? category.Unit : category.UnitName(locale)
        );

    public static string Number(string locale, int number) => number.ToString("N0", Texts.Culture(locale));

    /// <summary>Metres below a kilometre, to the nearest 50: public locations are no finer; above, kilometres.</summary>
    public static string Distance(string locale, double metres) =>
        metres < 975
            ? Texts.Of(locale, "say.metres", Math.Max(50, Math.Round(metres / 50) * 50))
            : Texts.Of(locale, "say.kilometres", Math.Round(metres / 1000, metres < 9950 ? 1 : 0));

    /// <summary>How long ago.</summary>
    public static string Ago(string locale, TimeSpan age)
    {
        var (unit, count) = age switch
        {
            { TotalMinutes: < 1 } => ("now", 0),
            { TotalHours: < 1 } => ("minutes", (int)age.TotalMinutes),
            { TotalDays: < 1 } => ("hours", (int)age.TotalHours),
            _ => ("days", (int)age.TotalDays),
        };
        return unit == "now"
            ? Texts.Of(locale, "say.now")
            : Texts.Of(locale, $"say.{unit}.{(count == 1 ? "one" : "other")}", count);
    }

    /// <summary>An instant by the local clock.</summary>
    public static string At(string locale, DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Zone).ToString(Texts.Of(locale, "say.at"), Texts.Culture(locale));

    /// <summary>A Vietnamese number as people write it: 090 123 4567 for +84901234567.</summary>
    public static string Phone(string e164)
    {
        string local = e164.StartsWith("+84", StringComparison.Ordinal) ? $"0{e164[3..]}" : e164;
        return local.Length < 7 ? local : $"{local[..^7]} {local[^7..^4]} {local[^4..]}";
    }
}
