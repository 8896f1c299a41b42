using System.Globalization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.View;

/// <summary>A picture of an area, <see cref="Width"/> units wide: the outlines below it, and cells that nobody reaches.</summary>
public sealed record GapMap(int Height, IReadOnlyList<Outline> Outlines, IReadOnlyList<GapDot> Dots)
{
    public const int Width = 320;
    private const int Tallest = 400;

    /// <summary>More cells than this are told by the table, not by dots.</summary>
    private const int MostDots = 150;

    /// <summary>Null where nobody drew a boundary.</summary>
    public static async Task<GapMap?> Of(NpgsqlConnection connection, Guid area, CancellationToken stop)
    {
        var frame = await connection.Row<Frame>(
            """
            with shown as (
              select s.near from area a join area_shape s on s.area_id = a.id
              where (a.parent_id = @area and a.valid_to is null) or (a.id = @area and not exists (select from area c where c.parent_id = @area and c.valid_to is null)))
            select st_xmin(e) as west, st_ymin(e) as south, st_xmax(e) as east, st_ymax(e) as north from (select st_extent(near) as e from shown) x
            where e is not null
            """,
            new { area },
            stop
        );
        if (frame is null)
            return null;
        // Metres of the plane to a unit of the picture.
        double scale = Math.Max(
            Math.Max((frame.East - frame.West) / Width, (frame.North - frame.South) / Tallest),
            1
        );
        var values = new
        {
            area,
            x = frame.West,
            y = frame.North,
            k = 1 / scale,
            pixel = scale * 1.5,
            MostDots,
        };
        return new GapMap(
            (int)Math.Ceiling((frame.North - frame.South) / scale),
            await connection.Rows<Outline>(Outline.Select, values, stop),
            await connection.Rows<GapDot>(GapDot.Select, values, stop)
        );
    }

    private sealed class Frame
    {
        public double West { get; init; }
        public double South { get; init; }
        public double East { get; init; }
        public double North { get; init; }
    }
}

/// <summary>An area right below, or the area itself when there is none, as the path of an SVG.</summary>
public sealed class Outline
{
    internal const string Select = """
        select a.id, a.name, st_assvg(st_scale(st_translate(st_simplifypreservetopology(s.near, @pixel), -@x, -@y), @k, @k), 1, 0) as path
        from area a join area_shape s on s.area_id = a.id
        where (a.parent_id = @area and a.valid_to is null) or (a.id = @area and not exists (select from area c where c.parent_id = @area and c.valid_to is null))
        order by a.id
        """;

    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";
}

/// <summary>A cell that no standing offer of some category reaches.</summary>
public sealed class GapDot
{
    internal const string Select = """
        select round(st_x(p)::numeric, 1)::float8 as x, round(-st_y(p)::numeric, 1)::float8 as y, d.requests, d.urgent
        from (
          select g.place, sum(g.requests)::int as requests, sum(g.urgent)::int as urgent
          from desk_gap g where g.area_id in (select a.id from area a where a.ancestors @> array[@area])
          group by g.place order by 3 desc, 2 desc, st_astext(g.place) limit @MostDots) d
        cross join lateral st_scale(st_translate(st_transform(d.place::geometry, 3857), -@x, -@y), @k, @k) p
        """;

    public double X { get; init; }
    public double Y { get; init; }
    public int Requests { get; init; }
    public int Urgent { get; init; }

    /// <summary>The dot's area grows with the needs.</summary>
    public string Radius =>
        Math.Clamp(2 * Math.Sqrt(Requests), 3, 9).ToString("0.#", CultureInfo.InvariantCulture);
}
