using System.Text;
using MutualAid.OData.PostGis.Tests;
using Npgsql;

[assembly: AssemblyFixture(typeof(ViewsDatabase))]

namespace MutualAid.OData.PostGis.Tests;

/// <summary>
/// A database of its own on the cluster that the environment names: <see cref="World"/>'s rows in tables, the views over
/// them, and a set whose changes are tracked. Dropped after the run.
/// </summary>
public sealed class ViewsDatabase : IAsyncLifetime
{
    private const string Variable = "MUTUALAID_TEST_CLUSTER";

    private readonly string name = $"odata_{Guid.NewGuid():N}";
    private readonly string cluster =
        Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException($"{Variable} names no cluster; ./test starts one.");

    public World World { get; } = new();

    /// <summary>Every statement that went to the database.</summary>
    public StatementLog Log { get; } = new();

    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Run(
            cluster,
            $"create database {name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
        );
        string here = new NpgsqlConnectionStringBuilder(cluster)
        {
            Database = name,
            MaxPoolSize = 10,
        }.ConnectionString;
        await Run(here, "create extension postgis; set time zone 'Asia/Ho_Chi_Minh'");
        var builder = new NpgsqlDataSourceBuilder(here + ";Timezone=Asia/Ho_Chi_Minh");
        builder.UseLoggerFactory(Log);
        Source = builder.Build();
        await Fill();
    }

    public async ValueTask DisposeAsync()
    {
        if (Source is not null)
            await Source.DisposeAsync();
        await Run(cluster, $"drop database if exists {name} with (force)");
    }

    private async Task Fill()
    {
        var sql = new StringBuilder();
        foreach (var table in World.Tables)
        {
            string columns = string.Join(
                ", ",
                table.Fields.Select(field =>
                    $"{field.Column} {field.SqlType}{(field.Nullable ? "" : " not null")}"
                )
            );
            string key = string.Join(", ", table.Key.Select(field => field.Column));
            sql.AppendLine($"create table {table.Set}_table ({columns}, primary key ({key}));");
            sql.AppendLine($"create view v_{table.Set} as select * from {table.Set}_table;");
        }
        sql.AppendLine(
            """
            create table v_notes (id uuid primary key, body text not null, thing_id int);
            create table note_log (entry bigint generated always as identity primary key, id uuid not null, xid xid8 not null default pg_current_xact_id());
            """
        );
        await using var connection = await Source.OpenConnectionAsync();
        await using var create = new NpgsqlCommand(sql.ToString(), connection);
        await create.ExecuteNonQueryAsync();
        await using var batch = connection.CreateBatch();
        foreach (var table in World.Tables)
        foreach (var row in World.Rows(table.Set))
        {
            string places = string.Join(
                ", ",
                table.Fields.Select((field, at) => $"${at + 1}::text::{field.SqlType}")
            );
            var insert = new NpgsqlBatchCommand($"insert into {table.Set}_table values ({places})");
            foreach (var field in table.Fields)
                insert.Parameters.Add(
                    new NpgsqlParameter
                    {
                        Value = (object?)Values.Sql(row[field.Name]) ?? DBNull.Value,
                        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
                    }
                );
            batch.BatchCommands.Add(insert);
        }
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task Run(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
