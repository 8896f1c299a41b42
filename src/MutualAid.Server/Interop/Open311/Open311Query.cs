using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>Which needs <c>GET requests</c> asks for; <paramref name="Ids"/> overrides everything else.</summary>
internal sealed record Open311Query(
    Guid[]? Ids,
    short[]? Categories,
    DateTimeOffset From,
    DateTimeOffset To,
    bool Nothing
)
{
    public const int Most = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    public static readonly string[] Names =
    [
        "service_request_id",
        "service_code",
        "start_date",
        "end_date",
        "status",
    ];

    /// <exception cref="Refusal">400, naming every wrong parameter.</exception>
    public static Open311Query Read(
        IQueryCollection query,
        IReadOnlyList<Category> categories,
        DateTimeOffset now
    )
    {
        if (Listed(query["service_request_id"]) is { } ids)
            // What is no id of ours is no need.
            return new(
                [.. ids.Where(id => Guid.TryParse(id, out _)).Select(Guid.Parse)],
                null,
                default,
                default,
                false
            );
        var errors = new FieldErrors();
        var codes = Listed(query["service_code"]);
        errors.Check(
            codes?.All(code => categories.Any(known => known.Code == code)) != false,
            "service_code",
            "oneOf",
            string.Join(", ", categories.Select(known => known.Code))
        );
        string[] statuses = ["open", "closed"];
        var asked = Listed(query["status"]);
        errors.Check(asked?.All(statuses.Contains) != false, "status", "oneOf", "open, closed");
        var from = Time(errors, "start_date", query["start_date"]);
        var to = Time(errors, "end_date", query["end_date"]);
        // One end alone says where the 90 days are.
        to ??= from is null ? now : Later(from.Value, Longest);
        from ??= Later(to.Value, -Longest);
        errors.Check(to - from <= Longest, "start_date", "open311Span", Longest.Days);
        errors.ThrowIfAny();
        return new(
            null,
            codes is null
                ? null
                : [.. categories.Where(known => codes.Contains(known.Code)).Select(known => known.Id)],
            from.Value,
            to.Value,
            asked?.Contains("open") == false
        );
    }

    private static string[]? Listed(string? values)
    {
        string[] listed =
            values?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return listed.Length == 0 ? null : listed;
    }

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>W3C's form with its zone: without one a time would be the server's and not the sender's.</summary>
    internal static DateTimeOffset? Time(FieldErrors errors, string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        // A plus sign that stands unescaped in an address arrives as a space.
        text = text.Trim().Replace(' ', '+');
        bool zoned = text.Length > 16 && (text[^1] == 'Z' || text[^6] is '+' or '-');
        if (
            zoned
            && DateTimeOffset.TryParseExact(
                text,
                Forms,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
            return time.ToUniversalTime();
        errors.Add(field, "open311Time");
        return null;
    }

    // A year that is far off is no overflow: nothing is there.
    private static DateTimeOffset Later(DateTimeOffset time, TimeSpan by) =>
        by > TimeSpan.Zero
            ? (time > DateTimeOffset.MaxValue - by ? DateTimeOffset.MaxValue : time + by)
            : (time < DateTimeOffset.MinValue - by ? DateTimeOffset.MinValue : time + by);
}
