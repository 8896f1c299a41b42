using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>Wards as places that a person picks by name.</summary>
public static class Wards
{
    /// <summary>As many as a person can look through.</summary>
    public const int Most = 30;

    private const string Select = """
        select w.id, w.name, w.path, st_x(p.inside) as lon, st_y(p.inside) as lat
        from public_area w cross join lateral (select st_pointonsurface(w.boundary::geometry) as inside) p
        """;

    /// <summary>
    /// The wards of today that carry this name, with or without diacritics, or belong to what carries it: a district's
    /// wards, the successors of a ward that is no more, the ward round a neighbourhood group. Likeliest first.
    /// </summary>
    public static Task<IReadOnlyList<Ward>> Named(
        NpgsqlConnection connection,
        string name,
        CancellationToken stop
    )
    {
        var typed = TypedName.Read(name);
        return connection.Rows<Ward>(
            $"""
            with near as (
              select a.id, a.code, a.ancestors, a.valid_to, search_text(a.name) <-> search_text(@Full) as far,
                     case when search_text(a.name) like {TypedName.Pattern("@Full")} then 1
                          when search_text(a.name) like {TypedName.Pattern(
                "@Bare"
            )} then 2 else 3 end as likeness
              from public_area a
              where (search_text(a.name) like {TypedName.Pattern("@Full")}
                  or search_text(a.name) like {TypedName.Pattern("@Bare")}
                  or search_text(a.name) % search_text(@Full))
                and (@Within::text is null or search_text(a.path) like {TypedName.Pattern("@Within")})
            ), found as (
              -- Likeness is for slips of the finger: where a name holds what was typed, the merely alike are noise.
              select * from near where likeness = (select min(likeness) from near) order by far, code, id limit 50
            ), today as (
              select id, ancestors, far from found where valid_to is null
              union all
              select s.successor_id, a.ancestors, f.far from found f
              join public_area_successor s on s.area_id = f.id join public_area a on a.id = s.successor_id
            ), ward as (
              select w.id, min(t.far) as far
              from today t join public_area w on t.id = any (w.ancestors) or w.id = any (t.ancestors)
              where w.ward and w.valid_to is null group by w.id
            )
            {Select} join ward on ward.id = w.id order by ward.far, w.code, w.id limit {Most + 1}
            """,
            new
            {
                typed.Full,
                typed.Bare,
                typed.Within,
            },
            stop
        );
    }

    /// <summary>Null when it is no ward of today.</summary>
    public static Task<Ward?> ById(NpgsqlConnection connection, Guid id, CancellationToken stop) =>
        connection.Row<Ward>(
            Select + " where w.id = @id and w.ward and w.valid_to is null",
            new { id },
            stop
        );

    /// <summary>The ward that a point lies in; null outside all.</summary>
    public static Task<Ward?> At(
        NpgsqlConnection connection,
        double lon,
        double lat,
        CancellationToken stop
    ) =>
        connection.Row<Ward>(
            Select
                + """
                 where w.ward and w.valid_to is null and st_covers(w.boundary, st_setsrid(st_makepoint(@lon, @lat), 4326)::geography)
                order by w.code limit 1
                """,
            new { lon, lat },
            stop
        );
}

/// <summary>A ward, and a point inside it (degrees).</summary>
public sealed class Ward
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary>What it belongs to, nearest first.</summary>
    public string Path { get; init; } = "";
    public double Lon { get; init; }
    public double Lat { get; init; }

    public string FullName => Path.Length == 0 ? Name : $"{Name}, {Path}";
}
