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

    private static async Task<IResult> Ready(
        ServiceDatabase database,
        PublicDatabase reading,
        CancellationToken stop
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        MigrationState migrations;
        try
        {
            await using var connection = await database.Open(limit.Token);
            migrations = await Migrator.State(connection, limit.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            throw Away();
        }
        // A database that was put in the place of the one this server started on, and is older.
        if (migrations == MigrationState.Missing)
            throw Away("missing");
        return Results.Ok(
            new
            {
                status = "ready",
                // A newer version has migrated it and this one goes on beside: its migrations add, and take nothing away.
                migrations = migrations == MigrationState.Newer ? "newer" : "known",
                publicReading = Reading(reading.Replica),
            }
        );
    }

    private static object? Reading(Replica? replica) =>
        replica is null
            ? null
            : new
            {
                from = replica.Standing.State == ReplicaState.Good ? "replica" : "primary",
                replica = ReplicaMeter.Named(replica.Standing.State),
                behindSeconds = replica.Standing.Behind is { } behind
                    ? Math.Round(behind.TotalSeconds, 1)
                    : (double?)null,
            };

    private static Refusal Away(string? migrations = null) =>
        new(503, "unavailable")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
            Members = migrations is null
                ? new Dictionary<string, object?>()
                : new Dictionary<string, object?> { ["migrations"] = migrations },
        };
}
