namespace MutualAid.Server.Tests.Jobs;

public sealed class CountSweepTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task folding_changes_no_count_however_many_fold_at_once()
    {
        for (int i = 0; i < 20; i++)
            await service.GivenRequest(await service.NewPerson());
        string before = await Counts();
        Assert.Equal(20, await service.SweepAtOnce("fold-counts"));
        Assert.Equal(0, await service.Sweep("fold-counts"));
        Assert.Equal(before, await Counts());
        Assert.Equal(0, await service.Look<int>("select count(*)::int from count_delta"));
    }

    [Theory]
    [InlineData("update fulfilment_count set requests = requests + 3")]
    [InlineData("delete from fulfilment_count")]
    [InlineData("update fulfilment_count set unmet = unmet - 1")]
    public async Task a_count_that_was_tampered_with_is_recorded_raised_and_repaired_once(string tampering)
    {
        await service.GivenRequest(await service.NewPerson());
        await service.Sweep("fold-counts");
        string right = await Counts();
        Assert.Equal(0, await service.Sweep("reconcile-counts"));

        await service.Do(tampering);
        Assert.NotEqual(right, await Counts());
        Assert.Equal(1, await service.SweepAtOnce("reconcile-counts"));

        Assert.Equal(right, await Counts());
        Assert.Equal(1, await service.Look<int>("select count(*)::int from count_difference"));
        Assert.Equal(0, await service.Sweep("reconcile-counts"));
        Assert.Contains(
            "mutualaid_count_differences_total",
            await service.Anonymous.GetStringAsync("/metrics"),
            StringComparison.Ordinal
        );
    }

    private async Task<string> Counts() =>
        await service.Look<string>(
            """
            select string_agg(c::text, ' ' order by c::text)
            from request_count c where (requests, units, unmet) <> (0, 0, 0)
            """
        ) ?? "";
}
