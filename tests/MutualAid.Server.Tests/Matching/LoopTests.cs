using System.Diagnostics;

namespace MutualAid.Server.Tests.Matching;

/// <summary>The service as it runs, rounds by itself.</summary>
public sealed class LoopTests(LoopTests.Matching service) : IClassFixture<LoopTests.Matching>
{
    [Fact]
    public async Task a_proposal_follows_a_need_and_its_giver_is_told_without_anybody_asking()
    {
        await service.GivenOffer(await service.NewPerson());
        await service.GivenRequest(await service.NewPerson());

        await Until(() =>
            service.Look<bool>("select exists (select 1 from match where status = 'proposed')")
        );
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from outbox where kind = 'match.proposed'")
        );

        // Answered by nobody: it lapses, and the units are free again.
        await service.Clock.Advance(TimeSpan.FromMinutes(16));
        await Until(() => service.Look<bool>("select exists (select 1 from match where status = 'lapsed')"));
        Assert.Equal(0, await service.Look<int>("select held from offer"));
    }

    internal static async Task Until(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "it never happened");
            await Task.Delay(50);
        }
    }

    public sealed class Matching(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) => settings with { Rounds = true };
    }
}
