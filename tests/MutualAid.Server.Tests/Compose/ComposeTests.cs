using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Recovery;
using Npgsql;

namespace MutualAid.Server.Tests.Compose;

/// <summary>
/// <c>docker-compose.yml</c> without docker: its commands and environment as they stand, on a database of the test. Seen to
/// fail: where the command line leaves a process that is told to stop only two seconds (its default), the exit code is 143.
/// </summary>
public sealed partial class ComposeTests(ServiceFixture service) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly ComposeFile compose = ComposeFile.Read();
    private readonly string volume = Directory.CreateTempSubdirectory("ma-compose-").FullName;

    [Fact]
    public async Task a_server_migrates_serves_is_healthy_and_ends_with_0_when_it_is_told_to_with_everybody_answered()
    {
        await service.Clock.Set(TimeProvider.System.GetUtcNow());
        int port = FreePort();
        var environment = await Here("server-1", port);
        string[] entry = compose.Instruction("ENTRYPOINT");
        using (var migrate = new ComposedServer([.. entry, .. Command("migrate")], environment))
            Assert.Equal((0, ""), await migrate.Ended());

        using var server = new ComposedServer([.. entry, .. Command("server-1")], environment);
        string[] healthy = ["bash", Path.Combine(compose.Root, "docker/healthy.sh"), $"{port}"];
        while (!await Succeeds(healthy))
            Assert.False(server.HasExited);

        var person = await service.NewPerson();
        using var client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            DefaultRequestHeaders = { Authorization = new("Bearer", person.Token) },
        };
        Task<(HttpStatusCode Status, string? Household)> answering;
        await using (var connection = await service.Open())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Dapper.SqlMapper.ExecuteAsync(connection, "lock table request in exclusive mode");
            answering = GoingOn.Post(person with { Http = client }, Guid.NewGuid().ToString());
            while (
                !await service.Look<bool>(
                    "select exists (select 1 from pg_locks where not granted and relation = 'request'::regclass)"
                )
            )
                await Task.Delay(20);
            server.Terminate();
            // Longer than the two seconds of the command line, shorter than the grace of the file: only time tells them apart.
            await Task.Delay(TimeSpan.FromSeconds(3));
            await transaction.CommitAsync();
        }
        Assert.Equal(HttpStatusCode.Created, (await answering).Status);
        var (code, said) = await server.Ended();
        Assert.True(code == 0, $"{code}: {said}");
        Assert.False(await Succeeds(healthy));
        Assert.Equal(1, await service.Look<int>("select count(*)::int from household"));
    }

    [Fact]
    public async Task a_server_that_comes_before_its_database_says_so_and_ends_to_be_started_again()
    {
        var environment = await Here("server-1", FreePort());
        environment["MUTUALAID_DATABASE"] = $"Host={volume};Database=none;Username=none";
        using var server = new ComposedServer(
            [.. compose.Instruction("ENTRYPOINT"), .. Command("server-1")],
            environment
        );
        var (code, said) = await server.Ended();
        Assert.Equal(1, code);
        Assert.Contains("The database cannot be used", said, StringComparison.Ordinal);
        Assert.Equal("unless-stopped", compose.Service("server-1")["restart"]);
    }

    [Fact]
    public async Task what_the_files_say_of_each_other_is_so()
    {
        var environment = await compose.Environment("server-1");
        string port = new Uri(
            environment["MUTUALAID_URLS"].Replace("+", "any", StringComparison.Ordinal)
        ).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(
            $"CMD [\"healthy\", \"{port}\"]",
            compose.Text("Dockerfile"),
            StringComparison.Ordinal
        );
        foreach (string server in (string[])["server-1", "server-2"])
            Assert.Contains(
                $"server {server}:{port} ",
                compose.Text("docker/proxy.conf"),
                StringComparison.Ordinal
            );

        // nginx looks its servers up when it starts: one that is made anew must come back to the same address.
        string[] addresses = [.. ((string[])["proxy", "server-1", "server-2"]).Select(Address)];
        Assert.Equal(environment["MUTUALAID_TRUSTED_PROXIES"], addresses[0]);
        Assert.Equal(3, addresses.Distinct().Count());
        // Who is given an address by docker is given none of these.
        var pool =
            (Dictionary<object, object>)
                ((List<object>)ComposeFile.At(compose.Network("front"), "ipam")["config"])[0];
        var given = IPNetwork.Parse((string)pool["ip_range"]);
        Assert.All(addresses, address => Assert.False(given.Contains(IPAddress.Parse(address))));
        Assert.All(
            addresses,
            address => Assert.True(IPNetwork.Parse((string)pool["subnet"]).Contains(IPAddress.Parse(address)))
        );

        // Backups are written by the image's own pg_dump, of the database's version.
        string major = Major().Match((string)compose.Service("database")["image"]).Groups[1].Value;
        Assert.Contains($"postgresql-client-{major}", compose.Text("Dockerfile"), StringComparison.Ordinal);
        // Kestrel lets whoever is being answered end within 30 s.
        Assert.Equal("40s", compose.Service("server-1")["stop_grace_period"]);
    }

    public void Dispose() => Directory.Delete(volume, recursive: true);

    // What the containers have and the test has not: the names of hosts, a port for each, the volume.
    private async Task<Dictionary<string, string>> Here(string name, int port)
    {
        var environment = await compose.Environment(name);
        environment["MUTUALAID_DATABASE"] = service.ConnectionString;
        environment["MUTUALAID_SECRET"] = Convert.ToBase64String(service.Settings.Secret);
        environment["MUTUALAID_URLS"] = environment["MUTUALAID_URLS"]
            .Replace("8080", $"{port}", StringComparison.Ordinal);
        foreach (string setting in (string[])["MUTUALAID_ERASURES", "MUTUALAID_MESSAGES"])
        {
            Assert.Contains("/var/lib/mutualaid/", environment[setting], StringComparison.Ordinal);
            environment[setting] = environment[setting]
                .Replace("/var/lib/mutualaid", volume, StringComparison.Ordinal);
        }
        return environment;
    }

    private string[] Command(string name) =>
        compose.Service(name).TryGetValue("command", out object? command)
            ? [.. ((List<object>)command).Cast<string>()]
            : compose.Instruction("\nCMD");

    private string Address(string name) =>
        (string)ComposeFile.At(ComposeFile.At(compose.Service(name), "networks"), "front")["ipv4_address"];

    private static async Task<bool> Succeeds(string[] command)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true }
        )!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"postgis:(\d+)-")]
    private static partial Regex Major();
}
