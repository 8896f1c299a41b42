using MutualAid.Seed;
using MutualAid.Server.Database;
using NetTopologySuite.IO;
using Npgsql;

namespace MutualAid.Server.Seeding;

/// <summary>Puts the made-up city into a database that has no areas where it lies.</summary>
internal static class CityWriter
{
    /// <summary>Writes the city unless it is there.</summary>
    /// <exception cref="SeedException">Real areas lie there.</exception>
    public static async Task Ensure(
        NpgsqlConnection connection,
        SyntheticCity city,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (
            await connection.Value<bool>(
                "select exists (select 1 from area where synthetic and parent_id is null and code = @Code and valid_to is null)",
                new { city.Province.Code },
                stop
            )
        )
            return;
        string? real = await connection.Value<string>(
            """
            select name from area
            where not synthetic and valid_to is null and st_intersects(boundary, st_multi(st_geomfromwkb(@boundary, 4326))::geography)
            order by cardinality(ancestors) limit 1
            """,
            new { boundary = Wkb(city.Province) },
            stop
        );
        if (real is not null)
            throw new SeedException(
                $"Real areas ({real}) lie where the synthetic city would: its people would be mixed with theirs. Seed a database of its own."
            );

        // The same ids in every database that is seeded at the same moment: a run can be compared with another.
        var dice = new Dice(SyntheticCity.UsualShape);
        SyntheticArea[] areas = [city.Province, .. city.Districts, .. city.Wards];
        var ids = areas.ToDictionary(area => area.Code, _ => dice.Id(now));
        await using var transaction = await connection.BeginTransactionAsync(stop);
        foreach (var area in areas)
            await connection.Execute(
                """
                insert into area (id, parent_id, root_id, code, name, level, synthetic, boundary)
                values (@id, @parent, @root, @Code, @Name, @Level, true, st_multi(st_geomfromwkb(@boundary, 4326))::geography)
                """,
                new
                {
                    id = ids[area.Code],
                    parent = area.ParentCode is { } code ? ids[code] : (Guid?)null,
                    root = ids[city.Province.Code],
                    area.Code,
                    area.Name,
                    area.Level,
                    boundary = Wkb(area),
                },
                stop
            );
        await connection.Execute("select area_refresh(@root)", new { root = ids[city.Province.Code] }, stop);
        await transaction.CommitAsync(stop);
    }

    private static byte[] Wkb(SyntheticArea area) => new WKBWriter().Write(area.Boundary);
}

/// <summary>The database cannot be seeded as it is; the message says what to do.</summary>
public sealed class SeedException(string message) : Exception(message);
