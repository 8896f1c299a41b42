using System.Diagnostics;
using System.Globalization;
using System.Net;
using MutualAid.Server.Database;
using MutualAid.Server.Tests.Recovery;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Replica;

/// <summary>
/// Public reading from a streaming replica, and its troubles. Seen to fail: without <c>Replica.Failed</c> readers get 503 when
/// it is killed, 500 when it is frozen, and 40001 or 57P01 when recovery or somebody cancels them; without the look at the
/// migrations one that lacks them is never left; where watchers read from the replica, they are not told; where whoever is
/// signed in does, they do not see what they did; where whoever does not recover counts as the primary, one that was promoted is read.
/// </summary>
public sealed class ReplicaTests(Replicated places) : IClassFixture<Replicated>
{
    private const string Done = "mutualaid_public_reads_total{kind=\"replica\",outcome=\"done\"}";
    private const string Failed = "mutualaid_public_reads_total{kind=\"replica\",outcome=\"failed\"}";

    private static readonly string Nearby = string.Create(
        CultureInfo.InvariantCulture,
        $"/api/requests/nearby?lon={Posting.Lon}&lat={Posting.Lat}&within=2000&limit=100"
    );

    private readonly ReplicatedService service = places.Service;

    [Fact]
    public async Task all_public_reading_runs_on_the_replica_and_goes_on_there_while_the_primary_is_away()
    {
        var owner = await service.NewPerson();
        var need = await owner.Posted();
        var offer = await service.GivenOffer(await service.NewPerson());
        string[] reads =
        [
            Nearby,
            $"/api/requests/{need.Id()}",
            $"/requests/{need.Id()}",
            $"/api/offers/{offer}",
            $"/api/areas/{Places.Province}",
            $"/api/areas/{Places.Province}/summary",
            "/api/areas?q=phuong",
            string.Create(CultureInfo.InvariantCulture, $"/api/areas?at={Posting.Lon},{Posting.Lat}"),
            $"/?ward={Places.NorthWest}",
            string.Create(CultureInfo.InvariantCulture, $"/?lon={Posting.Lon}&lat={Posting.Lat}"),
        ];
        await service.Is("good");
        await service.Replayed();
        double failed = await service.Metric(Failed);
        foreach (string path in reads)
        {
            double before = await service.Metric(Done);
            Assert.True((await service.Anonymous.GetAsync(path)).StatusCode == HttpStatusCode.OK, path);
            Assert.True(await service.Metric(Done) > before, $"{path} does not read from the replica");
        }
        Assert.Equal(failed, await service.Metric(Failed));

        await places.Primary.StopAtOnce();
        try
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GoingOn.Post(owner, "away")).Status);
            foreach (string path in (string[])[.. reads, "/api/categories", "/requests/new"])
                Assert.True((await service.Anonymous.GetAsync(path)).StatusCode == HttpStatusCode.OK, path);
        }
        finally
        {
            await places.Primary.StartAgain();
        }
        await Patience.Until(
            async () => (await GoingOn.Post(owner, "away")).Household is not null,
            "posts are taken again"
        );
        Npgsql.NpgsqlConnection.ClearPool(new Npgsql.NpgsqlConnection(service.ConnectionString));
        await service.Replayed();
    }

    [Fact]
    public async Task whoever_is_signed_in_reads_what_they_did_and_watchers_are_told_while_the_replica_stands_still()
    {
        var owner = await service.NewPerson();
        var need = await owner.Posted();
        string path = $"/api/requests/{need.Id()}";
        await service.Replayed();
        await service.Is("good");
        using var events = await EventStream.Open(service.Anonymous, path);
        await events.Next();
        var neighbour = await service.NewPerson();
        await service.LookAtReplica<object>("select pg_wal_replay_pause()");
        try
        {
            await (await EditTests.Patch(owner, need, """{"people":9}""")).Read();
            Assert.Equal(9, (await neighbour.Http.ReadAt(path)).Number("people"));
            Assert.Equal(9, (await events.Next()).Data.Number("people"));
            // Who is not signed in reads it from the primary as soon as the replica is too far behind.
            await service.Is("lagging");
            Assert.Equal(9, (await service.Anonymous.ReadAt(path)).Number("people"));
        }
        finally
        {
            await service.LookAtReplica<object>("select pg_wal_replay_resume()");
        }
        await service.Is("good");
    }

    [Fact]
    public async Task a_replica_that_falls_behind_is_left_and_taken_again_and_each_change_is_said_once()
    {
        await service.Is("good");
        int said = service.Said.Count;
        var people = new GoingOn(service);
        await people.Begin(posters: 1);
        await service.LookAtReplica<object>("select pg_wal_replay_pause()");
        try
        {
            await service.Is("lagging");
            Assert.Equal(1, await service.Metric("mutualaid_replica{state=\"lagging\"}"));
            Assert.Equal(0, await service.Metric("mutualaid_replica{state=\"good\"}"));
            Assert.True(await service.Metric("mutualaid_replica_behind_seconds") > 2);
        }
        finally
        {
            await service.LookAtReplica<object>("select pg_wal_replay_resume()");
        }
        await service.Is("good");
        await people.End();

        Assert.Empty(people.Refusals);
        Assert.Equal(1, await service.Metric("mutualaid_replica{state=\"good\"}"));
        Assert.Collection(
            service.Said.Skip(said),
            line =>
                Assert.StartsWith(
                    "Warning public reading goes to the primary, the replica is Lagging: behind",
                    line,
                    StringComparison.Ordinal
                ),
            line => Assert.Equal("Information public reading goes to the replica", line)
        );
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task while_the_replica_is_killed_or_frozen_everybody_is_answered_and_afterwards_it_is_read_again(
        string signal
    )
    {
        await service.Is("good");
        int said = service.Said.Count;
        var people = new GoingOn(service);
        await people.Begin(posters: 2);
        await people.After(Stopwatch.GetTimestamp());
        await places.Follower.Signal(signal);
        await service.Is("away");
        people.Watch();
        await people.After(Stopwatch.GetTimestamp());
        if (signal == "STOP")
            await places.Follower.Signal("CONT");
        else
            await places.Follower.StartAgain();
        await service.Is("good");
        double read = await service.Metric(Done);
        await Patience.Until(async () => await service.Metric(Done) > read, "the replica is read");
        await people.End();

        Assert.Empty(people.Refusals);
        // One that wakes has first to catch up, and may be seen at it.
        Assert.Collection(
            service
                .Said.Skip(said)
                .Where(line => !line.StartsWith("Warning the replica is Lagging", StringComparison.Ordinal)),
            line =>
                Assert.StartsWith(
                    "Warning public reading goes to the primary, the replica is Away",
                    line,
                    StringComparison.Ordinal
                ),
            line => Assert.Equal("Information public reading goes to the replica", line)
        );
    }

    [Theory]
    [InlineData("do $$ begin lock table request in access exclusive mode; end $$", null)]
    [InlineData(
        null,
        "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(9)%' and pid <> pg_backend_pid()"
    )]
    public async Task a_read_that_recovery_or_somebody_cancels_is_read_again_from_the_primary(
        string? atPrimary,
        string? atReplica
    )
    {
        await service.Is("good");
        var database = service.App.Services.GetRequiredService<PublicDatabase>();
        var reading = database.Read(
            null,
            (connection, stop) =>
                connection.Value<bool>(
                    "select pg_is_in_recovery() and (select count(*) from public_request, pg_sleep(9)) >= 0",
                    null,
                    stop
                ),
            CancellationToken.None
        );
        while (
            !await service.LookAtReplica<bool>(
                "select exists (select 1 from pg_stat_activity where query like '%pg_sleep(9)%' and state = 'active' and pid <> pg_backend_pid())"
            )
        )
            await Task.Delay(20);
        if (atPrimary is not null)
            await service.Look<object>(atPrimary);
        if (atReplica is not null)
            await service.LookAtReplica<object>(atReplica);
        Assert.False(await reading, "it was not read at the primary");
        // One read's misfortune is not the replica's.
        await service.Is("good");
    }

    [Fact]
    public async Task a_replica_that_lacks_a_migration_is_not_read()
    {
        await service.Is("good");
        await service.Look<object>("update migration set name = 'x' || name where number = 12");
        await service.Replayed();
        var database = service.App.Services.GetRequiredService<PublicDatabase>();
        await Patience.Until(
            () => Task.FromResult(database.Replica!.Standing.State == ReplicaState.Older),
            "the replica is older"
        );
        double read = await service.Metric(Done);
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync(Nearby)).StatusCode);
        Assert.Equal(read, await service.Metric(Done));
        await service.Look<object>("update migration set name = substr(name, 2) where number = 12");
        await service.Is("good");
    }

    [Fact]
    public async Task a_replica_that_was_promoted_goes_its_own_way_and_is_not_read()
    {
        await using var follower = await places.Primary.Follower();
        await using var other = new ReplicatedService(places.Databases, follower);
        await other.InitializeAsync();
        await other.Is("good");
        await other.LookAtReplica<bool>("select pg_promote()");
        await other.Is("foreign");
        Assert.Equal(HttpStatusCode.OK, (await other.Anonymous.GetAsync(Nearby)).StatusCode);
    }
}
