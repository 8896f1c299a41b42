using System.Diagnostics;

namespace MutualAid.Server.Tests.Matching;

/// <summary>The service as it runs, rounds by itself.</summary>
public sealed class LoopTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new Matching(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_proposal_follows_a_need_and_its_giver_is_told_without_anybody_asking()
    {
        await service.GivenOffer(await service.NewPerson());
        await service.GivenRequest(await service.NewPerson());

        await Until("select exists (select 1 from match where status = 'proposed')");
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from outbox where kind = 'match.proposed'")
        );

        // Answered by nobody: it lapses, and the units are free again.
        await service.Clock.Advance(TimeSpan.FromMinutes(16));
        await Until("select exists (select 1 from match where status = 'lapsed')");
        Assert.Equal(0, await service.Look<int>("select held from offer"));
    }

    [Fact]
    public async Task of_two_servers_one_matches_and_when_it_stops_the_other_does()
    {
        await Until("select holder is not null from lease");
        await using var other = Service.Create(service.Settings, service.Clock);
        await other.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            await service.GivenRequest(await service.NewPerson(), urgency: "soon");
            await service.GivenOffer(await service.NewPerson());
        }
        await Until("select count(*) = 20 from match where status = 'proposed'");
        Assert.Equal(1, await service.Look<long>("select fence from lease"));

        await service.App.StopAsync();
        await service.GivenRequest(await service.NewPerson(), urgency: "soon");
        await service.GivenOffer(await service.NewPerson());
        await Until("select count(*) = 21 from match where status = 'proposed'");
        Assert.Equal(2, await service.Look<long>("select fence from lease"));
        await other.StopAsync();
    }

    [Fact]
    public async Task rounds_go_on_after_the_database_has_thrown_everybody_out()
    {
        await Until("select holder is not null from lease");
        await service.Execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        );
        await service.GivenOffer(await service.NewPerson());
        await service.GivenRequest(await service.NewPerson());
        await Until("select exists (select 1 from match where status = 'proposed')");
    }

    [Fact]
    public async Task what_no_change_tells_of_is_seen_all_the_same()
    {
        var giver = await service.NewPerson();
        await service.Execute("update account set on_duty = false where id = @Id", new { giver.Id });
        await service.GivenOffer(giver);
        await service.GivenRequest(await service.NewPerson());
        await Until("select holder is not null from lease");
        await service.Execute("update account set on_duty = true");
        await Until("select exists (select 1 from match where status = 'proposed')");
    }

    private async Task Until(string holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await service.Look<bool>(holds))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"it never came to be: {holds}");
            await Task.Delay(50);
        }
    }

    private sealed class Matching(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) => settings with { Rounds = true };
    }
}
