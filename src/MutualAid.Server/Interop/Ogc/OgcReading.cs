using System.Data;
using Microsoft.OData.Edm;
using MutualAid.OData.PostGis;
using MutualAid.OData.PostGis.Cql2;
using MutualAid.OData.PostGis.Query;
using MutualAid.OData.PostGis.Sql;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>One feature: its id, its geometry as GeoJSON or none, and its properties in the order of the view's columns.</summary>
public sealed record OgcFeatureRead(Guid Id, string? Geometry, IReadOnlyList<object?> Values);

/// <param name="Before">The first feature, when others stand before it; <paramref name="After"/>: the last, when others follow.</param>
/// <param name="Matched">How many there are on all pages; null: more than is counted.</param>
internal sealed record OgcPageRead(
    IReadOnlyList<OgcFeatureRead> Features,
    Guid? Before,
    Guid? After,
    int? Matched
);

/// <summary>Reads features, in the order of their ids: the older first, as far as they are ours.</summary>
internal static class OgcReading
{
    /// <summary>So many are counted; where there are more, it is not told how many.</summary>
    public const int MostCounted = 10_000;

    public static async Task<OgcPageRead> Items(
        NpgsqlConnection connection,
        OgcItemsAsked asked,
        CancellationToken stop
    )
    {
        // The page and the number on one state of things.
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            stop
        );
        // Through a pooler the role goes ahead of the first statement, and no other may stand beside one with parameters.
        await connection.Execute("select 1", null, stop);
        var features = await Page(connection, asked, stop);
        bool back = asked.Cursor?.Back == true,
            more = features.Count > asked.Limit;
        if (more)
            features.RemoveAt(asked.Limit);
        if (back)
            features.Reverse();
        bool all = asked.Cursor is null && !more;
        int? matched = all ? features.Count : await Count(connection, asked, stop);
        return new OgcPageRead(
            features,
            features.Count > 0 && (back ? more : asked.Cursor is not null) ? features[0].Id : null,
            features.Count > 0 && (back || more) ? features[^1].Id : null,
            matched
        );
    }

    public static async Task<OgcFeatureRead?> Item(
        NpgsqlConnection connection,
        OgcCollection collection,
        Guid id,
        Crs crs,
        CancellationToken stop
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await connection.Execute("select 1", null, stop);
        await using var command = connection.CreateCommand();
        var parameters = new SqlParameters();
        command.CommandText = $"""
            select {Columns(collection, crs, parameters)} from {collection.View.Source} t
            where t.id = {parameters.Add(id, EdmPrimitiveTypeKind.Guid)}
            """;
        parameters.AddTo(command);
        return (await Read(command, collection, stop)).FirstOrDefault();
    }

    /// <summary>What the database cannot reckon with what was asked is the reader's mistake: a place outside a system, a quotient by nought.</summary>
    /// <exception cref="Refusal">400 on whichever of the parameters it must be.</exception>
    public static async Task<T> Told<T>(IQueryCollection query, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure)
            when (failure is ODataFailure
                || failure is PostgresException wrong
                    && (
                        wrong.SqlState.StartsWith("22", StringComparison.Ordinal)
                        || wrong.SqlState is PostgresErrorCodes.InternalError
                    )
            )
        {
            string field = new[] { "filter", "bbox" }.FirstOrDefault(query.ContainsKey) ?? "crs";
            throw Refusal.Field(field, "ogcReckon");
        }
    }

    private static async Task<List<OgcFeatureRead>> Page(
        NpgsqlConnection connection,
        OgcItemsAsked asked,
        CancellationToken stop
    )
    {
        await using var command = connection.CreateCommand();
        var query = Scope();
        var parameters = query.Parameters;
        string columns = Columns(asked.Collection, asked.Crs, parameters),
            where = asked.Where(query);
        bool back = asked.Cursor?.Back == true;
        if (asked.Cursor is { } cursor)
            where += $" and t.id {(back ? '<' : '>')} {parameters.Add(cursor.Id, EdmPrimitiveTypeKind.Guid)}";
        command.CommandText = $"""
            select {columns} from {asked.Collection.View.Source} t
            where {where} order by t.id {(back ? "desc" : "")}
            limit {parameters.Add(asked.Limit + 1, EdmPrimitiveTypeKind.Int32)}
            """;
        parameters.AddTo(command);
        return await Read(command, asked.Collection, stop);
    }

    private static async Task<int?> Count(
        NpgsqlConnection connection,
        OgcItemsAsked asked,
        CancellationToken stop
    )
    {
        await using var command = connection.CreateCommand();
        var query = Scope();
        string where = asked.Where(query);
        query.Parameters.AddTo(command);
        command.CommandText = $"""
            select count(*)::int from (select 1 from {asked.Collection.View.Source} t where {where} limit {MostCounted
                + 1}) x
            """;
        int count = (int)(await command.ExecuteScalarAsync(stop))!;
        return count > MostCounted ? null : count;
    }

    private static QueryScope Scope() => CqlCondition.Scope(OgcCollections.Model, DateTimeOffset.MinValue);

    // The geometry first.
    private static string Columns(OgcCollection collection, Crs crs, SqlParameters parameters)
    {
        string place = $"t.{collection.Place.Sql}::geometry";
        if (crs.Code != 4326)
            place =
                $"st_transform({place}, 'EPSG:4326', {parameters.Add(crs.Projection, EdmPrimitiveTypeKind.String)})";
        if (crs.NorthFirst)
            place = $"st_flipcoordinates({place})";
        return $"st_asgeojson({place}, {crs.Digits}, 0), "
            + string.Join(", ", OgcItemsAsked.Properties(collection).Select(column => $"t.{column.Sql}"));
    }

    private static async Task<List<OgcFeatureRead>> Read(
        NpgsqlCommand command,
        OgcCollection collection,
        CancellationToken stop
    )
    {
        var columns = OgcItemsAsked.Properties(collection).ToList();
        int id = columns.FindIndex(column => column.IsKey);
        var read = new List<OgcFeatureRead>();
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            read.Add(
                new OgcFeatureRead(
                    rows.GetGuid(id + 1),
                    rows.IsDBNull(0) ? null : rows.GetString(0),
                    [
                        .. columns.Select(
                            (column, at) =>
                                rows.IsDBNull(at + 1) ? null
                                : column.Kind == EdmPrimitiveTypeKind.TimeOfDay
                                    ? rows.GetFieldValue<TimeOnly>(at + 1)
                                : column.Kind == EdmPrimitiveTypeKind.Date
                                    ? rows.GetFieldValue<DateOnly>(at + 1)
                                : rows.GetValue(at + 1)
                        ),
                    ]
                )
            );
        return read;
    }
}
