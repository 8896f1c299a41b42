using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// Connections of bulk work, as role <c>mutualaid_app</c>. A crash may lose its last half second (synchronous_commit is off
/// for these sessions alone): whoever fills a database runs the command again. Locks and temporary tables are a session's, so
/// these go to PostgreSQL itself.
/// </summary>
public sealed class BulkDatabase(Settings settings)
    : PooledDatabase(
        settings.DirectDatabase,
        "mutualaid_app",
        statementTimeoutSeconds: 300,
        throughPooler: false,
        "-c synchronous_commit=off"
    );

/// <summary>Says how far bulk work is, at most every two seconds, and how long it has still to go.</summary>
/// <param name="total"><see cref="long.MaxValue"/> when nobody knows.</param>
public sealed class Progress(string doing, string what, long total, TimeProvider time, Action<string> write)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly long started = time.GetTimestamp();
    private TimeSpan written;

    public long Done { get; private set; }

    /// <summary>So many more are done.</summary>
    public void Add(long more)
    {
        Done += more;
        var elapsed = time.GetElapsedTime(started);
        if (elapsed - written < Pause || Done >= total)
            return;
        written = elapsed;
        double rate = Done / elapsed.TotalSeconds;
        if (total == long.MaxValue)
            write($"{doing}: {Done:N0} {what} ({rate:N0} a second)");
        else
            write(
                $"{doing}: {Done:N0} of {total:N0} {what} ({rate:N0} a second, {TimeSpan.FromSeconds((total - Done) / rate):m\\:ss} to go)"
            );
    }

    /// <summary>The closing line.</summary>
    public void End()
    {
        double seconds = time.GetElapsedTime(started).TotalSeconds;
        write($"{doing}: {Done:N0} {what} in {seconds:N1} s ({Done / Math.Max(seconds, 0.001):N0} a second)");
    }
}
