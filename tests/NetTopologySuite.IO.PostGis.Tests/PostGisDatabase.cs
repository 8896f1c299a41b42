using NetTopologySuite.IO.Tests;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostGisDatabase))]

namespace NetTopologySuite.IO.Tests;

/// <summary>A database with PostGIS, made for this run on the cluster that the environment names, and dropped after it.</summary>
public sealed class PostGisDatabase : IAsyncLifetime
{
    private const string Variable = "MUTUALAID_TEST_CLUSTER";

    private readonly string _name = $"ewkb_{Guid.NewGuid():N}";
    private NpgsqlDataSource? _cluster;
    private NpgsqlDataSource? _source;

    /// <summary>Speaks NetTopologySuite's types.</summary>
    public NpgsqlDataSource Source =>
        _source ?? throw new InvalidOperationException("The database is not there yet.");

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cluster =
            Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException($"{Variable} names no cluster; ./test starts one.");
        _cluster = NpgsqlDataSource.Create(cluster);
        await Execute(_cluster, $"create database {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(cluster) { Database = _name }.ConnectionString;
        // Before the data source that types are mapped in: it reads the catalogue once.
        await using (var plain = NpgsqlDataSource.Create(ConnectionString))
            await Execute(plain, "create extension postgis");
        var builder = new NpgsqlDataSourceBuilder(ConnectionString);
        builder.UseNetTopologySuite();
        _source = builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        if (_cluster is null)
            return;
        await Execute(_cluster, $"drop database if exists {_name} with (force)");
        await _cluster.DisposeAsync();
    }

    /// <summary>The one value that a query gives; its parameters are $1, $2, ….</summary>
    public async Task<T> Ask<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        return await reader.GetFieldValueAsync<T>(0, TestContext.Current.CancellationToken);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
