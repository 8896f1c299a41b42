using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MutualAid.Server.Tests.Floods;

/// <summary>A connection that is written to as no client would, and held as long as one likes.</summary>
internal sealed class Wire : IDisposable
{
    // Longer than any of the server's limits of time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public static async Task<Wire> Open(Uri server, IPAddress? from = null, bool small = false)
    {
        var wire = new Wire();
        if (small)
            wire.socket.ReceiveBufferSize = 2_048;
        if (from is not null)
            wire.socket.Bind(new IPEndPoint(from, 0));
        await wire.socket.ConnectAsync(server.Host, server.Port);
        return wire;
    }

    /// <summary>Sends it, or as much of it as the server takes before it closes.</summary>
    public async Task Send(string bytes)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            for (var left = new ReadOnlyMemory<byte>(Encoding.Latin1.GetBytes(bytes)); !left.IsEmpty; )
                left = left[await socket.SendAsync(left, patience.Token)..];
        }
        catch (SocketException)
        {
            // It has seen enough.
        }
    }

    /// <summary>What comes until this stands in it, or the server closes.</summary>
    public async Task<string> ReadTo(string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        try
        {
            while (
                !text.ToString().Contains(what, StringComparison.Ordinal)
                && await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var read
            )
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Closed with some of what was sent unread.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"'{what}' has not come, but: {text}");
        }
        return text.ToString();
    }

    /// <summary>One byte more, at once or not at all; false when the server has cut the connection.</summary>
    public bool Trickle()
    {
        socket.Blocking = false;
        try
        {
            socket.Send(" "u8);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.WouldBlock;
        }
    }

    public void Dispose() => socket.Dispose();
}
