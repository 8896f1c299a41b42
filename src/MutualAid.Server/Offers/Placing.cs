using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Offers;

/// <summary>An offer's public location (degrees), its cell and its ward.</summary>
internal sealed class Placing
{
    public double Lon { get; init; }
    public double Lat { get; init; }
    public int CellRow { get; init; }
    public int CellColumn { get; init; }
    public Guid RootAreaId { get; init; }
    public Guid? AreaId { get; init; }

    /// <summary>Where an offer from this place will be shown.</summary>
    /// <exception cref="Refusal">400 on <c>location</c>: nobody within 50 km, or it only fits the other way round.</exception>
    internal static async Task<Placing> Of(
        NpgsqlConnection connection,
        Guid account,
        Place place,
        CancellationToken stop
    )
    {
        var placing = await connection.Row<Placing>(
            """
            select st_x(p.place::geometry) as lon, st_y(p.place::geometry) as lat, p.cell_row, p.cell_column, p.root_area_id, p.area_id
            from place_offer(@account, st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography) p
            """,
            new
            {
                account,
                place.Lon,
                place.Lat,
            },
            stop
        );
        return placing?.AreaId is not null
            ? placing
            : throw await NobodyNear.At(connection, place, "location", stop);
    }
}
