using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Needs with unmet units by distance between the asked point and their public locations; <paramref name="Next"/> is where the list goes on.</summary>
public sealed record NearbyNeeds(IReadOnlyList<RequestAnswer> Items, string? Next)
{
    public const int MostMetres = 50_000;

    /// <summary>
    /// In two steps, both of which end at the page. The KNN scan hands out as many needs as are asked for, nearest first in
    /// degrees, which is nearly the order in metres: the farthest of them tells how far the nearest by metres can lie. Then
    /// everything so near is read, with all that lie as far as the last (many needs share a cell), and is put in order. Degrees
    /// because their index is twice as good as one on geography, and stays so: a page costs the same among a million needs
    /// as among ten thousand (<c>./bench growth</c>).
    /// </summary>
    public static string Sql(bool category, bool urgency, bool after, bool text = false)
    {
        string asked = $"""
            q.unmet > 0 and q.place::geometry && box
                {(category ? "and q.category_id = @category::smallint" : "")}
                {(urgency ? "and q.urgency = @urgency" : "")}
                {(text ? Speaks : "")}
                {(after ? $"and ({Metres}, q.id) > (@afterMetres, @afterId)" : "")}
            """;
        return $"""
            with farthest as materialized (
              select case when count(*) = @limit then least(max(metres), @within) else @within end as metres
              from (
                select near.metres
                from boxes_round(@lon, @lat, @within) box
                cross join lateral (
                  select {Metres} as metres from public_request q
                  where {asked}
                  order by q.place::geometry <-> {Asked} limit @limit
                ) near
                order by near.metres limit @limit
              ) x
            )
            select {RequestRow.Columns}, r.metres
            from (
              select *
              from (
                select q.*, {Metres} as metres, farthest.metres as farthest
                from farthest
                cross join boxes_round(@lon, @lat, farthest.metres) box
                join public_request q on {asked}
                offset 0
              ) near
              where metres <= farthest
              order by metres, id limit @limit
            ) r
            join public_area a on a.id = r.area_id join public_category c on c.id = r.category_id
            order by r.metres, r.id
            """;
    }

    /// <summary>Whatever words one types (@text), with or without diacritics: the public note of need <c>q</c> says them, or its category's name does.</summary>
    internal static readonly string Speaks = $"""
        and (search_text(q.public_note) like (select {TypedName.Pattern("@text")}) or q.category_id in (
          select k.id from public_category k where search_text(k.name_vi || ' / ' || k.name_en) like {TypedName.Pattern(
            "@text"
        )}))
        """;
    private const string Asked = "st_setsrid(st_makepoint(@lon, @lat), 4326)";
    private const string Metres = $"(q.place <-> {Asked}::geography)";

    public static async Task<NearbyNeeds> Read(
        NpgsqlConnection connection,
        NearbyAsked asked,
        int limit,
        CancellationToken stop
    )
    {
        var rows = await connection.Rows<RequestRow>(
            Sql(
                asked.Category is not null,
                asked.Urgency is not null,
                asked.After is not null,
                asked.Text is not null
            ),
            new
            {
                lon = asked.Place.Lon,
                lat = asked.Place.Lat,
                within = asked.WithinMetres,
                category = asked.Category,
                urgency = asked.Urgency,
                text = asked.Text,
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

/// <summary>Which needs: round a place, within so many metres, of a category, of an urgency, further down than <paramref name="After"/>, whose public note or category says <paramref name="Text"/>.</summary>
public sealed record NearbyAsked(
    Place Place,
    double WithinMetres,
    short? Category,
    string? Urgency,
    NearbyAfter? After,
    string? Text = null
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
