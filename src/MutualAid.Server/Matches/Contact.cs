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
        PrivateViews views,
        TimeProvider time,
        CancellationToken stop
    ) => Results.Json(await Read(id, caller, database, views, time, stop), Json.Options);

    /// <summary>The other side, for the API and the pages alike; that it was seen is written down.</summary>
    /// <exception cref="Refusal">404: neither side's; 409: not open; 429: too many people's.</exception>
    internal static async Task<ContactAnswer> Read(
        Guid id,
        Caller caller,
        ServiceDatabase database,
        PrivateViews views,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        // One transaction: what is not written down is not shown.
        var (contact, refusal) = await database.Transaction(
            async connection =>
            {
                var match =
                    await connection.Row<Row>(
                        """
                        select m.status, m.request_id, m.giver_account_id, r.account_id as owner_account_id, h.id as household_id, h.on_behalf,
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
                var refused = await views.Write(
                    connection,
                    caller,
                    new PrivateView(
                        giver ? "giver" : "receiver",
                        null,
                        giver ? match.OwnerAccountId : match.GiverAccountId,
                        match.HouseholdId,
                        match.RequestId,
                        id,
                        "contact"
                    ),
                    stop
                );
                var shown =
                    refused is not null ? null
                    : giver ? await ContactCard.OfReceiver(connection, match, stop)
                    : await ContactCard.OfGiver(connection, match, stop);
                return (shown, refused);
            },
            stop
        );
        return contact ?? throw refusal!;
    }

    internal sealed class Row
    {
        public string Status { get; init; } = "";
        public Guid RequestId { get; init; }
        public Guid GiverAccountId { get; init; }
        public Guid OwnerAccountId { get; init; }
        public Guid HouseholdId { get; init; }
        public bool OnBehalf { get; init; }
        public bool Open { get; init; }
        public DateTimeOffset? OpenUntil { get; init; }
    }
}
