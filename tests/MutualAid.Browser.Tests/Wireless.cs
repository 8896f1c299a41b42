using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MutualAid.Browser.Tests;

/// <summary>The network between a phone and the service, on a port of its own, that can be cut and comes back.</summary>
public sealed class Wireless : IDisposable
{
    private readonly Uri service;
    private readonly int port;
    private readonly ConcurrentBag<TcpClient> open = [];
    private TcpListener listener;

    public Wireless(Uri service)
    {
        this.service = service;
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Serve(listener);
    }

    public Uri Address => new($"http://127.0.0.1:{port}/");

    /// <summary>What the phone sends arrives; what is answered does not.</summary>
    public bool LoseAnswers { get; set; }

    public void Cut()
    {
        listener.Stop();
        while (open.TryTake(out var one))
            one.Dispose();
    }

    public void Restore()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _ = Serve(listener);
    }

    public void Dispose() => Cut();

    private async Task Serve(TcpListener on)
    {
        try
        {
            while (true)
                _ = Carry(await on.AcceptTcpClientAsync());
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private async Task Carry(TcpClient phone)
    {
        open.Add(phone);
        try
        {
            using var there = new TcpClient();
            open.Add(there);
            await there.ConnectAsync(service.Host, service.Port);
            var up = phone.GetStream().CopyToAsync(there.GetStream());
            await Task.WhenAny(up, Answer(there.GetStream(), phone.GetStream()));
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut in the middle.
        }
        finally
        {
            phone.Dispose();
        }
    }

    private async Task Answer(NetworkStream from, NetworkStream to)
    {
        byte[] bytes = new byte[16_384];
        while (await from.ReadAsync(bytes) is > 0 and var read)
        {
            if (LoseAnswers)
                return;
            await to.WriteAsync(bytes.AsMemory(0, read));
        }
    }
}
