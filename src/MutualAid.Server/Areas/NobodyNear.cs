using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>Why a place with no area within 50 km is refused.</summary>
internal static class NobodyNear
{
    /// <summary>400 on this field. Latitude first is the classic mistake: where the point fits the other way round, it says so.</summary>
    public static async Task<Refusal> At(
        NpgsqlConnection connection,
        Place place,
        string field,
        CancellationToken stop
    )
    {
        bool swapped =
            Math.Abs(place.Lon) <= 90
            && await connection.Value<bool>(
                "select area_id is not null from leaf_at(st_setsrid(st_makepoint(@Lat, @Lon), 4326)::geography)",
                new { place.Lon, place.Lat },
                stop
            );
        return swapped
            ? Refusal.Field(field, "swapped", Place.Degrees(place.Lat), Place.Degrees(place.Lon))
            : Refusal.Field(field, "nobodyNear", 50);
    }
}
