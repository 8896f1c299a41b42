using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Offers;

/// <summary>Pause, resume and withdraw. Open proposals go back; what is promised stays promised.</summary>
internal static class OfferSteps
{
    internal static void Map(RouteGroupBuilder offer)
    {
        foreach (
            var (path, status) in new[]
            {
                ("/pause", "paused"),
                ("/resume", "active"),
                ("/withdraw", "withdrawn"),
            }
        )
            offer.MapPost(
                path,
                (
                    Guid id,
                    Caller caller,
                    Idempotency idempotency,
                    ServiceDatabase database,
                    TimeProvider time,
                    HttpContext context,
                    CancellationToken stop
                ) => Take(status, id, caller, idempotency, database, time, context, stop)
            );
    }

    internal static async Task<IResult> Take(
        string status,
        Guid id,
        Caller caller,
        Idempotency idempotency,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        await idempotency.Once(
            context,
            caller.AccountId,
            $"offers/{id}/{status}",
            null,
            connection => Take(connection, status, id, caller, time.GetUtcNow(), stop),
            stop
        );
        await using var reading = await database.Open(stop);
        var row =
            await OffersApi.Own(reading, id, caller, time.GetUtcNow(), stop) ?? throw Refusal.NotFound();
        return Representation.Tagged(context, row.OwnAnswer(), row.EditVersion);
    }

    private static async Task<Made> Take(
        NpgsqlConnection connection,
        string status,
        Guid id,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var offer = await OffersApi.Own(connection, id, caller, now, stop) ?? throw Refusal.NotFound();
        // Asking for what is so already is no error: a cheap phone sends twice.
        if (offer.Status != status)
        {
            bool moved =
                status == "active"
                    ? await Resume(connection, id, now, stop)
                    : await Close(connection, status, id, now, stop);
            if (!moved)
                throw new Refusal(409, "offerClosed")
                {
                    Members = new Dictionary<string, object?> { ["state"] = offer.Status },
                };
        }
        return new Made("step", id, 200);
    }

    private static async Task<bool> Resume(
        NpgsqlConnection connection,
        Guid id,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        await connection.Execute(
            "update offer set status = 'active' where id = @id and status = 'paused' and (available_until is null or available_until > @now)",
            new { id, now },
            stop
        ) == 1;

    private static async Task<bool> Close(
        NpgsqlConnection connection,
        string status,
        Guid id,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (
            await connection.Rows<Guid>(
                "select offer_id from offer_close(@now, array[@id], @status, @reason)",
                new
                {
                    now,
                    id,
                    status,
                    reason = status == "paused" ? "offerPaused" : "offerWithdrawn",
                },
                stop
            )
        ).Count == 1;
}
