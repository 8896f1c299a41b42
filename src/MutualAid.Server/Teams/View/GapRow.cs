using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.View;

/// <summary>One cell and category that nobody reaches: what is missing there, and how far the nearest offer stands.</summary>
public sealed class GapRow
{
    public const int Most = 100;

    public string Category { get; init; } = "";
    public Guid AreaId { get; init; }
    public string Area { get; init; } = "";

    /// <summary>Degrees, of the cell's centre.</summary>
    public double Longitude { get; init; }
    public double Latitude { get; init; }
    public int Requests { get; init; }
    public int Units { get; init; }
    public int Urgent { get; init; }
    public DateTimeOffset OldestAt { get; init; }

    /// <summary>Metres to the nearest standing offer of the category that has something left; null: there is none in the root area.</summary>
    public double? Nearest { get; init; }

    /// <summary>The urgent first, then those that have waited longest.</summary>
    public static Task<IReadOnlyList<GapRow>> Of(
        NpgsqlConnection connection,
        Guid area,
        CancellationToken stop
    ) =>
        connection.Rows<GapRow>(
            """
            select c.code as category, g.area_id, g.name as area, st_x(g.place::geometry) as longitude, st_y(g.place::geometry) as latitude,
                   g.requests, g.units, g.urgent, g.oldest_at, o.metres as nearest
            from (
              select g.*, a.name, a.root_id from desk_gap g join area a on a.id = g.area_id
              where a.ancestors @> array[@area]
              order by g.urgent > 0 desc, g.oldest_at, g.area_id, g.category_id, g.cell_row, g.cell_column limit @Most) g
            join category c on c.id = g.category_id
            left join lateral (
              select st_distance(o.public_place, g.place) as metres from offer o
              where o.category_id = g.category_id and o.root_area_id = g.root_id and o.status = 'active' and not o.one_time and not o.suspended
                and (o.free is null or o.free > 0)
              order by o.public_place <-> g.place limit 1) o on true
            order by g.urgent > 0 desc, g.oldest_at, g.area_id, g.category_id, g.cell_row, g.cell_column
            """,
            new { area, Most },
            stop
        );
}
