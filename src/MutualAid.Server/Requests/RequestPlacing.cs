using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Places requests by the one function that also the seed and imports place with.</summary>
public sealed class RequestPlacing(Households households)
{
    /// <summary>Where the request will be shown and who looks after it.</summary>
    /// <param name="forPhone">Of the one in need, when it is not the poster.</param>
    /// <exception cref="Refusal">400 on <paramref name="field"/>: nobody within 50 km.</exception>
    internal async Task<Placing> Place(
        NpgsqlConnection connection,
        Guid account,
        string? forPhone,
        Place place,
        string field,
        CancellationToken stop
    )
    {
        var placing = await connection.Row<Placing>(
            """
            select st_x(p.place::geometry) as lon, st_y(p.place::geometry) as lat, p.cell_row, p.cell_column, p.root_area_id,
                   p.public_area_id, p.responsible_area_id, p.outside
            from place_request(@account, @onBehalf, @phoneHash, st_setsrid(st_makepoint(@Lon, @Lat), 4326)::geography) p
            """,
            new
            {
                account,
                onBehalf = forPhone is not null,
                phoneHash = households.PhoneHash(forPhone),
                place.Lon,
                place.Lat,
            },
            stop
        );
        return placing?.ResponsibleAreaId is not null
            ? placing
            : throw await NobodyNear.At(connection, place, field, stop);
    }
}

/// <summary>A request's public location (degrees), its cell and its areas.</summary>
internal sealed class Placing
{
    public double Lon { get; init; }
    public double Lat { get; init; }
    public int CellRow { get; init; }
    public int CellColumn { get; init; }
    public Guid RootAreaId { get; init; }
    public Guid PublicAreaId { get; init; }

    /// <summary>Null: nobody within 50 km.</summary>
    public Guid? ResponsibleAreaId { get; init; }

    /// <summary>No area covers the exact point; the nearest looks after it.</summary>
    public bool Outside { get; init; }
}
