using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Queues;

/// <summary>What a reader narrows a queue to; what is null is not asked.</summary>
/// <param name="From">The first local day on which it was posted.</param>
/// <param name="To">The last one.</param>
/// <param name="Words">Said by the public note, with or without diacritics.</param>
/// <param name="Area">An area below the queue's.</param>
public sealed record QueueFilter(
    Category? Category,
    string? Status,
    string? Urgency,
    DateOnly? From,
    DateOnly? To,
    bool? Verified,
    bool? Hidden,
    string? Words,
    Guid? Area
)
{
    /// <summary>The local day on which it ended.</summary>
    public DateOnly? Ended { get; init; }

    /// <summary>The local day of a delivery that stands.</summary>
    public DateOnly? Helped { get; init; }

    public static readonly string[] Names =
    [
        "category",
        "status",
        "urgency",
        "from",
        "to",
        "verified",
        "hidden",
        "q",
        "area",
        "ended",
        "helped",
    ];

    /// <summary>As the desk counts: what is hidden and live is hidden, whatever else it is.</summary>
    public static readonly IReadOnlyList<string> Statuses =
    [
        "open",
        "matched",
        "inDelivery",
        "fulfilled",
        "withdrawn",
        "expired",
        "closed",
        "hidden",
    ];

    public static readonly QueueFilter None = new(null, null, null, null, null, null, null, null, null);

    public bool Any => this != None;

    /// <param name="given">A parameter's value; an empty one, as an empty field is sent, is not given.</param>
    public static QueueFilter Read(
        FieldErrors errors,
        Func<string, string?> given,
        IReadOnlyList<Category> categories
    )
    {
        string? code = Given("category");
        var category = categories.FirstOrDefault(one => one.Code == code);
        if (code is not null && category is null)
            errors.Add("category", "oneOf", string.Join(", ", categories.Select(one => one.Code)));
        return new QueueFilter(
            category,
            OneOf("status", Statuses),
            OneOf("urgency", HelpRequest.Urgencies),
            Day("from"),
            Day("to"),
            YesOrNo("verified"),
            YesOrNo("hidden"),
            CleanText.Line(errors, "q", Given("q"), 100),
            Id("area")
        )
        {
            Ended = Day("ended"),
            Helped = Day("helped"),
        };

        string? Given(string name) => string.IsNullOrWhiteSpace(given(name)) ? null : given(name)!.Trim();

        string? OneOf(string name, IReadOnlyList<string> known)
        {
            string? value = Given(name);
            return
                value is null || errors.Check(known.Contains(value), name, "oneOf", string.Join(", ", known))
                ? value
                : null;
        }

        bool? YesOrNo(string name) => OneOf(name, ["yes", "no"]) is { } said ? said == "yes" : null;

        DateOnly? Day(string name)
        {
            if (Given(name) is not { } text)
                return null;
            bool read = DateOnly.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            );
            // What the calendar of a database and of a time zone both hold.
            return errors.Check(read && day.Year is >= 2000 and < 2200, name, "queueDay") ? day : null;
        }

        Guid? Id(string name) =>
            Given(name) is not { } text ? null
            : errors.Check(Guid.TryParse(text, out var id), name, "absent") ? id
            : null;
    }

    /// <summary>As a queue's address carries it, without "?".</summary>
    public string Query =>
        string.Join(
            '&',
            Parts
                .Where(part => part.Value is not null)
                .Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}")
        );

    public IEnumerable<(string Name, string? Value)> Parts =>
        [
            ("category", Category?.Code),
            ("status", Status),
            ("urgency", Urgency),
            ("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("verified", Said(Verified)),
            ("hidden", Said(Hidden)),
            ("q", Words),
            ("area", Area?.ToString()),
            ("ended", Ended?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("helped", Helped?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ];

    /// <summary>Conditions on row <c>s</c>, each with its "and".</summary>
    public string Sql =>
        string.Concat(
            Category is null ? "" : " and s.category_id = @category::smallint",
            Status switch
            {
                null => "",
                "hidden" => " and s.end_status is null and s.hidden_at is not null",
                "open" or "matched" or "inDelivery" when Hidden is null =>
                    $" and {QueueRow.Status("s")} = @status and s.hidden_at is null",
                _ => $" and {QueueRow.Status("s")} = @status",
            },
            Ended is null ? "" : " and s.ended_day = @ended",
            Helped is null
                ? ""
                : """
                 and exists (select from match m where (m.request_id, m.root_area_id) = (s.id, s.root_area_id)
                   and m.status in ('delivered', 'confirmed') and m.delivered_at >= @helpedFrom and m.delivered_at < @helpedBefore)
                """,
            From is null ? "" : " and s.created_at >= @from",
            To is null ? "" : " and s.created_at < @before",
            Verified is null ? "" : " and (s.verified_at is not null) = @verified",
            Hidden is null ? "" : " and (s.hidden_at is not null) = @hidden",
            Words is null ? "" : $" and search_text(s.public_note) like {TypedName.Pattern("@words")}"
        );

    private static string? Said(bool? value) =>
        value is null ? null
        : value.Value ? "yes"
        : "no";
}
