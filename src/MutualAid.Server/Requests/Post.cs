using System.Text.Json.Serialization;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>The body of a post: one household's needs.</summary>
public record PostBody
{
    public IReadOnlyList<NeedBody?>? Needs { get; init; }
    public GeoPoint? Location { get; init; }
    public string? Address { get; init; }
    public int? People { get; init; }
    public string? Note { get; init; }
    public string? PublicNote { get; init; }
    public BehalfBody? OnBehalfOf { get; init; }
}

/// <summary>One need, as sent.</summary>
public sealed record NeedBody
{
    public string? Category { get; init; }
    public int? Quantity { get; init; }
    public string? Urgency { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public bool? Divisible { get; init; }
    public string? Details { get; init; }
    public Destination? Destination { get; init; }
}

/// <summary>The one in need, when somebody else posts.</summary>
public sealed record BehalfBody(string? Name, string? Phone, bool? Consent);

/// <summary>A post that keeps the rules.</summary>
public sealed record Post(
    IReadOnlyList<Need> Needs,
    Place Place,
    string? Address,
    int? People,
    string? Note,
    string? PublicNote,
    PersonInNeed? OnBehalfOf
)
{
    /// <exception cref="Refusal">400, naming every wrong field.</exception>
    public static Post Read(PostBody body, IReadOnlyList<Category> categories, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var needs = new List<Need>();
        if (body.Needs is not { Count: >= 1 and <= HelpRequest.MostNeeds })
            errors.Add("needs", "howMany", 1, HelpRequest.MostNeeds);
        else
            for (int i = 0; i < body.Needs.Count; i++)
                if (Need.Read(errors, $"needs[{i}]", body.Needs[i], categories, now) is { } need)
                    needs.Add(need);
        var place = GeoPoint.Read(errors, "location", body.Location);
        var post = new Post(
            needs,
            place ?? default,
            HelpRequest.Address(errors, "address", body.Address),
            HelpRequest.People(errors, "people", body.People),
            HelpRequest.Note(errors, "note", body.Note),
            HelpRequest.ReadPublicNote(errors, "publicNote", body.PublicNote),
            PersonInNeed.Read(errors, "onBehalfOf", body.OnBehalfOf)
        );
        errors.ThrowIfAny();
        return post;
    }
}

/// <summary>One need that keeps the rules. The names are the columns that <see cref="RequestStore"/> writes.</summary>
public sealed record Need(
    [property: JsonPropertyName("category_id")] short CategoryId,
    [property: JsonPropertyName("quantity")] int Quantity,
    [property: JsonPropertyName("divisible")] bool Divisible,
    [property: JsonPropertyName("urgency")] string Urgency,
    [property: JsonPropertyName("needed_by")] DateTimeOffset? NeededBy,
    [property: JsonPropertyName("details")] string? Details,
    [property: JsonPropertyName("destination")] Destination? Destination
)
{
    internal static Need? Read(
        FieldErrors errors,
        string field,
        NeedBody? body,
        IReadOnlyList<Category> categories,
        DateTimeOffset now
    )
    {
        if (!errors.Check(body is not null, field, "required"))
            return null;
        var category = categories.FirstOrDefault(known => known.Code == body!.Category);
        errors.Check(
            category is not null,
            $"{field}.category",
            "oneOf",
            string.Join(", ", categories.Select(known => known.Code))
        );
        return new Need(
            category?.Id ?? 0,
            HelpRequest.Quantity(errors, $"{field}.quantity", body!.Quantity),
            category?.Divisible == true && body.Divisible != false,
            HelpRequest.Urgency(errors, $"{field}.urgency", body.Urgency),
            HelpRequest.NeededBy(errors, $"{field}.neededBy", body.NeededBy, now),
            HelpRequest.Note(errors, $"{field}.details", body.Details),
            category is null
                ? null
                : HelpRequest.ReadDestination(
                    errors,
                    $"{field}.destination",
                    body.Destination,
                    category.NeedsDestination
                )
        );
    }
}

/// <summary>Who is in need, when somebody else posts: they agreed, and are told by a message to this phone (E.164).</summary>
public sealed record PersonInNeed(string Name, string Phone)
{
    internal static PersonInNeed? Read(FieldErrors errors, string field, BehalfBody? body)
    {
        if (body is null)
            return null;
        string? name = CleanText.Line(errors, $"{field}.name", body.Name, 100);
        errors.Check(!string.IsNullOrWhiteSpace(body.Name), $"{field}.name", "required");
        var phone = Accounts.Phone.Read(body.Phone, out string? problem);
        if (phone is null)
            errors.Add($"{field}.phone", problem!);
        errors.Check(body.Consent == true, $"{field}.consent", "consent");
        return new PersonInNeed(name ?? "", phone?.E164 ?? "");
    }
}
