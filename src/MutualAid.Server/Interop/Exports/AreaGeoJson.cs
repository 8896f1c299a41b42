using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Exports;

/// <summary><c>GET /api/areas/{id}/requests.geojson</c>: the live needs of an area as everybody may see them (RFC 7946), sent while they are read.</summary>
internal static class AreaGeoJson
{
    private const string Type = "application/geo+json";

    internal static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        Guid id,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        context.CacheBriefly();
        var caller = Caller.Of(context);
        var wards =
            await database.Read(caller, (connection, stop) => Wards(connection, id, stop), stop)
            ?? throw Refusal.NotFound();
        var page = await Page(Guid.Empty);
        return Results.Stream(Write, Type);

        Task<IReadOnlyList<RequestRow>> Page(Guid after) =>
            database.Read(caller, (connection, stop) => After(connection, wards, after, stop), stop);

        async Task Write(Stream body)
        {
            // The serializer writes at once; the answer as the line takes it.
            using var unsent = new MemoryStream();
            await using var json = new Utf8JsonWriter(
                unsent,
                new JsonWriterOptions { Encoder = Json.Options.Encoder }
            );
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            while (true)
            {
                foreach (var row in page)
                    JsonSerializer.Serialize(json, Feature(row.Answer()), Json.Options);
                if (page.Count < AreaNeed.Page)
                    break;
                await Send();
                page = await Page(page[^1].Id);
            }
            json.WriteEndArray();
            json.WriteEndObject();
            await Send();

            async Task Send()
            {
                await json.FlushAsync(stop);
                await body.WriteAsync(unsent.GetBuffer().AsMemory(0, (int)unsent.Length), stop);
                unsent.SetLength(0);
            }
        }
    }

    // Null when there is no such area.
    private static async Task<Guid[]?> Wards(NpgsqlConnection connection, Guid id, CancellationToken stop) =>
        await connection.Value<bool>(
            "select exists (select from public_area where id = @id)",
            new { id },
            stop
        )
            ?
            [
                .. await connection.Rows<Guid>(
                    "select a.id from public_area a where @id = any (a.ancestors)",
                    new { id },
                    stop
                ),
            ]
            : null;

    private static Task<IReadOnlyList<RequestRow>> After(
        NpgsqlConnection connection,
        Guid[] wards,
        Guid after,
        CancellationToken stop
    ) =>
        connection.Rows<RequestRow>(
            $"""
            select {RequestRow.Columns} {RequestRow.Public}
            where r.area_id = any (@wards) and r.id > @after order by r.id limit @most
            """,
            new
            {
                wards,
                after,
                most = AreaNeed.Page,
            },
            stop
        );

    private static object Feature(RequestAnswer need) =>
        new
        {
            type = "Feature",
            need.Id,
            geometry = need.Location,
            properties = new
            {
                need.Category,
                need.Quantity,
                need.Unmet,
                need.Promised,
                need.Delivered,
                need.Unit,
                need.Divisible,
                need.Urgency,
                need.Status,
                need.People,
                need.Area,
                need.Verified,
                need.CreatedAt,
                need.ExpiresAt,
                need.NeededBy,
                need.PublicNote,
            },
        };
}
