using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>What one side of an accepted match is shown of the other.</summary>
internal static class ContactCard
{
    // Posted for somebody else, the poster can be reached too: the one in need may not hear the phone.
    internal static async Task<ContactAnswer> OfReceiver(
        NpgsqlConnection connection,
        Contact.Row match,
        CancellationToken stop
    )
    {
        var found =
            await connection.Row<Receiver>(
                """
                select st_x(p.place::geometry) as lon, st_y(p.place::geometry) as lat, p.address, p.phone, p.name, p.note, p.details,
                       p.destination::text as destination, a.name as poster_name, a.phone as poster_phone
                from request_private p
                join request r on (r.id, r.root_area_id) = (p.request_id, p.root_area_id)
                left join account_private a on a.account_id = r.account_id
                where p.request_id = @RequestId
                """,
                new { match.RequestId },
                stop
            ) ?? throw Refusal.NotFound();
        return new ContactAnswer(match.RequestId, match.OpenUntil)
        {
            Private = new(
                GeoPoint.At(found.Lon, found.Lat),
                found.Address,
                found.Phone,
                found.Name,
                found.Note,
                found.Details,
                found.Destination is null
                    ? null
                    : JsonSerializer.Deserialize<Destination>(found.Destination, Json.Options)
            ),
            PostedBy = match.OnBehalf ? new(found.PosterName, found.PosterPhone) : null,
        };
    }

    internal static async Task<ContactAnswer> OfGiver(
        NpgsqlConnection connection,
        Contact.Row match,
        CancellationToken stop
    )
    {
        var found =
            await connection.Row<Giver>(
                "select name, phone from account_private where account_id = @GiverAccountId",
                new { match.GiverAccountId },
                stop
            ) ?? throw Refusal.NotFound();
        return new ContactAnswer(match.RequestId, match.OpenUntil) { Giver = new(found.Name, found.Phone) };
    }

    private sealed class Receiver
    {
        public double Lon { get; init; }
        public double Lat { get; init; }
        public string? Address { get; init; }
        public string? Phone { get; init; }
        public string? Name { get; init; }
        public string? Note { get; init; }
        public string? Details { get; init; }
        public string? Destination { get; init; }
        public string? PosterName { get; init; }
        public string? PosterPhone { get; init; }
    }

    private sealed class Giver
    {
        public string? Name { get; init; }
        public string Phone { get; init; } = "";
    }
}

/// <summary>To the giver <see cref="Private"/> and, when posted for somebody else, <see cref="PostedBy"/>; to the receiver <see cref="Giver"/>.</summary>
public sealed record ContactAnswer(Guid RequestId, DateTimeOffset? OpenUntil)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReceiverContact? Private { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PersonContact? PostedBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PersonContact? Giver { get; init; }
}

/// <summary>Where the receiver is, exactly, and how to reach them.</summary>
public sealed record ReceiverContact(
    GeoPoint Location,
    string? Address,
    string? Phone,
    string? Name,
    string? Note,
    string? Details,
    Destination? Destination
);

/// <summary>Somebody's name and number (E.164).</summary>
public sealed record PersonContact(string? Name, string? Phone);
