using System.Diagnostics;
using Dapper;
using MutualAid.Server.Recovery;
using Npgsql;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>The service with a ledger of erasures, the program beside it, and databases to restore to.</summary>
public sealed class RecoveryFixture(Cluster cluster) : ServiceFixture(cluster), IAsyncDisposable
{
    private readonly Cluster cluster = cluster;
    private readonly string folder = Directory.CreateTempSubdirectory("ma-recovery-").FullName;
    private readonly List<string> databases = [];

    protected override Settings Configure(Settings settings) => settings with { Erasures = NewFile() };

    public string NewFile() => Path.Combine(folder, Guid.NewGuid().ToString("N"));

    /// <summary>The settings of a database that is not there yet, without a ledger.</summary>
    public Settings Elsewhere()
    {
        databases.Add($"ma_test_{Guid.NewGuid():N}");
        return Settings with { Database = cluster.ConnectionString(databases[^1]), Erasures = null };
    }

    /// <summary>A backup of the service as it is now.</summary>
    public async Task<string> Backup()
    {
        string file = NewFile();
        await BackupCommand.Run(Settings, file, force: false, CancellationToken.None);
        return file;
    }

    /// <summary>Asks or changes a database of <see cref="Elsewhere"/>; nobody stays connected to it.</summary>
    public static async Task<T?> Ask<T>(Settings settings, string sql, object? values = null)
    {
        await using var connection = new NpgsqlConnection(settings.Database + ";Pooling=false");
        await connection.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, values);
    }

    /// <summary>Names of the databases that begin like this one's.</summary>
    public async Task<IReadOnlyList<string>> Beside(Settings settings)
    {
        await using var connection = await Open();
        return
        [
            .. await connection.QueryAsync<string>(
                "select datname from pg_database where starts_with(datname, @Database) order by 1",
                new { new NpgsqlConnectionStringBuilder(settings.Database).Database }
            ),
        ];
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (string database in databases)
        {
            await cluster.Drop(database);
            await cluster.Drop(database + "_replaced");
        }
        await DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>One run of the program, as <c>./run COMMAND</c> makes it.</summary>
internal static class ProgramRun
{
    /// <summary>The exit code and all that it said.</summary>
    public static async Task<(int Code, string Said)> Of(Settings settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "mutualaid.dll"), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["MUTUALAID_DATABASE"] = settings.Database,
                ["MUTUALAID_SECRET"] = Convert.ToBase64String(settings.Secret),
                ["MUTUALAID_MESSAGES"] = settings.Messages,
                ["MUTUALAID_ERASURES"] = settings.Erasures ?? "",
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said + await errors);
    }
}

/// <summary>The service on a restored database.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string connectionString;

    private Served(WebApplication app, string connectionString) =>
        (this.app, this.connectionString) = (app, connectionString);

    public static async Task<Served> Start(Settings settings)
    {
        var app = Service.Create(settings, new FakeClock(settings.Database));
        await app.StartAsync();
        return new Served(app, settings.Database);
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
    }
}
