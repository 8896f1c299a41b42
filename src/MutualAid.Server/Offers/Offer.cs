using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Offers;

/// <summary>The fields of an offer after reading and checking. <see cref="Category"/> is fixed once it is made.</summary>
public sealed record Offer
{
    public const int MostUnits = 1_000_000;
    public const int MostPerDay = 10_000;
    public const int LeastReachMetres = 100;

    /// <summary>Across a province; the matcher goes by distance, so a long reach only helps where nobody is nearer.</summary>
    public const int MostReachMetres = 50_000;
    private const int MostNote = 2000;
    private const int MostDaysAhead = 400;

    public Category? Category { get; init; }

    /// <summary>Units over the offer's life; null: unbounded, then <see cref="PerDay"/> is given.</summary>
    public int? Capacity { get; init; }

    /// <summary>Units of one local date.</summary>
    public int? PerDay { get; init; }

    /// <summary>The exact point; null in an edit that does not move it.</summary>
    public Place? Place { get; init; }
    public int ReachMetres { get; init; }
    public DateTimeOffset? AvailableFrom { get; init; }
    public DateTimeOffset? AvailableUntil { get; init; }

    /// <summary>Local time of the root area; the hours may cross midnight.</summary>
    public TimeOnly? DailyFrom { get; init; }
    public TimeOnly? DailyTo { get; init; }
    public string? Note { get; init; }

    /// <summary>Reads a new offer; everything that is wrong is named at once.</summary>
    /// <exception cref="Refusal">400 with every wrong field.</exception>
    public static Offer Read(OfferBody body, IReadOnlyList<Category> categories, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var category = categories.FirstOrDefault(known => known.Code == body.Category);
        errors.Check(
            category is not null,
            "category",
            "oneOf",
            string.Join(", ", categories.Select(c => c.Code))
        );
        var place = GeoPoint.Read(errors, "location", body.Location);
        errors.Check(body.Reach is not null, "reach", "required");
        var offer = new Offer { Category = category, Place = place }.With(
            new OfferEditBody
            {
                Capacity = new(body.Capacity),
                PerDay = new(body.PerDay),
                Reach = body.Reach is null ? default : new(body.Reach),
                AvailableFrom = new(body.AvailableFrom),
                AvailableUntil = new(body.AvailableUntil),
                DailyHours = new(body.DailyHours),
                Note = new(body.Note),
            },
            errors,
            now
        );
        errors.ThrowIfAny();
        return offer;
    }

    /// <summary>This offer with the fields that were given, each checked; the place is the caller's to read.</summary>
    internal Offer With(OfferEditBody body, FieldErrors errors, DateTimeOffset now)
    {
        var offer = this with
        {
            Capacity = body.Capacity.Or(Capacity),
            PerDay = body.PerDay.Or(PerDay),
            ReachMetres = body.Reach.Or(ReachMetres) ?? 0,
            AvailableFrom = body.AvailableFrom.Or(AvailableFrom),
            AvailableUntil = body.AvailableUntil.Or(AvailableUntil),
            Note = body.Note.Given ? CleanText.Lines(errors, "note", body.Note.Value, MostNote) : Note,
        };
        errors.Check(offer.Capacity is null or >= 1 and <= MostUnits, "capacity", "between", 1, MostUnits);
        errors.Check(offer.PerDay is null or >= 1 and <= MostPerDay, "perDay", "between", 1, MostPerDay);
        bool bounded = offer.Capacity is not null || offer.PerDay is not null;
        errors.Check(bounded, "capacity", "capacityOrPerDay");
        errors.Check(bounded, "perDay", "capacityOrPerDay");
        if (body.Reach.Given)
            errors.Check(
                offer.ReachMetres is >= LeastReachMetres and <= MostReachMetres,
                "reach",
                "between",
                LeastReachMetres,
                MostReachMetres
            );
        if (body.AvailableFrom.Given)
            errors.Check(
                offer.AvailableFrom is null || offer.AvailableFrom < now.AddDays(MostDaysAhead),
                "availableFrom",
                "daysAhead",
                MostDaysAhead
            );
        if (
            body.AvailableUntil.Given
            && errors.Check(
                offer.AvailableUntil is null || offer.AvailableUntil > now,
                "availableUntil",
                "past"
            )
        )
            errors.Check(
                offer.AvailableUntil is null || offer.AvailableUntil < now.AddDays(MostDaysAhead),
                "availableUntil",
                "daysAhead",
                MostDaysAhead
            );
        errors.Check(!(offer.AvailableUntil <= offer.AvailableFrom), "availableUntil", "afterFrom");
        return body.DailyHours.Given ? offer.Hours(body.DailyHours.Value, errors) : offer;
    }

    // From and to the same would be no hour at all, or all of them: nobody can tell which was meant.
    private Offer Hours(DailyHoursBody? hours, FieldErrors errors)
    {
        if (hours is null)
            return this with { DailyFrom = null, DailyTo = null };
        var from = Time(hours.From, "dailyHours.from", errors);
        var to = Time(hours.To, "dailyHours.to", errors);
        errors.Check(from is null || from != to, "dailyHours.to", "hoursEqual");
        return this with { DailyFrom = from, DailyTo = to };
    }

    private static TimeOnly? Time(string? text, string field, FieldErrors errors)
    {
        if (
            TimeOnly.TryParseExact(
                text,
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
            return time;
        errors.Add(field, "hourMinute");
        return null;
    }
}
