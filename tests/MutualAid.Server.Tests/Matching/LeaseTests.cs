using MutualAid.Matching;
using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Matching;

public sealed class LeaseTests(Cluster cluster) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = CancellationToken.None;
    private readonly ServiceFixture service = new(cluster);

    private MatcherLease Lease => service.App.Services.GetRequiredService<MatcherLease>();

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task of_many_who_ask_at_once_one_leads()
    {
        var fences = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Lease.Take(Guid.CreateVersion7(), Stop))
        );
        Assert.Equal(1, fences.Count(fence => fence is not null));
    }

    [Fact]
    public async Task a_renewal_keeps_the_fence_and_one_that_comes_too_late_raises_it()
    {
        var holder = Guid.CreateVersion7();
        long? first = await Lease.Take(holder, Stop);
        await service.Clock.Advance(MatcherLease.Life - TimeSpan.FromSeconds(1));
        Assert.Equal(first, await Lease.Take(holder, Stop));
        await service.Clock.Advance(MatcherLease.Life);
        Assert.Equal(first + 1, await Lease.Take(holder, Stop));
    }

    [Fact]
    public async Task when_a_leader_dies_another_takes_over_and_the_old_ones_proposals_are_refused()
    {
        await service.GivenRequest(await service.NewPerson());
        await service.GivenOffer(await service.NewPerson());
        var round = service.App.Services.GetRequiredService<MatchingRound>();
        var (old, heir) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        long oldFence = (await Lease.Take(old, Stop))!.Value;
        Assert.Null(await Lease.Take(heir, Stop));

        await service.Clock.Advance(MatcherLease.Life);
        long newFence = (await Lease.Take(heir, Stop))!.Value;

        Assert.True(newFence > oldFence);
        Assert.Null(await Lease.Take(old, Stop));
        var standing = round.Begin();
        await standing.Follow(Stop);
        var planner = new RoundPlanner(new PlanOptions());
        Assert.True((await round.Once(oldFence, standing, planner, Stop)).Fenced);
        Assert.Empty(await service.Proposals());
        Assert.Equal(1, (await round.Once(newFence, standing, planner, Stop)).Proposed);
    }

    [Fact]
    public async Task a_lease_given_back_is_free_at_once_and_nobody_gives_back_anothers()
    {
        var holder = Guid.CreateVersion7();
        await Lease.Take(holder, Stop);
        await Lease.Release(Guid.CreateVersion7(), Stop);
        Assert.Null(await Lease.Take(Guid.CreateVersion7(), Stop));
        await Lease.Release(holder, Stop);
        Assert.NotNull(await Lease.Take(Guid.CreateVersion7(), Stop));
    }
}
