using MutualAid.Server.Database;
using Npgsql;

[assembly: AssemblyFixture(typeof(MutualAid.Server.Tests.Cluster))]

namespace MutualAid.Server.Tests;

/// <summary>The PostGIS cluster that <c>./test</c> started, and a migrated template with a small made-up province in it.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly string template = $"ma_template_{Guid.NewGuid():N}";
    private readonly string server;

    public Cluster()
        : this(
            Environment.GetEnvironmentVariable("MUTUALAID_TEST_CLUSTER")
                ?? throw new InvalidOperationException(
                    "MUTUALAID_TEST_CLUSTER is not set: ./test starts a cluster and sets it."
                )
        ) { }

    /// <summary>Another cluster than the one of all tests, for a test that stops it.</summary>
    internal Cluster(string server) => this.server = server;

    /// <summary>The way to it, as its superuser.</summary>
    internal string Server => server;

    public async ValueTask InitializeAsync()
    {
        await Run($"create database {template}");
        await new Migrator(ConnectionString(template)).Run(CancellationToken.None);
        await using var connection = new NpgsqlConnection(ConnectionString(template) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(FakeClock.Table + Places.Sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A database of its own, from the template: 50 ms or so.</summary>
    public async Task<string> NewDatabase()
    {
        string name = $"ma_test_{Guid.NewGuid():N}";
        await Run($"create database {name} template {template}");
        return name;
    }

    /// <summary>A database without a table in it.</summary>
    public async Task<string> NewEmptyDatabase()
    {
        string name = $"ma_test_{Guid.NewGuid():N}";
        await Run($"create database {name}");
        return name;
    }

    public Task Drop(string name) => Run($"drop database if exists {name} with (force)");

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(server)
        {
            Database = database,
            IncludeErrorDetail = true,
            MaxPoolSize = 40,
        }.ConnectionString;

    public async ValueTask DisposeAsync() => await Run($"drop database if exists {template} with (force)");

    private async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(server + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
