using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Tests;

/// <summary>The whole service on a port of its own, on a database of its own, under a clock that the test moves. Rounds and jobs are off: tests call them.</summary>
public class ServiceFixture(Cluster cluster) : IAsyncLifetime
{
    private readonly List<HttpClient> clients = [];
    private string database = "";
    private int people;

    public WebApplication App { get; private set; } = null!;
    public FakeClock Clock { get; private set; } = null!;
    public Settings Settings { get; private set; } = null!;
    public string ConnectionString { get; private set; } = "";
    public string MessagesFile { get; private set; } = "";
    public Uri Address { get; private set; } = null!;

    /// <summary>Signed out, English.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        database = await cluster.NewDatabase();
        ConnectionString = cluster.ConnectionString(database);
        Clock = new FakeClock(ConnectionString);
        MessagesFile = Path.Combine(Path.GetTempPath(), $"ma-messages-{Guid.NewGuid():N}.jsonl");
        Settings = Configure(
            new Settings
            {
                Database = ConnectionString,
                Secret = RandomNumberGenerator.GetBytes(32),
                Messages = $"file:{MessagesFile}",
                Urls = "http://127.0.0.1:0",
                Rounds = false,
                Jobs = false,
                RateFactor = 10_000,
            }
        );
        App = Service.Create(Settings, Clock, Configure);
        await App.StartAsync();
        Address = new Uri(
            App.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );
        Anonymous = Client(null);
    }

    protected virtual Settings Configure(Settings settings) => settings;

    protected virtual void Configure(WebApplicationBuilder builder) { }

    /// <summary>What stands between every client and the network: nothing, unless a test has more servers than this one.</summary>
    protected virtual HttpMessageHandler Way(HttpMessageHandler network) => network;

    /// <summary>A client that sends this bearer token, and each POST with an Idempotency-Key of its own unless it has one.</summary>
    public HttpClient Client(string? token, string language = "en")
    {
        var client = new HttpClient(
            new FreshKeys
            {
                InnerHandler = Way(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }),
            }
        )
        {
            BaseAddress = Address,
        };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        clients.Add(client);
        return client;
    }

    /// <summary>A person with an open session, without the detour through a message: the sign-in tests take it.</summary>
    /// <param name="roles">Roles on areas; any makes the session one with its second factor given.</param>
    public async Task<Person> NewPerson(string? name = null, params (string Role, Guid Area)[] roles)
    {
        int number = Interlocked.Increment(ref people);
        var id = Guid.CreateVersion7(Clock.GetUtcNow());
        string phone = $"+8490{number:D7}";
        await using var connection = await Open();
        await connection.ExecuteAsync(
            "insert into account (id, created_at) values (@id, @now)",
            new { id, now = Clock.GetUtcNow() }
        );
        await connection.ExecuteAsync(
            "insert into account_private (account_id, phone, name) values (@id, @phone, @name)",
            new
            {
                id,
                phone,
                name = name ?? $"Người {number}",
            }
        );
        foreach (var (role, area) in roles)
            await connection.ExecuteAsync(
                "insert into role_grant (id, account_id, role, area_id, granted_at) values (@grant, @id, @role, @area, @now)",
                new
                {
                    grant = Guid.CreateVersion7(),
                    id,
                    role,
                    area,
                    now = Clock.GetUtcNow(),
                }
            );
        string token = await Sessions.Open(
            connection,
            id,
            "bearer",
            roles.Length > 0,
            Clock.GetUtcNow(),
            CancellationToken.None
        );
        return new Person(id, phone, token, Client(token));
    }

    /// <summary>A superuser's connection to the test's database: to look, and to break things on purpose.</summary>
    public async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>One value, straight from the database.</summary>
    public async Task<T?> Look<T>(string sql, object? values = null)
    {
        await using var connection = await Open();
        return await connection.ExecuteScalarAsync<T>(sql, values);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        clients.ForEach(client => client.Dispose());
        await App.StopAsync();
        await App.DisposeAsync();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await cluster.Drop(database);
        File.Delete(MessagesFile);
    }

    private sealed class FreshKeys : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken stop
        )
        {
            if (request.Method == HttpMethod.Post && !request.Headers.Contains("Idempotency-Key"))
                request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            return base.SendAsync(request, stop);
        }
    }
}

/// <summary>Somebody signed in.</summary>
public sealed record Person(Guid Id, string Phone, string Token, HttpClient Http);
