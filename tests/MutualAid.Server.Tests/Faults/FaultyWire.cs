using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MutualAid.Server.Tests.Faults;

/// <summary>What becomes of one exchange between the service and its database.</summary>
public enum Fault
{
    /// <summary>PostgreSQL ends the transaction with 40001 instead of doing what it was asked.</summary>
    Serialization,

    /// <summary>The same with 40P01.</summary>
    Deadlock,

    /// <summary>The connection breaks before the database has heard it.</summary>
    CutBefore,

    /// <summary>The database has done it, and the connection breaks before its answer: at the last one, after the commit.</summary>
    CutAfter,

    /// <summary>The database has done it, and says no word: whoever waits gives up.</summary>
    Silence,
}

/// <summary>
/// The way between the service and its database, with one fault on it where the test says. It counts exchanges: what the
/// service sends up to a Sync or as a simple query, and the answer up to ReadyForQuery
/// (PostgreSQL's manual, Frontend/Backend Protocol).
/// </summary>
internal sealed class FaultyWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly EndPoint database;
    private Fault fault;
    private int left;

    /// <param name="server">A connection string of the cluster, over a socket's folder or TCP.</param>
    public FaultyWire(string server)
    {
        var to = new NpgsqlConnectionStringBuilder(server);
        database = to.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{to.Host}/.s.PGSQL.{to.Port}")
            : new DnsEndPoint(to.Host, to.Port);
        listener.Start();
        _ = Accept();
    }

    /// <summary>The exchange that was struck, as far as it can be read; null while none was.</summary>
    public string? Struck { get; private set; }

    /// <summary>The way to a database along this wire.</summary>
    public string To(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>From now on the <paramref name="exchange"/>-th exchange, from 1, meets the fault; no other does.</summary>
    public void Arm(Fault what, int exchange)
    {
        (fault, Struck) = (what, null);
        Volatile.Write(ref left, exchange);
    }

    public void Disarm() => Volatile.Write(ref left, 0);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Dispose();
        over.Dispose();
    }

    /// <summary>Whether this exchange is the one; what is to become of it.</summary>
    internal Fault? Next(ReadOnlySpan<byte> exchange)
    {
        if (Volatile.Read(ref left) <= 0 || Interlocked.Decrement(ref left) != 0)
            return null;
        Struck = new string([.. exchange.ToArray().Select(b => b is >= 32 and < 127 ? (char)b : ' ')]);
        // Nothing conflicts where nothing has been read or written yet.
        bool begins = Struck.Contains("BEGIN", StringComparison.Ordinal);
        return begins && fault is Fault.Serialization or Fault.Deadlock ? null : fault;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(over.Token);
                client.NoDelay = true;
                var server = new Socket(database.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(database, over.Token);
                new WiredSession(this, client, server).Run(over.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException) { }
    }

    /// <summary>A message with its type (0 at the start, which has none) and its whole length; null at the end.</summary>
    internal static async Task<byte[]?> Message(NetworkStream from, bool typed, CancellationToken stop)
    {
        int head = typed ? 5 : 4;
        byte[] header = new byte[head];
        if (await from.ReadAtLeastAsync(header, head, throwOnEndOfStream: false, stop) < head)
            return null;
        int length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(head - 4));
        byte[] whole = new byte[head - 4 + length];
        header.CopyTo(whole, 0);
        await from.ReadExactlyAsync(whole.AsMemory(head), stop);
        return whole;
    }
}
