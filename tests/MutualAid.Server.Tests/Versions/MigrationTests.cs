using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Tests.Versions;

/// <summary>
/// Servers that start together, a database that lacks something, and a migration beside people who are being served. Seen to
/// fail: without the migrator's advisory lock one of the two fails on what the other makes; without the look at what was read both keep a key; without its lock timeout it never
/// says that it waits, and everybody else waits behind it; without the look at what is missing the server calls itself ready.
/// </summary>
public sealed class MigrationTests(Cluster cluster, ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task two_servers_that_start_together_on_an_empty_database_migrate_it_once_and_make_one_key()
    {
        string database = await cluster.NewEmptyDatabase();
        string connectionString = cluster.ConnectionString(database);
        try
        {
            var said = new ConcurrentQueue<string>();
            await Task.WhenAll(
                Task.Run(() => new Migrator(connectionString, said.Enqueue).Run(CancellationToken.None)),
                Task.Run(() => new Migrator(connectionString, said.Enqueue).Run(CancellationToken.None))
            );
            Assert.Equal(
                Migrator.Known().Select(known => $"migrating: {known.Name}"),
                said.Where(line => line.StartsWith("migrating", StringComparison.Ordinal))
            );

            var settings = service.Settings with { Database = connectionString };
            await using var first = Service.Create(settings);
            await using var second = Service.Create(settings);
            await using (var connection = new NpgsqlConnection(connectionString))
            {
                await connection.OpenAsync();
                await Ask<object>(connection, $"select pg_advisory_lock({KeyRing.AdvisoryLock})");
                var starting = Task.WhenAll(
                    Task.Run(() => first.StartAsync()),
                    Task.Run(() => second.StartAsync())
                );
                await Patience.Until(
                    async () =>
                        await Ask<long>(
                            connection,
                            "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"
                        ) == 2,
                    "both have made a first key and wait to keep it"
                );
                await Ask<object>(connection, "select pg_advisory_unlock_all()");
                await starting;
                Assert.Equal(1, await Ask<long>(connection, "select count(*) from data_protection_key"));
            }
            string form = Protector(first).Protect("a form of the first");
            Assert.Equal("a form of the first", Protector(second).Unprotect(form));
            await first.StopAsync();
            await second.StopAsync();
        }
        finally
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
            await cluster.Drop(database);
        }
    }

    [Fact]
    public async Task a_server_whose_database_lacks_one_of_its_migrations_is_not_ready_and_says_why()
    {
        await service.Look<object>("update migration set name = 'x' || name where number = 12");
        var problem = await service.Anonymous.GetAsync("/health/ready").IsProblem(503, "unavailable");
        Assert.Equal("missing", (string?)problem["migrations"]);
        await service.Look<object>("update migration set name = substr(name, 2) where number = 12");
        var ready = await service.Anonymous.GetAsync("/health/ready").Is(HttpStatusCode.OK);
        Assert.Equal("known", (string?)ready["migrations"]);
    }

    [Fact]
    public async Task a_migration_that_needs_what_somebody_uses_lets_everybody_else_through_and_is_tried_again()
    {
        string database = await cluster.NewDatabase();
        string connectionString = cluster.ConnectionString(database);
        try
        {
            await using var user = new NpgsqlConnection(connectionString);
            await user.OpenAsync();
            await Ask<object>(user, "drop view public_migration");
            await Ask<object>(user, "delete from migration where number = 15");
            await Ask<object>(user, "start transaction");
            await Ask<object>(user, "lock table migration in share mode");
            var waits = new TaskCompletionSource<string>();
            var migrating = new Migrator(
                connectionString,
                line =>
                {
                    if (line.Contains("waits", StringComparison.Ordinal))
                        waits.TrySetResult(line);
                }
            ).Run(CancellationToken.None);
            Assert.StartsWith(
                "0015_public_migration",
                await waits.Task.WaitAsync(TimeSpan.FromMinutes(1)),
                StringComparison.Ordinal
            );
            await Ask<object>(user, "commit work");
            await migrating;
            Assert.Equal(
                Migrator.Known().Count,
                await Ask<long>(user, "select count(*) from public_migration")
            );
        }
        finally
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
            await cluster.Drop(database);
        }
    }

    private static IDataProtector Protector(WebApplication server) =>
        server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("forms");

    private static async Task<T?> Ask<T>(NpgsqlConnection connection, string sql) =>
        await Dapper.SqlMapper.ExecuteScalarAsync<T>(connection, sql);
}
