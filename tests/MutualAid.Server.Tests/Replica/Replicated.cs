using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MutualAid.Server.Tests.Recovery;
using MutualAid.Server.Tests.Requests;
using Npgsql;

namespace MutualAid.Server.Tests.Replica;

/// <summary>A primary, a streaming replica of it, and the service on both: made once for the tests of a class.</summary>
public sealed class Replicated(Cluster tests) : IAsyncLifetime
{
    internal OwnPostgres Primary { get; private set; } = null!;
    internal Cluster Databases { get; private set; } = null!;
    internal OwnPostgres Follower { get; private set; } = null!;
    internal ReplicatedService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Primary = await OwnPostgres.Start(tests.Server);
        Databases = new Cluster(Primary.Server);
        await Databases.InitializeAsync();
        Follower = await Primary.Follower();
        Service = new ReplicatedService(Databases, Follower);
        await Service.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Follower.DisposeAsync();
        await Primary.DisposeAsync();
    }
}

/// <summary>The service with a replica for public reading, and how it speaks of it.</summary>
internal sealed class ReplicatedService(Cluster cluster, OwnPostgres follower) : ServiceFixture(cluster)
{
    private readonly LoggedLines log = new("MutualAid.Server.Database.ReplicaWatch");

    /// <summary>What it said of the replica so far.</summary>
    public IReadOnlyList<string> Said => log.All;

    protected override Settings Configure(Settings settings) =>
        settings with
        {
            PublicDatabase = OnReplica(settings.Database),
            PublicLag = TimeSpan.FromSeconds(2),
        };

    protected override void Configure(WebApplicationBuilder builder) => builder.Logging.AddProvider(log);

    /// <summary>Returns when <c>/health/ready</c> says that the replica is in this state.</summary>
    public async Task Is(string state)
    {
        JsonNode? said = null;
        for (int tries = 0; tries < 1200; tries++)
        {
            using var answer = await Anonymous.GetAsync("/health/ready");
            said = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
            if ((string?)said!["publicReading"]?["replica"] == state)
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"the replica is not {state}: {said}; {string.Join(" | ", Said)}");
    }

    /// <summary>A value from the replica, as its superuser.</summary>
    public async Task<T?> LookAtReplica<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(OnReplica(ConnectionString) + ";Pooling=false");
        await connection.OpenAsync();
        while (true)
            try
            {
                return await Dapper.SqlMapper.ExecuteScalarAsync<T>(connection, sql);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure)
            {
                // Whoever looks is in recovery's way as much as anybody.
            }
    }

    /// <summary>Returns when the replica has all that the primary has written until now.</summary>
    public async Task Replayed()
    {
        string? position = await Look<string>("select pg_current_wal_lsn()::text");
        while (!await LookAtReplica<bool>($"select pg_last_wal_replay_lsn() >= '{position}'"))
            await Task.Delay(20);
    }

    /// <summary>A line of <c>/metrics</c> as a number; nothing when it is not there.</summary>
    public async Task<double> Metric(string line)
    {
        string text = await Anonymous.GetStringAsync("/metrics");
        string? found = text.Split('\n')
            .FirstOrDefault(one => one.StartsWith(line + " ", StringComparison.Ordinal));
        return found is null
            ? 0
            : double.Parse(found[line.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private string OnReplica(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = new NpgsqlConnectionStringBuilder(follower.Server).Host,
        }.ConnectionString;
}
