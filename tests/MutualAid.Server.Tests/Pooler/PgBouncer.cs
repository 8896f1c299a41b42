using System.Diagnostics;
using Npgsql;

namespace MutualAid.Server.Tests.Pooler;

/// <summary>
/// A PgBouncer in transaction mode before a test's cluster: few sessions for many clients, so that hardly two statements of a
/// client meet the same one. Its clients sign in as somebody who may nothing but act as the two roles of the service: a
/// statement that does not say as whom it acts is refused.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    public const int Sessions = 8;
    private const string User = "mutualaid_through_pooler";
    private readonly string folder;
    private Process process = null!;

    private PgBouncer(string folder) => this.folder = folder;

    /// <param name="database">A connection string of the cluster.</param>
    /// <param name="more">Lines for its configuration.</param>
    public static async Task<PgBouncer> Start(string database, string more = "")
    {
        await MakeUser(database);
        var pooler = new PgBouncer(await Programs.NewFolder());
        await File.WriteAllTextAsync(
            Path.Combine(pooler.folder, "pgbouncer.ini"),
            $"""
            [databases]
            * = host={new NpgsqlConnectionStringBuilder(database).Host} port=5432
            [pgbouncer]
            unix_socket_dir = {pooler.folder}
            listen_port = 6432
            auth_type = trust
            auth_file = {pooler.folder}/users
            pool_mode = transaction
            default_pool_size = {Sessions}
            max_client_conn = 500
            server_login_retry = 1
            {more}
            """
        );
        await File.WriteAllTextAsync(
            Path.Combine(pooler.folder, "users"),
            $"""
            "{User}" ""
            "postgres" ""
            """
        );
        await pooler.StartAgain();
        return pooler;
    }

    /// <summary>The way to a database through it.</summary>
    /// <param name="user">Whose sessions; the powerless one's when not said.</param>
    public string To(string connectionString, string user = User) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = folder,
            Port = 6432,
            Username = user,
        }.ConnectionString;

    public async Task StartAgain()
    {
        string path =
            new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" }.FirstOrDefault(
                File.Exists
            )
            ?? throw new InvalidOperationException(
                "PgBouncer was not found: ./test installs it; by hand: apt-get install pgbouncer"
            );
        File.Delete(Path.Combine(folder, ".s.PGSQL.6432"));
        process = Programs.Start(path, "-q", Path.Combine(folder, "pgbouncer.ini"));
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        for (int tries = 0; !File.Exists(Path.Combine(folder, ".s.PGSQL.6432")); tries++)
        {
            Assert.False(process.HasExited || tries > 600, "PgBouncer did not start");
            await Task.Delay(20);
        }
    }

    /// <summary>At once, with all its clients.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task MakeUser(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            do $$ begin
              perform pg_advisory_xact_lock(42);
              if to_regrole('{User}') is null then create role {User} login noinherit; end if;
              grant mutualaid_app, mutualaid_reader to {User};
            end $$
            """,
            connection
        );
        await command.ExecuteNonQueryAsync();
    }
}
