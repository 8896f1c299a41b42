using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>
/// An edit that moves the place. While somebody is to come it stays: first that match ends. Whoever was only asked, was
/// asked about another place.
/// </summary>
internal static class RequestMove
{
    internal static async Task Move(
        NpgsqlConnection connection,
        RequestPlacing placing,
        Guid id,
        Guid account,
        EditedRow present,
        Place place,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (present.Promised > 0)
            throw new Refusal(409, "moveUnderWay");
        var placed = await placing.Place(
            connection,
            account,
            present.OnBehalf ? present.Phone ?? "" : null,
            place,
            "location",
            stop
        );
        if (placed.RootAreaId != present.RootAreaId)
            throw Refusal.Field("location", "otherRoot");
        bool moved = await connection.Value<bool>(
            """
            with before as (select public_place from request where id = @id), moved as (
              update request set public_place = st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography, cell_row = @CellRow,
                cell_column = @CellColumn, public_area_id = @PublicAreaId,
                responsible_area_id = case when handed_over(request) then responsible_area_id else @ResponsibleAreaId end
              where id = @id
            ), exact as (
              update request_private set place = st_setsrid(st_makepoint(@exactLon, @exactLat), 4326)::geography, outside = @Outside
              where request_id = @id
            )
            select st_x(public_place::geometry) <> @Lon or st_y(public_place::geometry) <> @Lat from before
            """,
            new
            {
                id,
                placed.Lon,
                placed.Lat,
                placed.CellRow,
                placed.CellColumn,
                placed.PublicAreaId,
                placed.ResponsibleAreaId,
                placed.Outside,
                exactLon = place.Lon,
                exactLat = place.Lat,
            },
            stop
        );
        if (moved)
            await connection.Execute(
                "select withdraw_matches(@now, array(select id from match where request_id = @id and status = 'proposed'), 'requestEdited')",
                new { now, id },
                stop
            );
    }
}
