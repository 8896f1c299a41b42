using System.Data.Common;
using MutualAid.Matching;
using MutualAid.Server.Health;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Rounds and lapses, one server at a time. Looks twice a second at what has changed, so that a proposal is on its way within
/// a second or so of the need or the offer. A database that goes away is waited for.
/// </summary>
public sealed class MatcherLoop(
    TimeProvider time,
    MatcherLease lease,
    MatchingRound round,
    LapseMatches lapses,
    ILogger<MatcherLoop> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly Guid holder = Guid.CreateVersion7();
    private volatile Lead? lead;
    private bool away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await Holding(stoppingToken);
                if (away)
                    log.LogInformation("rounds go on");
                away = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, not every second for as long as the database is away.
                if (!away)
                    log.LogWarning("rounds wait: {What}", WhatFailed.In(e));
                away = true;
                lead = null;
                wait = Wait;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await Task.Delay(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await GiveUp();
    }

    // A matcher that takes over reads for longer than the lease stands: it is renewed while the work goes on.
    private async Task<TimeSpan> Holding(CancellationToken stop)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = Task.Run(() => Renew(done.Token), CancellationToken.None);
        try
        {
            return await Turn(stop);
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
    }

    // Until the work is done, or somebody else leads (the door will say so). Where the database is away, the work finds out.
    private async Task Renew(CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(MatcherLease.Life / 3, done);
                if (lead is { } held && await lease.Take(holder, done) != held.Fence)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or DbException or TimeoutException) { }
    }

    // Renews the lease, sweeps, and does one round if there is anybody to look at. Returns how long to wait.
    private async Task<TimeSpan> Turn(CancellationToken stop)
    {
        if (await lease.Take(holder, stop) is not { } fence)
        {
            lead = null;
            return Wait;
        }
        if (lead?.Fence != fence)
        {
            log.LogInformation("this server matches now, fence {Fence}", fence);
            // Nothing is remembered from before: another may have led in between.
            lead = new Lead(fence, round.Begin(), new RoundPlanner(new PlanOptions()));
        }

        // A few batches only: the lease wants to be renewed and needs wait, whatever has piled up.
        long lapsed = await lapses.Sweep(time.GetUtcNow(), stop, batches: 4);
        if (lapsed > 0)
            log.LogInformation("{Lapsed} matches lapsed", lapsed);
        RoundMeter.CountLapses(lapsed);

        long looked = time.GetTimestamp();
        if (!await lead.Standing.Follow(stop))
            return lapsed > 0 ? TimeSpan.Zero : Look;
        var figures = await round.Once(fence, lead.Standing, lead.Planner, stop);
        RoundMeter.Count(figures);
        RoundMeter.CountLag(time.GetElapsedTime(looked));
        if (figures.Planned > 0)
            log.LogInformation("{Figures}", figures);
        if (figures.Fenced)
            lead = null;
        return figures.Proposed > 0 ? TimeSpan.Zero : Look;
    }

    private async Task GiveUp()
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await lease.Release(holder, soon.Token);
        }
        catch (Exception e)
        {
            // The lease runs out by itself.
            log.LogInformation("the lease was not given back: {Kind}", e.GetType().Name);
        }
    }

    private sealed record Lead(long Fence, Standing Standing, RoundPlanner Planner);
}
