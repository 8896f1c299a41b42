using Npgsql;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>A cluster that tests may stop, with the template in it: made once for the tests of a class.</summary>
public sealed class OwnCluster(Cluster tests) : IAsyncLifetime
{
    internal OwnPostgres Postgres { get; private set; } = null!;

    internal Cluster Databases { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await OwnPostgres.Start(tests.Server);
        Databases = new Cluster(Postgres.Server);
        await Databases.InitializeAsync();
    }

    public ValueTask DisposeAsync() => Postgres.DisposeAsync();
}

/// <summary>A PostgreSQL of one's own, with the programs of the tests' cluster, to be stopped and started.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string folder;
    private readonly string programs;

    private OwnPostgres(string folder, string programs) => (this.folder, this.programs) = (folder, programs);

    /// <summary>The way to it, as its superuser.</summary>
    public string Server => $"Host={folder};Username=postgres;Database=postgres";

    public static async Task<OwnPostgres> Start(string likeServer)
    {
        await using var connection = new NpgsqlConnection(likeServer + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select setting from pg_config() where name = 'BINDIR'",
            connection
        );
        string programs = (string)(await command.ExecuteScalarAsync())!;
        var postgres = new OwnPostgres(await Programs.NewFolder(), programs);
        await Programs.Run(
            Path.Combine(programs, "initdb"),
            ["-D", postgres.Data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N"]
        );
        await postgres.StartAgain();
        return postgres;
    }

    /// <summary>A streaming replica of it, started.</summary>
    public async Task<OwnPostgres> Follower()
    {
        var follower = new OwnPostgres(await Programs.NewFolder(), programs);
        await Programs.Run(
            Path.Combine(programs, "pg_basebackup"),
            ["-D", follower.Data, "-h", folder, "-U", "postgres", "-R", "-X", "stream", "-c", "fast", "-N"]
        );
        await follower.StartAgain();
        return follower;
    }

    /// <summary>Returns when it takes connections.</summary>
    // Without fsync: what is killed is PostgreSQL, not the machine, so what was written to the log before an answer is there.
    // A follower goes on replaying whoever reads: what stands in its way is cancelled soon.
    public Task StartAgain() =>
        Control(
            "start",
            "-o",
            $"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=on -c shared_buffers=64MB -c max_connections=200 -c jit=off "
                + "-c max_standby_streaming_delay=100ms"
        );

    /// <summary>Sends a signal to it and to all its processes.</summary>
    public async Task Signal(string name)
    {
        string file = Path.Combine(Data, "postmaster.pid");
        string first = (await File.ReadAllLinesAsync(file))[0];
        await Programs.Run(
            "bash",
            "-euc",
            $"all=$(ps -o pid= --ppid {first}); kill -{name} {first}; kill -{name} $all 2>/dev/null || :"
        );
        // Where nobody buries it, its number stays taken, and the next one would not start beside it.
        if (name == "KILL")
        {
            File.Delete(file);
            File.Delete(Path.Combine(folder, ".s.PGSQL.5432.lock"));
        }
    }

    /// <summary>As a crash does: no checkpoint, nobody is waited for.</summary>
    public Task StopAtOnce() => Control("stop", "-m", "immediate");

    public async ValueTask DisposeAsync()
    {
        await StopAtOnce();
        Directory.Delete(folder, recursive: true);
    }

    private string Data => Path.Combine(folder, "data");

    private Task<string> Control(params string[] more) =>
        Programs.Run(
            Path.Combine(programs, "pg_ctl"),
            [.. more, "-s", "-w", "-D", Data, "-l", Path.Combine(folder, "log")]
        );
}
