using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Dapper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Tests.Requests;
using Npgsql;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>The commands of docs/operations/recovery.md on a cluster of the test's own, which is destroyed in the middle of posts.</summary>
public sealed class RecoveryDrillTests
{
    private const string Configuration = """
        listen_addresses = ''
        shared_buffers = 64MB
        archive_mode = on
        archive_command = 'test ! -f ../archive/%f && cp %p ../archive/%f.copying && sync ../archive/%f.copying && mv ../archive/%f.copying ../archive/%f'
        archive_timeout = 60s
        """;

    private const string Recover = """
        cp -a base data
        cat >>data/postgresql.conf <<'END'
        restore_command = 'cp ../archive/%f %p || cp ../stream/%f %p || cp ../stream/%f.partial %p'
        recovery_target_action = 'promote'
        END
        touch data/recovery.signal
        """;

    // Guards: pg_receivewal's second copy of the last, unfinished segment (without `cp ../stream/%f.partial` the posts since the
    // last finished one are gone), and recovery_target_time (without it the later posts are there too).
    [Fact]
    public async Task every_post_that_was_answered_survives_the_loss_of_the_data_directory_and_a_moment_can_be_gone_back_to()
    {
        await using var cluster = new LostCluster();
        await cluster.Bash(
            $"""
            mkdir archive stream
            initdb -D data -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=reject -N >/dev/null
            cat >>data/postgresql.conf <<'END'
            {Configuration}
            unix_socket_directories = '{cluster.Home}'
            END
            pg_ctl start -s -w -D data -l log
            createdb mutualaid
            pg_basebackup -D base -c fast --no-sync
            pg_receivewal --create-slot --slot mutualaid -D stream
            """
        );
        var settings = new Settings
        {
            Database = cluster.ConnectionString,
            Secret = RandomNumberGenerator.GetBytes(32),
            Messages = $"file:{cluster.Home}/messages",
            Urls = "http://127.0.0.1:0",
            Rounds = false,
            Jobs = false,
            RateFactor = 10_000,
        };
        await new Migrator(settings.Database).Run(CancellationToken.None);
        string token = await Somebody(settings.Database);
        // From here on an answer waits until a second place has written it to its disk.
        cluster.Beside("pg_receivewal --slot mutualaid --synchronous -D stream");
        await cluster.Bash(
            """
            until [[ $(psql -XAtd postgres -c 'select count(*) from pg_stat_replication') == 1 ]]; do sleep 0.1; done
            psql -Xqd postgres -c "alter system set synchronous_standby_names = 'pg_receivewal'" -c 'select pg_reload_conf()' >/dev/null
            until [[ $(psql -XAtd postgres -c "select count(*) from pg_stat_replication where sync_state = 'sync'") == 1 ]]; do sleep 0.1; done
            """
        );
        string moment;
        List<Guid> early,
            late;
        await using (var served = await Serve(settings))
        {
            early = await Post(served, token, 15);
            await cluster.Bash("psql -XAtqd postgres -c 'select pg_switch_wal()'");
            early.AddRange(await Post(served, token, 5));
            moment = (
                await cluster.Bash(
                    "psql -XAtd postgres -c \"select clock_timestamp() at time zone 'UTC' || '+00'\""
                )
            ).Trim();
            late = await Post(served, token, 20);
            await cluster.Destroy();
        }

        long started = Stopwatch.GetTimestamp();
        await cluster.Bash($"{Recover}\npg_ctl start -s -w -D data -l log");
        await Promoted(cluster);
        var (code, said) = await ProgramRun.Of(settings, "after-recovery", "--without-erasures");
        Assert.True(code == 0, said);
        var took = Stopwatch.GetElapsedTime(started);
        var there = await Needs(settings);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"RTO: {took.TotalSeconds:N1} s from an empty place to a checked database; RPO: {early.Count + late.Count - there.Count} of {early.Count + late.Count} answered posts lost"
        );
        Assert.Equal([.. early, .. late], there);

        await cluster.Destroy();
        await cluster.Bash(
            $"{Recover}\nprintf \"%s\\n\" \"recovery_target_time = '{moment}'\" \"recovery_target_timeline = 'current'\" >>data/postgresql.conf\npg_ctl start -s -w -D data -l log"
        );
        await Promoted(cluster);
        Assert.Equal(early, await Needs(settings));
        (code, said) = await ProgramRun.Of(settings, "after-recovery", "--without-erasures");
        Assert.True(code == 0, said);
        await using (var served = await Serve(settings))
        using (var before = Client(served, token))
            await before.GetAsync("/api/me").IsProblem(401, "tokenUnknown");
    }

    private static Task<string> Promoted(LostCluster cluster) =>
        cluster.Bash(
            "until [[ $(psql -XAtd postgres -c 'select pg_is_in_recovery()') == f ]]; do sleep 0.1; done"
        );

    private static async Task<WebApplicationOf> Serve(Settings settings)
    {
        var app = Service.Create(settings);
        await app.StartAsync();
        return new WebApplicationOf(app);
    }

    private static HttpClient Client(WebApplicationOf served, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(served.App.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }

    // Each by a client of its own time: what is given back was answered with 201.
    private static async Task<List<Guid>> Post(WebApplicationOf served, string token, int count)
    {
        var posted = new List<Guid>();
        using var client = Client(served, token);
        for (int i = 0; i < count; i++)
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/api/requests")
            {
                Content = JsonContent.Create(
                    Posting.Body(body => body["address"] = $"{posted.Count} phố Thử")
                ),
            };
            post.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            var answer = await (await client.SendAsync(post)).Read(HttpStatusCode.Created);
            posted.Add(answer["requests"]![0]!.Id());
        }
        return posted;
    }

    private static async Task<IReadOnlyList<Guid>> Needs(Settings settings)
    {
        await using var connection = new NpgsqlConnection(settings.Database + ";Pooling=false");
        await connection.OpenAsync();
        return [.. await connection.QueryAsync<Guid>("select id from request order by created_at, id")];
    }

    private static async Task<string> Somebody(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        var id = Guid.CreateVersion7();
        await connection.ExecuteAsync(
            Places.Sql
                + """
                insert into account (id, created_at) values (@id, now());
                insert into account_private (account_id, phone) values (@id, '+84901234567');
                """,
            new { id }
        );
        return await Sessions.Open(
            connection,
            id,
            "bearer",
            false,
            TimeProvider.System.GetUtcNow(),
            CancellationToken.None
        );
    }

    private sealed record WebApplicationOf(WebApplication App) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await App.StopAsync();
            await App.DisposeAsync();
        }
    }
}
