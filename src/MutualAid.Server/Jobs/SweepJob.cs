using MutualAid.Server.Health;
using Quartz;

namespace MutualAid.Server.Jobs;

/// <summary>What Quartz fires: the sweep that its job is named after. Two at once do no harm, so nothing forbids it.</summary>
public sealed class SweepJob(SweepRunner runner, ILogger<SweepJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        string name = context.JobDetail.Key.Name;
        try
        {
            if (await runner.Run(name, cancellationToken) is null)
                // Another server of a newer version has scheduled it; it will come round there.
                log.LogInformation("no sweep named {Job} here", name);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Told here and tried again when its time comes; a trigger in error would stay away.
            log.LogError("{Job} failed: {What}", name, WhatFailed.In(e));
        }
    }
}
