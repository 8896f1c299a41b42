using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Tests.Journey;

/// <summary>
/// The service as a ward would start it: an empty database with one small area, the real clock, rounds on; and no session more
/// than it needs.
/// </summary>
public sealed class JourneyFixture(Cluster cluster) : IAsyncLifetime
{
    private string database = "";
    private WebApplication app = null!;

    public string ConnectionString { get; private set; } = "";
    public string MessagesFile { get; } =
        Path.Combine(Path.GetTempPath(), $"ma-journey-{Guid.NewGuid():N}.jsonl");
    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await cluster.NewEmptyDatabase();
        ConnectionString = cluster.ConnectionString(database);
        await new Migrator(ConnectionString).Run(CancellationToken.None);
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            await connection.OpenAsync();
            await using var area = new NpgsqlCommand(
                """
                insert into area (id, root_id, code, name, level, boundary)
                values ('01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000001', '00001', 'Phường Mẫu', 'ward',
                        st_multi(st_makeenvelope(105.80, 21.00, 105.90, 21.06, 4326))::geography);
                select area_refresh('01900000-0000-7000-8000-000000000001');
                """,
                connection
            );
            await area.ExecuteNonQueryAsync();
        }
        app = Service.Create(
            new Settings
            {
                // One session a pool: whoever held one and asked for another would wait for ever.
                Database = ConnectionString + ";Maximum Pool Size=1",
                Secret = RandomNumberGenerator.GetBytes(32),
                Messages = $"file:{MessagesFile}",
                Urls = "http://127.0.0.1:0",
                Jobs = false,
            }
        );
        await app.StartAsync();
        Address = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await cluster.Drop(database);
        File.Delete(MessagesFile);
    }
}
