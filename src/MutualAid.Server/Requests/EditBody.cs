using System.Text.Json;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>What an owner may edit.</summary>
public sealed record EditBody
{
    public Optional<int?> Quantity { get; init; }
    public Optional<string?> Urgency { get; init; }
    public Optional<DateTimeOffset?> NeededBy { get; init; }
    public Optional<string?> PublicNote { get; init; }
    public Optional<string?> Note { get; init; }
    public Optional<string?> Details { get; init; }
    public Optional<string?> Address { get; init; }
    public Optional<int?> People { get; init; }
    public Optional<GeoPoint?> Location { get; init; }
    public Optional<Destination?> Destination { get; init; }

    internal bool Any =>
        Quantity.Given
        || Urgency.Given
        || NeededBy.Given
        || PublicNote.Given
        || Note.Given
        || Details.Given
        || Address.Given
        || People.Given
        || Location.Given
        || Destination.Given;
}

/// <summary>The present values of what can be edited, and after <see cref="With"/> the new ones.</summary>
internal sealed record EditedRow
{
    internal const string Select = """
        select r.edit_version, r.root_area_id, r.end_status, r.quantity, r.promised, r.delivered, r.urgency, r.needed_by, r.people,
               r.public_note, c.needs_destination, p.address, p.note, p.details, p.destination::text as destination, p.phone, h.on_behalf
        from request r
        join category c on c.id = r.category_id
        join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
        join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
        """;

    public int EditVersion { get; init; }
    public Guid RootAreaId { get; init; }
    public string? EndStatus { get; init; }
    public int Quantity { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public string Urgency { get; init; } = "";
    public DateTimeOffset? NeededBy { get; init; }
    public int? People { get; init; }
    public string? PublicNote { get; init; }
    public bool NeedsDestination { get; init; }
    public string? Address { get; init; }
    public string? Note { get; init; }
    public string? Details { get; init; }
    public string? Destination { get; init; }
    public string? Phone { get; init; }
    public bool OnBehalf { get; init; }

    /// <summary>The new exact point, when one was given.</summary>
    public Place Place { get; init; }

    internal EditedRow With(FieldErrors errors, EditBody body, DateTimeOffset now) =>
        this with
        {
            Quantity = body.Quantity.Given
                ? HelpRequest.Quantity(errors, "quantity", body.Quantity.Value)
                : Quantity,
            Urgency = body.Urgency.Given
                ? HelpRequest.Urgency(errors, "urgency", body.Urgency.Value)
                : Urgency,
            NeededBy = body.NeededBy.Given
                ? HelpRequest.NeededBy(errors, "neededBy", body.NeededBy.Value, now)
                : NeededBy,
            People = body.People.Given ? HelpRequest.People(errors, "people", body.People.Value) : People,
            PublicNote = body.PublicNote.Given
                ? HelpRequest.ReadPublicNote(errors, "publicNote", body.PublicNote.Value)
                : PublicNote,
            Address = body.Address.Given
                ? HelpRequest.Address(errors, "address", body.Address.Value)
                : Address,
            Note = body.Note.Given ? HelpRequest.Note(errors, "note", body.Note.Value) : Note,
            Details = body.Details.Given ? HelpRequest.Note(errors, "details", body.Details.Value) : Details,
            Destination = body.Destination.Given
                ? HelpRequest.ReadDestination(errors, "destination", body.Destination.Value, NeedsDestination)
                    is { } destination
                    ? JsonSerializer.Serialize(destination, Json.Options)
                    : null
                : Destination,
            Place = body.Location.Given
                ? GeoPoint.Read(errors, "location", body.Location.Value) ?? default
                : default,
        };
}
