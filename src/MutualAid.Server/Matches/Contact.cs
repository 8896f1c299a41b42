using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>
/// How the two sides of an accepted match reach each other. Opens both ways at acceptance, closes 24 h after delivery and at
/// once after any other end. Each view is written down where the one who was seen can read it.
/// </summary>
internal static class Contact
{
    internal static async Task<IResult> Get(
        Guid id,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        // One transaction: what is not written down is not shown.
        var answer = await database.Transaction(
            async connection =>
            {
                var match =
                    await connection.Row<Row>(
                        """
                        select m.status, m.request_id, m.giver_account_id, r.account_id as owner_account_id, h.on_behalf,
                               m.delivered_at + setting('private_open_hours') * interval '1 hour' as open_until,
                               not blocked_either_way(m.giver_account_id, r.account_id) and (m.status in ('accepted', 'onTheWay')
                                 or (m.status in ('delivered', 'confirmed') and m.delivered_at + setting('private_open_hours') * interval '1 hour' > @now)) as open
                        from match m
                        join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
                        join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
                        where m.id = @id and @me in (m.giver_account_id, r.account_id)
                        """,
                        new
                        {
                            id,
                            me = caller.AccountId,
                            now,
                        },
                        stop
                    ) ?? throw Refusal.NotFound();
                if (!match.Open)
                    throw new Refusal(409, "contactClosed")
                    {
                        Members = new Dictionary<string, object?> { ["state"] = match.Status },
                    };
                bool giver = caller.AccountId == match.GiverAccountId;
                var shown = giver
                    ? await OfReceiver(connection, match, stop)
                    : await OfGiver(connection, match, stop);
                await connection.Execute(
                    """
                    insert into access_log (at, reader_account_id, reader_role, owner_account_id, request_id, match_id, what)
                    values (@now, @me, @role, @owner, @RequestId, @id, 'contact')
                    """,
                    new
                    {
                        now,
                        me = caller.AccountId,
                        role = giver ? "giver" : "receiver",
                        owner = giver ? match.OwnerAccountId : match.GiverAccountId,
                        match.RequestId,
                        id,
                    },
                    stop
                );
                return shown;
            },
            stop
        );
        return Results.Ok(answer);
    }

    // Posted for somebody else, the poster can be reached too: the one in need may not hear the phone.
    private static async Task<object> OfReceiver(
        NpgsqlConnection connection,
        Row match,
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
                location = new { type = "Point", coordinates = new[] { found.Lon, found.Lat } },
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

    private static async Task<object> OfGiver(NpgsqlConnection connection, Row match, CancellationToken stop)
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

    private sealed class Row
    {
        public string Status { get; init; } = "";
        public Guid RequestId { get; init; }
        public Guid GiverAccountId { get; init; }
        public Guid OwnerAccountId { get; init; }
        public bool OnBehalf { get; init; }
        public bool Open { get; init; }
        public DateTimeOffset? OpenUntil { get; init; }
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
