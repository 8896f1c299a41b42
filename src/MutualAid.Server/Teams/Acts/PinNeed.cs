using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>
/// Corrects where a need is, as its owner's edit does: the same cell, the same areas, the same refusals. To whom it was handed
/// over stays.
/// </summary>
internal sealed class PinNeed(
    RequestPlacing placing,
    Households households,
    OwnerMessages owners,
    TimeProvider time
)
{
    internal async Task<Guid> Do(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        PinBody body,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        var place = GeoPoint.Read(errors, "location", body.Location);
        string? address = HelpRequest.Address(errors, "address", body.Address);
        string? reason = ActAsked.Text(errors, "reason", body.Reason);
        errors.Check(!string.IsNullOrWhiteSpace(body.Reason), "reason", "required");
        errors.ThrowIfAny();

        var now = time.GetUtcNow();
        var held = (await HeldNeed.Take(connection, caller, [id], owners: true, now, stop))[0];
        held.DemandLive();
        var present =
            await connection.Row<EditedRow>(EditedRow.Select + " where r.id = @id", new { id }, stop)
            ?? throw ActOutcome.Conflict("needForgotten", held.Status);
        object before = await Exact(connection, id, stop);
        await RequestMove.Move(connection, placing, id, held.OwnerId, present, place!.Value, now, stop);
        await connection.Execute(
            """
            update request set edit_version = edit_version + 1 where id = @id;
            update request_private set address = coalesce(@address, address) where request_id = @id;
            update household h set address_hash = @hash from request r
            where r.id = @id and (h.id, h.root_area_id) = (r.household_id, r.root_area_id) and @address is not null
              and h.address_hash is distinct from @hash;
            """,
            new
            {
                id,
                address,
                hash = households.AddressHash(address),
            },
            stop
        );
        object after = await Exact(connection, id, stop);
        await owners.Tell(connection, "pin", [id], caller.AccountId, now, stop);
        return await held.Write(
            connection,
            caller,
            "pin",
            now,
            stop,
            text: reason,
            privateBefore: before,
            privateAfter: after
        );
    }

    private static async Task<object> Exact(NpgsqlConnection connection, Guid id, CancellationToken stop)
    {
        var row = (
            await connection.Row<ExactRow>(
                "select st_x(place::geometry) as lon, st_y(place::geometry) as lat, address from request_private where request_id = @id",
                new { id },
                stop
            )
        )!;
        return new { location = GeoPoint.At(row.Lon, row.Lat), row.Address };
    }

    private sealed class ExactRow
    {
        public double Lon { get; init; }
        public double Lat { get; init; }
        public string? Address { get; init; }
    }
}

/// <summary>Where a need really is, and how one knows. An address that is left out stays.</summary>
public sealed record PinBody(GeoPoint? Location, string? Address, string? Reason);
