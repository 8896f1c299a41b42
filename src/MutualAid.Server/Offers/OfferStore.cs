using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Offers;

/// <summary>Writes offers, inside the caller's transaction. Capacity and perDay move through the door only.</summary>
public sealed class OfferStore(Settings settings)
{
    private const int OffersAnHour = 30;

    /// <summary>One account offers one thing at a time: so the limit is exact, and two at once from one place keep one cell.</summary>
    /// <exception cref="Refusal">403 for a suspended account, 429 past the limit of offers an hour.</exception>
    internal async Task LockGiver(
        NpgsqlConnection connection,
        Guid account,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        bool suspended = await connection.Value<bool>(
            "select suspended_at is not null from account where id = @account for no key update",
            new { account },
            stop
        );
        if (suspended)
            throw new Refusal(403, "suspended");
        long lately = await connection.Value<long>(
            "select count(*) from offer where account_id = @account and created_at > @now - interval '1 hour' and not one_time",
            new { account, now },
            stop
        );
        if (lately >= OffersAnHour * settings.RateFactor)
            throw Refusal.TooMany(TimeSpan.FromMinutes(10));
    }

    internal static Task Add(
        NpgsqlConnection connection,
        Guid id,
        Guid account,
        Offer offer,
        Placing placing,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            with made as (
              insert into offer (id, root_area_id, account_id, category_id, capacity, free, per_day, public_place, cell_row, cell_column,
                public_area_id, reach_metres, available_from, available_until, daily_from, daily_to, created_at)
              values (@id, @RootAreaId, @account, @category::smallint, @Capacity, @Capacity, @PerDay,
                st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography, @CellRow, @CellColumn, @AreaId, @ReachMetres,
                @AvailableFrom, @AvailableUntil, @DailyFrom, @DailyTo, @now)
            )
            insert into offer_private (offer_id, root_area_id, place, note)
            values (@id, @RootAreaId, st_setsrid(st_makepoint(@exactLon, @exactLat), 4326)::geography, @Note)
            """,
            new
            {
                id,
                account,
                category = offer.Category!.Id,
                offer.Capacity,
                offer.PerDay,
                offer.ReachMetres,
                offer.AvailableFrom,
                offer.AvailableUntil,
                offer.DailyFrom,
                offer.DailyTo,
                offer.Note,
                exactLon = offer.Place!.Value.Lon,
                exactLat = offer.Place.Value.Lat,
                placing.RootAreaId,
                placing.Lon,
                placing.Lat,
                placing.CellRow,
                placing.CellColumn,
                placing.AreaId,
                now,
            },
            stop
        );

    internal static Task Write(NpgsqlConnection connection, Guid id, Offer offer, CancellationToken stop) =>
        connection.Execute(
            """
            update offer set reach_metres = @ReachMetres, available_from = @AvailableFrom, available_until = @AvailableUntil,
              daily_from = @DailyFrom, daily_to = @DailyTo, edit_version = edit_version + 1
            where id = @id;
            update offer_private set note = @Note where offer_id = @id;
            """,
            new
            {
                id,
                offer.ReachMetres,
                offer.AvailableFrom,
                offer.AvailableUntil,
                offer.DailyFrom,
                offer.DailyTo,
                offer.Note,
            },
            stop
        );

    internal static Task Move(
        NpgsqlConnection connection,
        Guid id,
        Place place,
        Placing placing,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            update offer set public_place = st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography, cell_row = @CellRow,
              cell_column = @CellColumn, public_area_id = @AreaId
            where id = @id;
            update offer_private set place = st_setsrid(st_makepoint(@exactLon, @exactLat), 4326)::geography where offer_id = @id;
            """,
            new
            {
                id,
                placing.Lon,
                placing.Lat,
                placing.CellRow,
                placing.CellColumn,
                placing.AreaId,
                exactLon = place.Lon,
                exactLat = place.Lat,
            },
            stop
        );
}
