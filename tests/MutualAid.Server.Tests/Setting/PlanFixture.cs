using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.OData.PostGis.Sql;
using Npgsql;

namespace MutualAid.Server.Tests;

/// <summary>
/// The service on a database with 200,000 live requests and 20,000 standing offers, spread over half a degree round the
/// made-up province, so that plans are those of a full city. Made by SQL alone, the same each time.
/// </summary>
public sealed class PlanFixture(Cluster cluster) : ServiceFixture(cluster)
{
    public const int Requests = 200_000;
    public const int Offers = 20_000;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await using var connection = await Open();
        // One by one: a transaction of many seconds would hold back every reader of a change log in this cluster.
        foreach (string statement in Fill.Split(";\n"))
            await connection.ExecuteAsync(statement, commandTimeout: 600);
    }

    /// <summary>Plans and runs a statement as one of the service's roles and returns the top node of its plan.</summary>
    /// <param name="role">mutualaid_app or mutualaid_reader.</param>
    /// <param name="prefer">Settings that the statement runs under.</param>
    public Task<PlanNode> Explain(string role, string sql, object? values, string prefer = "") =>
        Explain(
            role,
            async connection =>
                await connection.ExecuteScalarAsync<string>(Asked + sql, values, commandTimeout: 120),
            prefer
        );

    /// <summary>The same in this session.</summary>
    public static Task<PlanNode> Explain(
        NpgsqlConnection connection,
        string role,
        string sql,
        object? values
    ) =>
        Explain(
            connection,
            role,
            async connection =>
                await connection.ExecuteScalarAsync<string>(Asked + sql, values, commandTimeout: 120),
            ""
        );

    /// <summary>The same of a statement that carries its parameters itself.</summary>
    public Task<PlanNode> ExplainBound(string role, string sql, SqlParameters values) =>
        Explain(
            role,
            async connection =>
            {
                await using var command = new NpgsqlCommand(Asked + sql, connection) { CommandTimeout = 120 };
                values.AddTo(command);
                return (string?)await command.ExecuteScalarAsync();
            },
            ""
        );

    private const string Asked = "explain (analyze, timing off, format json) ";

    private async Task<PlanNode> Explain(
        string role,
        Func<NpgsqlConnection, Task<string?>> explain,
        string prefer
    )
    {
        await using var connection = await Open();
        return await Explain(connection, role, explain, prefer);
    }

    private static async Task<PlanNode> Explain(
        NpgsqlConnection connection,
        string role,
        Func<NpgsqlConnection, Task<string?>> explain,
        string prefer
    )
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"set local role {role}; set local jit = off; {prefer}");
        return new PlanNode(JsonNode.Parse((await explain(connection))!)![0]!["Plan"]!);
    }

    // Foreign keys and counts are not what is looked at here: without their triggers the rows are there in seconds.
    private static readonly string Fill = $"""
        set session_replication_role = replica;
        insert into account (id, created_at) select md5('account' || i)::uuid, clock() from generate_series(1, 2000) i;
        create temp table spot as
        select i, md5('need' || i)::uuid as id, md5('home' || i)::uuid as household, md5('account' || 1 + i % 1000)::uuid as account, g.*,
               (array['{Places.SouthWest}', '{Places.NorthWestGroupOne}', '{Places.SouthEast}', '{Places.NorthEast}'])[1 + i % 4]::uuid as leaf,
               (array['{Places.SouthWest}', '{Places.NorthWest}', '{Places.SouthEast}', '{Places.NorthEast}'])[1 + i % 4]::uuid as ward,
               case when i % 20 < 14 then 1 else 2 + i % 6 end::smallint as category
        from generate_series(1, {Requests}) i
        -- two primes apart from the row's number: even over the square, with no pattern in time or category
        cross join lateral grid_cell(105.6 + (i::bigint * 7919 % 200003) / 400006.0, 20.8 + (i::bigint * 104729 % 200017) / 400034.0, 250) g;
        insert into household (id, root_area_id, account_id, on_behalf, phone_hash, created_at)
        select household, '{Places.Province}', account, false, decode(md5('phone' || i % 150000), 'hex'), clock() - (i % 20000) * interval '1 minute' from spot;
        insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, promised, divisible, urgency,
          created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
        select id, '{Places.Province}', household, account, category, 4, case when i % 10 = 0 then 0 else 4 end,
          case when i % 10 = 0 then 4 else 0 end, true, (array['routine', 'soon', 'urgent'])[1 + i % 3],
          clock() - (i % 1000) * interval '1 minute', clock() + (1 + i % 4000) * interval '1 minute',
          centre, cell_row, cell_column, ward, leaf
        from spot;
        insert into request_private (request_id, root_area_id, place, address)
        select id, '{Places.Province}', centre, 'số ' || i from spot;
        insert into offer (id, root_area_id, account_id, category_id, capacity, free, public_place, cell_row, cell_column, public_area_id,
          reach_metres, created_at)
        select md5('offer' || i)::uuid, '{Places.Province}', md5('account' || 1001 + i % 1000)::uuid, category, 20, 20, centre, cell_row,
          cell_column, ward, 3000, clock()
        from spot where i <= {Offers};
        set session_replication_role = origin;
        analyze;
        """;
}

/// <summary>Classes that look and change nothing share one full city, one after the other: to fill it takes longer than to look.</summary>
[CollectionDefinition]
public sealed class FullCity : ICollectionFixture<PlanFixture>;

/// <summary>A node of an executed plan.</summary>
public sealed class PlanNode(JsonNode node)
{
    public string Kind => (string)node["Node Type"]!;
    public string? Index => (string?)node["Index Name"];

    /// <summary>Rows that came out, over all loops.</summary>
    public double Rows => Read("Actual Rows") * Read("Actual Loops");

    /// <summary>Rows that were read from tables and indexes, thrown-away ones included.</summary>
    public double RowsRead =>
        All.Where(one => one.Kind.EndsWith("Scan", StringComparison.Ordinal) && !one.Children.Any())
            .Sum(one =>
                one.Rows + one.Read("Rows Removed by Filter") + one.Read("Rows Removed by Index Recheck")
            );

    public IEnumerable<PlanNode> Children =>
        (node["Plans"]?.AsArray() ?? []).Select(child => new PlanNode(child!));

    /// <summary>This node and all below it.</summary>
    public IEnumerable<PlanNode> All => Children.SelectMany(child => child.All).Prepend(this);

    public override string ToString() => node.ToJsonString(new() { WriteIndented = true });

    private double Read(string field) =>
        node[field] is { } value ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : 0;
}
