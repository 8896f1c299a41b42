using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace MutualAid.Server.Tests.Faults;

/// <summary>One connection on a <see cref="FaultyWire"/>, message by message.</summary>
internal sealed class WiredSession(FaultyWire wire, Socket client, Socket server)
{
    private readonly NetworkStream up = new(server, ownsSocket: true);
    private readonly NetworkStream down = new(client, ownsSocket: true);
    private int sent;
    private int answered = -1; // the session's own greeting ends with a ReadyForQuery too
    private int mute = int.MaxValue;
    private bool cutWhenAnswered;

    public void Run(CancellationToken over)
    {
        _ = Pump(Forth, over);
        _ = Pump(Back, over);
    }

    private async Task Pump(Func<CancellationToken, Task> direction, CancellationToken over)
    {
        try
        {
            await direction(over);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        { }
        await Cut();
    }

    private async Task Forth(CancellationToken over)
    {
        using var exchange = new MemoryStream();
        for (bool typed = false; await FaultyWire.Message(down, typed, over) is { } message; typed = true)
        {
            exchange.Write(message);
            char type = typed ? (char)message[0] : '\0';
            if (type is 'P' or 'B' or 'D' or 'E' or 'C')
                continue;
            byte[] whole = exchange.ToArray();
            exchange.SetLength(0);
            if (type is not ('Q' or 'S'))
                await up.WriteAsync(whole, over); // the greeting, copied rows, a goodbye
            else if (!await Send(whole, over))
                return;
        }
    }

    // False: the connection is cut.
    private async Task<bool> Send(byte[] exchange, CancellationToken over)
    {
        var fault = wire.Next(exchange);
        if (fault == Fault.CutBefore)
            return false;
        sent++;
        if (fault is Fault.CutAfter or Fault.Silence)
        {
            cutWhenAnswered = fault == Fault.CutAfter;
            Volatile.Write(ref mute, sent);
        }
        await up.WriteAsync(
            fault switch
            {
                Fault.Serialization => Failing("40001"),
                Fault.Deadlock => Failing("40P01"),
                _ => exchange,
            },
            over
        );
        return true;
    }

    private async Task Back(CancellationToken over)
    {
        while (await FaultyWire.Message(up, typed: true, over) is { } message)
        {
            bool heard = answered + 1 < Volatile.Read(ref mute);
            if (message[0] == 'Z')
                answered++;
            if (heard)
                await down.WriteAsync(message, over);
            else if (message[0] == 'Z' && cutWhenAnswered)
                return;
        }
    }

    private async Task Cut()
    {
        await up.DisposeAsync();
        await down.DisposeAsync();
    }

    // A simple query in its place: PostgreSQL itself ends the transaction as it would.
    private static byte[] Failing(string state)
    {
        byte[] sql = Encoding.ASCII.GetBytes(
            $"do $$begin raise exception 'injected' using errcode = '{state}'; end$$\0"
        );
        byte[] message = new byte[5 + sql.Length];
        message[0] = (byte)'Q';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + sql.Length);
        sql.CopyTo(message, 5);
        return message;
    }
}
