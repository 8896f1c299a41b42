using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Health;

/// <summary>Whether the process lives, and whether it can serve.</summary>
public static class HealthApi
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Ok(new { status = "live" }));
        app.MapGet("/health/ready", Ready);
        app.MapGet("/health/codes", Codes).ExcludeFromDescription();
    }

    // For the operators, like /metrics, but of all servers together: what they spend is in the database.
    private static async Task<IResult> Codes(
        HttpContext context,
        Settings settings,
        ServiceDatabase database,
        CodeBudget budget,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (!MetricsPage.MayRead(context, settings))
            throw Refusal.NotFound();
        await using var connection = await database.Open(stop);
        var figures = await budget.Look(connection, default, time.GetUtcNow(), stop);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(
            new
            {
                alarm = figures.Alarm,
                sentLately = figures.Sent,
                usedLately = figures.Used,
                spentToday = new
                {
                    figures.Open,
                    figures.Quiet,
                    figures.Account,
                },
                figures.ADay,
            }
        );
    }

    private static async Task<IResult> Ready(ServiceDatabase database, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            await using var connection = await database.Open(limit.Token);
            await connection.Value<int>("select 1", null, limit.Token);
            return Results.Ok(new { status = "ready" });
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            throw new Refusal(503, "unavailable") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }
}
