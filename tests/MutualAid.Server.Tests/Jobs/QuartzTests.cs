using System.Diagnostics;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Tests.Jobs;

/// <summary>The jobs as Quartz runs them, in its own tables, in the application's role.</summary>
public sealed class QuartzTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new WithJobs(cluster);

    private int Sweeps => service.App.Services.GetServices<ISweep>().Count();

    private TriggerWatch Watch => service.App.Services.GetRequiredService<TriggerWatch>();

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task every_job_has_a_trigger_and_one_that_is_due_is_run()
    {
        await Scheduled();
        var names = service.App.Services.GetRequiredService<SweepRunner>().Sweeps.Select(sweep => sweep.Name);
        Assert.Equal(
            string.Join(' ', names),
            await service.Look<string>(
                "select string_agg(trigger_name, ' ' order by trigger_name collate \"C\") from quartz.qrtz_triggers"
            )
        );
        await Due("fold-counts", "WAITING");
        await Until(
            "select exists (select 1 from job_run where job = 'fold-counts' and finished_at is not null and error is null)"
        );
    }

    [Theory]
    [InlineData("ACQUIRED")]
    [InlineData("BLOCKED")]
    [InlineData("ERROR")]
    public async Task a_trigger_that_stands_still_is_freed_and_fires_again(string state)
    {
        await Scheduled();
        Assert.Empty(await Watch.Free(TimeProvider.System.GetUtcNow(), CancellationToken.None));
        await Due("change-log", state);
        Assert.Equal(
            ["change-log"],
            await Watch.Free(TimeProvider.System.GetUtcNow(), CancellationToken.None)
        );
        await Until(
            "select exists (select 1 from job_run where job = 'change-log' and finished_at is not null)"
        );
    }

    [Fact]
    public async Task a_second_server_leaves_the_schedule_as_it_is()
    {
        await Scheduled();
        await service.Do("update quartz.qrtz_triggers set description = 'seen'");
        await using var other = Service.Create(service.Settings, service.Clock);
        await other.StartAsync();
        await Until("select count(*) = 2 from quartz.qrtz_scheduler_state");
        await Task.Delay(500);
        // One that fires just then is written anew as it was read before; one that is scheduled anew has never fired.
        long lately = (TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2)).UtcTicks;
        Assert.Equal(
            Sweeps,
            await service.Look<int>(
                $"select count(*)::int from quartz.qrtz_triggers where description = 'seen' or prev_fire_time > {lately}"
            )
        );
        await other.StopAsync();
    }

    // The machine's clock: Quartz goes by it, whatever the service is given.
    private Task Due(string trigger, string state) =>
        service.Do(
            "update quartz.qrtz_triggers set trigger_state = @state, next_fire_time = @due where trigger_name = @trigger",
            new
            {
                trigger,
                state,
                due = (TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(10)).UtcTicks,
            }
        );

    private async Task Scheduled()
    {
        await Until("select to_regclass('quartz.qrtz_triggers') is not null");
        await Until($"select count(*) = {Sweeps} from quartz.qrtz_triggers");
        await Until("select count(*) = 1 from quartz.qrtz_scheduler_state");
    }

    private async Task Until(string holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await service.Look<bool>(holds))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"it never came to be: {holds}");
            await Task.Delay(100);
        }
    }

    private sealed class WithJobs(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) => settings with { Jobs = true };
    }
}
