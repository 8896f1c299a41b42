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
