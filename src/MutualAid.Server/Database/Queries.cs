using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>Dapper with the cancellation token said at every call. A command joins its connection's open transaction by itself.</summary>
public static class Queries
{
    public static async Task<IReadOnlyList<T>> Rows<T>(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    ) =>
        (
            await connection.QueryAsync<T>(
                new CommandDefinition(connection.Sent(sql), values, cancellationToken: stop)
            )
        ).AsList();

    /// <summary>Row by row, when there are too many to hold twice. The connection is busy until the last.</summary>
    public static ConfiguredCancelableAsyncEnumerable<T> Stream<T>(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    ) => connection.QueryUnbufferedAsync<T>(connection.Sent(sql), values).WithCancellation(stop);

    /// <summary>The only row, or nothing.</summary>
    public static Task<T?> Row<T>(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    ) =>
        connection.QuerySingleOrDefaultAsync<T>(
            new CommandDefinition(connection.Sent(sql), values, cancellationToken: stop)
        );

    /// <summary>
    /// Two statements in one message, for one round trip: the first's value, and the second's only row or nothing. Under
    /// READ COMMITTED the second sees what was committed while the first waited for a lock.
    /// </summary>
    public static async Task<(TFirst First, TRow? Row)> ValueThenRow<TFirst, TRow>(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    )
    {
        await using var both = await connection.QueryMultipleAsync(
            new CommandDefinition(connection.Sent(sql), values, cancellationToken: stop)
        );
        var first = await both.ReadSingleOrDefaultAsync<TFirst>();
        return (first!, await both.ReadSingleOrDefaultAsync<TRow>());
    }

    /// <summary>The first column of the first row.</summary>
    public static Task<T?> Value<T>(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    ) =>
        connection.ExecuteScalarAsync<T>(
            new CommandDefinition(connection.Sent(sql), values, cancellationToken: stop)
        );

    /// <summary>The number of rows touched.</summary>
    public static Task<int> Execute(
        this NpgsqlConnection connection,
        string sql,
        object? values,
        CancellationToken stop
    ) =>
        connection.ExecuteAsync(new CommandDefinition(connection.Sent(sql), values, cancellationToken: stop));

    // Dapper is told once, before any query, how rows and types map.
    [ModuleInitializer]
    internal static void Map()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new Instant());
        SqlMapper.AddTypeHandler(new Passed<DateOnly>());
        SqlMapper.AddTypeHandler(new Passed<TimeOnly>());
    }

    // Npgsql reads timestamptz as a UTC DateTime, and writes a DateTimeOffset only in UTC.
    private sealed class Instant : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) =>
            new(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.UtcDateTime;
    }

    private sealed class Passed<T> : SqlMapper.TypeHandler<T>
        where T : struct
    {
        public override T Parse(object value) =>
            value switch
            {
                T exact => exact,
                DateTime time when typeof(T) == typeof(DateOnly) => (T)(object)DateOnly.FromDateTime(time),
                TimeSpan span when typeof(T) == typeof(TimeOnly) => (T)(object)TimeOnly.FromTimeSpan(span),
                _ => (T)value,
            };

        public override void SetValue(IDbDataParameter parameter, T value) => parameter.Value = value;
    }
}
