using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>What one side of an accepted match is shown of the other.</summary>
internal static class ContactCard
{
    // Posted for somebody else, the poster can be reached too: the one in need may not hear the phone.
    internal static async Task<object> OfReceiver(
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
        return new
        {
            match.RequestId,
            @private = new
            {
                location = GeoPoint.At(found.Lon, found.Lat),
                found.Address,
                found.Phone,
                found.Name,
                found.Note,
                found.Details,
                destination = found.Destination is null
                    ? null
                    : System.Text.Json.Nodes.JsonNode.Parse(found.Destination),
            },
            postedBy = match.OnBehalf ? new { name = found.PosterName, phone = found.PosterPhone } : null,
            match.OpenUntil,
        };
    }

    internal static async Task<object> OfGiver(
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
        return new
        {
            match.RequestId,
            giver = new { found.Name, found.Phone },
            match.OpenUntil,
        };
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
