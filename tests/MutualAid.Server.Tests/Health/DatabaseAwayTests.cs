using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Npgsql;

namespace MutualAid.Server.Tests.Health;

/// <summary>The way to the database is cut and mended while the service runs.</summary>
public sealed class DatabaseAwayTests(CutFixture service) : IClassFixture<CutFixture>
{
    [Fact]
    public async Task with_the_database_away_answers_are_503_with_retry_after_and_it_comes_back_by_itself()
    {
        var person = await service.NewPerson();
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/ready")).StatusCode);

        service.Cut();
        foreach (
            string path in (string[])
                ["/health/ready", "/api/areas?q=gao", $"/api/areas/{Places.Province}/summary"]
        )
        {
            var answer = await service.Anonymous.GetAsync(path);
            Assert.True(
                answer.StatusCode == HttpStatusCode.ServiceUnavailable,
                $"{path}: {answer.StatusCode}"
            );
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
        var report = new { subject = new { kind = "account", id = person.Id }, reason = "other" };
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await person.Http.PostAsJsonAsync("/api/reports", report)).StatusCode
        );
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/live")).StatusCode);

        service.Mend();
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Created,
            (await person.Http.PostAsJsonAsync("/api/reports", report)).StatusCode
        );
        Assert.Equal(1, await service.Look<int>("select count(*) from report"));
    }
}

/// <summary>The service reaches its database through a relay on loopback, which the test can cut.</summary>
public sealed class CutFixture(Cluster cluster) : ServiceFixture(cluster)
{
    private Relay relay = null!;

    protected override Settings Configure(Settings settings)
    {
        var real = new NpgsqlConnectionStringBuilder(settings.Database);
        relay = new Relay(Path.Combine(real.Host!, ".s.PGSQL.5432"));
        return settings with
        {
            Database = new NpgsqlConnectionStringBuilder(settings.Database)
            {
                Host = "127.0.0.1",
                Port = relay.Port,
            }.ConnectionString,
        };
    }

    public void Cut() => relay.Stop();

    public void Mend() => relay.Start();

    /// <summary>Passes bytes between a TCP port of its own and PostgreSQL's socket.</summary>
    private sealed class Relay
    {
        private readonly string socketPath;
        private readonly List<Socket> open = [];
        private TcpListener listener = new(IPAddress.Loopback, 0);

        public Relay(string socketPath)
        {
            this.socketPath = socketPath;
            Start();
        }

        public int Port { get; private set; }

        public void Start()
        {
            listener = new TcpListener(IPAddress.Loopback, Port);
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            _ = Accept(listener);
        }

        public void Stop()
        {
            listener.Stop();
            lock (open)
            {
                open.ForEach(socket => socket.Dispose());
                open.Clear();
            }
        }

        private async Task Accept(TcpListener from)
        {
            try
            {
                while (true)
                {
                    var near = await from.AcceptSocketAsync();
                    var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await far.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
                    lock (open)
                        open.AddRange([near, far]);
                    _ = Pass(near, far);
                    _ = Pass(far, near);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private static async Task Pass(Socket from, Socket to)
        {
            byte[] buffer = new byte[16 * 1024];
            try
            {
                int read;
                while ((read = await from.ReceiveAsync(buffer)) > 0)
                    await to.SendAsync(buffer.AsMemory(0, read));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
            from.Dispose();
            to.Dispose();
        }
    }
}
