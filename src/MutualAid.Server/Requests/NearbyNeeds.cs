using System.Globalization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Needs with unmet units by distance between the asked point and their public locations; <paramref name="Next"/> is where the list goes on.</summary>
public sealed record NearbyNeeds(IReadOnlyList<RequestAnswer> Items, string? Next)
{
    public const int MostMetres = 50_000;

    /// <summary>
    /// The KNN scan hands out needs by distance and is left at the page's last one. Its condition is a box in the index's own
    /// geocentric space (a little wider than the reach), so it also ends there when the page does not fill; ST_DWithin in its
    /// place makes the planner fetch and sort the whole disc. Many needs share a cell and so a distance: the scan takes the
    /// ties of the page's last one too, and only these few rows are sorted by id. (One ORDER BY of both would sort the disc:
    /// PostgreSQL 15 matches a KNN index with the whole ordering or not at all.) Areas are looked up for the page alone. 3 ms at
    /// 800,000 needs in 120 wards, of which a cell has 65.
    /// </summary>
    public static string Sql(bool category, bool urgency, bool after) =>
        $"""
            select {RequestRow.Columns}, r.metres
            from (
              select * from (
                select *, place <-> {Asked} as metres
                from public_request
                where unmet > 0 and place && _st_expand({Asked}, @within * 1.01 + 10)
                  {(category ? "and category_id = @category::smallint" : "")}
                  {(urgency ? "and urgency = @urgency" : "")}
                  {(after ? $"and (place <-> {Asked}, id) > (@afterMetres, @afterId)" : "")}
                order by place <-> {Asked} fetch first (@limit) rows with ties
              ) near
              where metres <= @within
              order by metres, id limit @limit
            ) r
            join public_area a on a.id = r.area_id join public_category c on c.id = r.category_id
            order by r.metres, r.id
            """;

    private const string Asked = "st_setsrid(st_makepoint(@lon, @lat), 4326)::geography";

    public static async Task<NearbyNeeds> Read(
        NpgsqlConnection connection,
        NearbyAsked asked,
        int limit,
        CancellationToken stop
    )
    {
        var rows = await connection.Rows<RequestRow>(
            Sql(asked.Category is not null, asked.Urgency is not null, asked.After is not null),
            new
            {
                lon = asked.Place.Lon,
                lat = asked.Place.Lat,
                within = asked.WithinMetres,
                category = asked.Category,
                urgency = asked.Urgency,
                afterMetres = asked.After?.Metres,
                afterId = asked.After?.Id,
                limit = limit + 1,
            },
            stop
        );
        return new NearbyNeeds(
            [.. rows.Take(limit).Select(row => row.Answer())],
            rows.Count > limit
                ? new NearbyAfter(rows[limit - 1].Metres!.Value, rows[limit - 1].Id).Write()
                : null
        );
    }
}

/// <summary>Which needs: round a place, within so many metres, of a category, of an urgency, further down than <paramref name="After"/>.</summary>
public sealed record NearbyAsked(
    Place Place,
    double WithinMetres,
    short? Category,
    string? Urgency,
    NearbyAfter? After
);

/// <summary>The last need that was shown: its distance in metres and its id.</summary>
public sealed record NearbyAfter(double Metres, Guid Id)
{
    public string Write() => Cursor.Write(Metres.ToString("R", CultureInfo.InvariantCulture), $"{Id}");

    /// <exception cref="Refusal">400 on <c>cursor</c>: it is none of ours.</exception>
    public static NearbyAfter Read(string cursor)
    {
        string[] parts = Cursor.Read(cursor, 2);
        return
            double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double metres)
            && double.IsFinite(metres)
            && Guid.TryParse(parts[1], out var id)
            ? new NearbyAfter(metres, id)
            : throw Cursor.Wrong();
    }
}
