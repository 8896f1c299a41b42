using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>The rules of a request that need no database.</summary>
public static class HelpRequest
{
    public const int MostNeeds = 10;
    public const int MostUnits = 10_000;
    public const int MostPeople = 1_000;
    public static readonly TimeSpan LongestAhead = TimeSpan.FromDays(30);
    public static readonly IReadOnlyList<string> Urgencies = ["routine", "soon", "urgent"];

    public static int Quantity(FieldErrors errors, string field, int? quantity) =>
        errors.Check(quantity is >= 1 and <= MostUnits, field, "between", 1, MostUnits) ? quantity!.Value : 1;

    public static string Urgency(FieldErrors errors, string field, string? urgency) =>
        errors.Check(
            urgency is not null && Urgencies.Contains(urgency),
            field,
            "oneOf",
            string.Join(", ", Urgencies)
        )
            ? urgency!
            : "";

    public static int? People(FieldErrors errors, string field, int? people) =>
        errors.Check(people is null or >= 1 and <= MostPeople, field, "between", 1, MostPeople)
            ? people
            : null;

    public static DateTimeOffset? NeededBy(
        FieldErrors errors,
        string field,
        DateTimeOffset? neededBy,
        DateTimeOffset now
    ) =>
        neededBy is null
        || errors.Check(neededBy > now, field, "past")
            && errors.Check(neededBy <= now + LongestAhead, field, "daysAhead", LongestAhead.Days)
            ? neededBy
            : null;

    public static string? Note(FieldErrors errors, string field, string? note) =>
        CleanText.Lines(errors, field, note, 2000);

    public static string? Address(FieldErrors errors, string field, string? address) =>
        CleanText.Line(errors, field, address, 300);

    /// <summary>Cleaned, and masked as everybody will read it.</summary>
    public static string? ReadPublicNote(FieldErrors errors, string field, string? note) =>
        CleanText.Line(errors, field, note, 200) is { } clean ? PublicNote.Mask(clean) : null;

    /// <summary>Where somebody is to be taken: demanded by some categories, out of place in the others.</summary>
    public static Destination? ReadDestination(
        FieldErrors errors,
        string field,
        Destination? destination,
        bool demanded
    )
    {
        if (destination is null)
        {
            errors.Check(!demanded, field, "required");
            return null;
        }
        if (!errors.Check(demanded, field, "noDestination"))
            return null;
        if (destination.Location is not null)
            GeoPoint.Read(errors, $"{field}.location", destination.Location);
        string? address = Address(errors, $"{field}.address", destination.Address);
        errors.Check(address is not null || destination.Location is not null, $"{field}.address", "required");
        return destination with { Address = address };
    }
}

/// <summary>Where a ride goes: an address in words, a point, or both. Private, as the place is.</summary>
public sealed record Destination(string? Address, GeoPoint? Location);
