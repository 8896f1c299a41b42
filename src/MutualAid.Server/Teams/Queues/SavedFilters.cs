using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Queues;

/// <summary>Queues with filters that somebody comes back to. Each account sees its own, in areas that its roles still reach.</summary>
internal sealed class SavedFilters(
    ServiceDatabase database,
    Categories categories,
    Idempotency idempotency,
    TimeProvider time
)
{
    /// <summary>Of one account in one area.</summary>
    public const int Most = 30;
    public const int LongestName = 60;

    public static void Map(RouteGroupBuilder team)
    {
        team.MapGet("/filters", List);
        team.MapPost("/filters", Post);
        team.MapDelete("/filters/{filterId:guid}", Delete);
    }

    private static async Task<IResult> List(
        Guid areaId,
        Caller caller,
        SavedFilters filters,
        CancellationToken stop
    )
    {
        var items = await filters.Read(caller, areaId, null, stop);
        return Results.Ok(new { items, next = (string?)null });
    }

    private static async Task<IResult> Post(
        Guid areaId,
        SavedFilterBody body,
        Caller caller,
        SavedFilters filters,
        Idempotency idempotency,
        HttpContext context,
        CancellationToken stop
    )
    {
        var made = await filters.Save(context, caller, areaId, body, stop);
        return await filters.Read(caller, areaId, made.Id, stop) is [var saved]
            ? Results.Json(saved, Json.Options, statusCode: made.StatusCode)
            : throw Refusal.NotFound();
    }

    private static async Task<IResult> Delete(
        Guid areaId,
        Guid filterId,
        Caller caller,
        SavedFilters filters,
        CancellationToken stop
    ) =>
        await filters.Forget(caller, areaId, filterId, stop) ? Results.NoContent() : throw Refusal.NotFound();

    /// <summary>Under a name that is there already, it takes the place of what was.</summary>
    /// <exception cref="Refusal">404: not the caller's area. 400: no name, or a wrong filter. 422: too many.</exception>
    public Task<Made> Save(
        HttpContext context,
        Caller caller,
        Guid area,
        SavedFilterBody body,
        CancellationToken stop
    ) =>
        idempotency.Once(
            context,
            caller.AccountId,
            $"team/{area}/filters",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                await Reach.Of(connection, caller, area, now, stop);
                var errors = new FieldErrors();
                errors.Check(
                    Queue.Of(body.Queue) is not null,
                    "queue",
                    "oneOf",
                    string.Join(", ", Queue.Every.Select(queue => queue.Name))
                );
                string? name = CleanText.Line(errors, "name", body.Name, LongestName);
                errors.Check(name is not null || errors.Any, "name", "required");
                errors.Check(body.Query is null or { Length: <= 1000 }, "query", "length", 0, 1000);
                errors.ThrowIfAny();
                // Kept as we would write it ourselves, so that what comes back as an address is one of ours.
                var given = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body.Query);
                string query = QueueFilter
                    .Read(errors, name => given.GetValueOrDefault(name), await categories.All(stop))
                    .Query;
                errors.ThrowIfAny();
                if (query.Length > 1000)
                    throw Refusal.Field("query", "length", 0, 1000);
                await connection.Execute(
                    "select pg_advisory_xact_lock(hashtextextended(@AccountId::text, 32))",
                    new { caller.AccountId },
                    stop
                );
                var id = await connection.Value<Guid?>(
                    """
                    insert into saved_filter (id, account_id, area_id, queue, name, query, created_at)
                    select @id, @AccountId, @area, @Queue, @name, @query, @now
                    where (select count(*) from saved_filter f where (f.account_id, f.area_id) = (@AccountId, @area)
                           and (f.queue, f.name) <> (@Queue, @name)) < @Most
                    on conflict (account_id, area_id, queue, name) do update set query = excluded.query, created_at = excluded.created_at
                    returning id
                    """,
                    new
                    {
                        id = Guid.CreateVersion7(now),
                        caller.AccountId,
                        area,
                        body.Queue,
                        name,
                        query,
                        now,
                        Most,
                    },
                    stop
                );
                return id is null
                    ? throw new Refusal(422, "savedFilters", Most)
                    : new Made("savedFilter", id, StatusCodes.Status201Created);
            },
            stop
        );

    /// <summary>Whether it was there to be forgotten.</summary>
    public async Task<bool> Forget(Caller caller, Guid area, Guid id, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        await Reach.Of(connection, caller, area, time.GetUtcNow(), stop);
        return await connection.Execute(
                "delete from saved_filter where (id, account_id, area_id) = (@id, @AccountId, @area)",
                new
                {
                    id,
                    caller.AccountId,
                    area,
                },
                stop
            ) > 0;
    }

    private async Task<IReadOnlyList<SavedFilter>> Read(
        Caller caller,
        Guid area,
        Guid? only,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        await Reach.Of(connection, caller, area, time.GetUtcNow(), stop);
        return await Of(connection, caller, area, only, stop);
    }

    public static Task<IReadOnlyList<SavedFilter>> Of(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Guid? only,
        CancellationToken stop
    ) =>
        connection.Rows<SavedFilter>(
            """
            select id, queue, name, query, created_at from saved_filter
            where account_id = @AccountId and area_id = @area and (@only::uuid is null or id = @only)
            order by name collate "vi-x-icu", id
            """,
            new
            {
                caller.AccountId,
                area,
                only,
            },
            stop
        );
}

/// <summary>A queue with filters, by name; the query is that of the queue's address, without its "?".</summary>
public sealed class SavedFilter
{
    public Guid Id { get; init; }
    public string Queue { get; init; } = "";
    public string Name { get; init; } = "";
    public string Query { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What to keep, and under which name.</summary>
public sealed record SavedFilterBody(string Queue, string Name, string? Query);
