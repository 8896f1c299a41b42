using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Offers;

/// <summary>The giver's edit of an offer: what is left out stays, one answer names every wrong field.</summary>
internal static class OfferEdit
{
    internal static async Task<IResult> Patch(
        Guid id,
        OfferEditBody body,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var row = await database.Transaction(
            async connection =>
            {
                await Lock(connection, id, caller, stop);
                var present =
                    await OffersApi.Own(connection, id, caller, now, stop) ?? throw Refusal.NotFound();
                Representation.DemandVersion(context, present.EditVersion);
                if (present.OneTime || present.Status is not ("active" or "paused"))
                    throw new Refusal(409, "offerClosed");
                var errors = new FieldErrors();
                var place = body.Location.Given
                    ? GeoPoint.Read(errors, "location", body.Location.Value)
                    : null;
                var edited = present.Fields().With(body, errors, now);
                errors.ThrowIfAny();
                if (place is { } there)
                    await Move(connection, id, present, there, caller, stop);
                if (body.Capacity.Given || body.PerDay.Given)
                    await SetBounds(connection, present, edited, now, stop);
                await OfferStore.Write(connection, id, edited, stop);
                return (await OffersApi.Own(connection, id, caller, now, stop))!;
            },
            stop
        );
        return Representation.Tagged(context, row.OwnAnswer(), row.EditVersion);
    }

    // The account first: the order of locks is accounts, requests, offers, and a move reads this account's own offers.
    private static Task Lock(NpgsqlConnection connection, Guid id, Caller caller, CancellationToken stop) =>
        connection.Execute(
            """
            select 1 from account where id = @me for no key update;
            select 1 from offer where id = @id and account_id = @me for update;
            """,
            new { id, me = caller.AccountId },
            stop
        );

    private static async Task Move(
        NpgsqlConnection connection,
        Guid id,
        OfferRow present,
        Place place,
        Caller caller,
        CancellationToken stop
    )
    {
        var placing = await Placing.Of(connection, caller.AccountId, place, stop);
        if (placing.RootAreaId != present.RootAreaId)
            throw Refusal.Field("location", "otherRootOffer");
        await OfferStore.Move(connection, id, place, placing, stop);
    }

    private static async Task SetBounds(
        NpgsqlConnection connection,
        OfferRow present,
        Offer edited,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        bool set = await connection.Value<bool>(
            "select offer_set_bounds(@now, @Id, @Capacity, @PerDay)",
            new
            {
                now,
                present.Id,
                edited.Capacity,
                edited.PerDay,
            },
            stop
        );
        if (set)
            return;
        var today = await connection.Row<Used>(
            "select u.held, u.promised, u.given from offer o, used_on_day(o.id, local_day(@now, o.root_area_id)) u where o.id = @Id",
            new { present.Id, now },
            stop
        );
        int total = present.Held + present.Promised + present.Given;
        int day = today!.Held + today.Promised + today.Given;
        throw new Refusal(409, "belowUsed", total, day)
        {
            Members = new Dictionary<string, object?>
            {
                ["held"] = present.Held,
                ["promised"] = present.Promised,
                ["given"] = present.Given,
                ["today"] = today,
            },
        };
    }

    private sealed class Used
    {
        public int Held { get; init; }
        public int Promised { get; init; }
        public int Given { get; init; }
    }
}
