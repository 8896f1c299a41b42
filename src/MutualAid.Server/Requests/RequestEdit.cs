using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>The owner's edit: what is left out stays, null clears (RFC 7396), one answer names every wrong field.</summary>
public static class RequestEdit
{
    internal static async Task<IResult> Patch(
        Guid id,
        EditBody body,
        Caller caller,
        ServiceDatabase database,
        RequestPlacing placing,
        Households households,
        RequestReading reading,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await database.Transaction(
            async connection =>
            {
                var present = await Lock(connection, id, caller.AccountId, stop);
                Representation.DemandVersion(context, present.EditVersion);
                if (present.EndStatus is not null)
                    throw RequestEnds.Ended(present.EndStatus);
                var errors = new FieldErrors();
                var edited = present.With(errors, body, now);
                errors.ThrowIfAny();
                if (!body.Any)
                    return;
                if (body.Location.Given)
                    await RequestMove.Move(
                        connection,
                        placing,
                        id,
                        caller.AccountId,
                        present,
                        edited.Place,
                        now,
                        stop
                    );
                if (body.Quantity.Given && edited.Quantity != present.Quantity)
                    await SetQuantity(connection, id, present, edited.Quantity, now, stop);
                await Write(connection, id, edited, households.AddressHash(edited.Address), stop);
            },
            stop
        );
        return await RequestEnds.Show(context, caller, id, reading, stop);
    }

    // The account first: the order of locks is accounts, requests, offers, and a move reads this account's own posts.
    private static async Task<EditedRow> Lock(
        NpgsqlConnection connection,
        Guid id,
        Guid account,
        CancellationToken stop
    )
    {
        await connection.Execute(
            "select 1 from account where id = @account for no key update",
            new { account },
            stop
        );
        await connection.Execute(
            "select 1 from request where id = @id and account_id = @account for update",
            new { id, account },
            stop
        );
        return await connection.Row<EditedRow>(
                EditedRow.Select + " where r.id = @id and r.account_id = @account",
                new { id, account },
                stop
            ) ?? throw Refusal.NotFound();
    }

    private static async Task SetQuantity(
        NpgsqlConnection connection,
        Guid id,
        EditedRow present,
        int quantity,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (
            !await connection.Value<bool>(
                "select request_set_quantity(@now, @id, @quantity)",
                new
                {
                    now,
                    id,
                    quantity,
                },
                stop
            )
        )
            throw new Refusal(409, "quantityTaken", present.Promised + present.Delivered)
            {
                Members = new Dictionary<string, object?>
                {
                    ["promised"] = present.Promised,
                    ["delivered"] = present.Delivered,
                },
            };
    }

    private static Task Write(
        NpgsqlConnection connection,
        Guid id,
        EditedRow edited,
        byte[]? addressHash,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            update request set urgency = @Urgency, needed_by = @NeededBy, expires_at = greatest(expires_at, @NeededBy), people = @People,
              public_note = @PublicNote, edit_version = edit_version + 1
            where id = @id;
            update request_private set address = @Address, note = @Note, details = @Details, destination = @destination::jsonb
            where request_id = @id;
            update household h set address_hash = @addressHash from request r
            where r.id = @id and (h.id, h.root_area_id) = (r.household_id, r.root_area_id) and h.address_hash is distinct from @addressHash;
            """,
            new
            {
                id,
                edited.Urgency,
                edited.NeededBy,
                edited.People,
                edited.PublicNote,
                edited.Address,
                edited.Note,
                edited.Details,
                destination = edited.Destination,
                addressHash,
            },
            stop
        );
}
