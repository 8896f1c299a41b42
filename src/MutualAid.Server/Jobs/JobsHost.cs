using MutualAid.Server.Health;
using Quartz;

namespace MutualAid.Server.Jobs;

/// <summary>
/// Starts Quartz beside the service, not before it: its tables are made and its schedule is read while people are served
/// already, and when the database is away it is tried again until it is there.
/// </summary>
public sealed class JobsHost(ISchedulerFactory factory, SweepRunner runner, ILogger<JobsHost> log)
    : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private IScheduler? scheduler;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whatever this does before its first pause would hold up the start of the service.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested && scheduler is null)
        {
            try
            {
                var made = await factory.GetScheduler(stoppingToken);
                await Schedule(made, stoppingToken);
                await made.Start(stoppingToken);
                scheduler = made;
                log.LogInformation("{Jobs} jobs are scheduled", runner.Sweeps.Count);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("jobs wait: {What}", WhatFailed.In(e));
                await Task.Delay(Again, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (scheduler is not null)
            await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    // A schedule that is as it should be is left alone: another server may be firing it at this moment.
    private async Task Schedule(IScheduler made, CancellationToken stop)
    {
        foreach (var sweep in runner.Sweeps)
        {
            var key = new TriggerKey(sweep.Name);
            if (
                await made.GetTrigger(key, stop) is ICronTrigger present
                && present.CronExpressionString == sweep.Cron
            )
                continue;
            var job = JobBuilder.Create<SweepJob>().WithIdentity(sweep.Name).Build();
            var trigger = TriggerBuilder
                .Create()
                .WithIdentity(key)
                .ForJob(job)
                // What was missed is done by the next run; one run at once makes up for all of them.
                .WithCronSchedule(
                    sweep.Cron,
                    cron =>
                        cron.InTimeZone(TimeZoneInfo.Utc)
                            .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)
                )
                .Build();
            await made.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }, stop);
        }
    }
}
