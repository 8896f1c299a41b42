using MutualAid.Server.Accounts;
using MutualAid.Server.Web;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Threads;

/// <summary>Messages within a match.</summary>
public static class ThreadsApi
{
    public static void AddThreads(this IServiceCollection services) => services.AddSingleton<MatchThreads>();

    public static void MapThreads(this WebApplication app)
    {
        var messages = app.MapGroup("/api/matches/{id:guid}/messages");
        messages.MapGet("", Get).WithMetadata(new QueryNames("after", "limit"));
        messages.MapPost("", Post);
        messages.MapPost("/read", Read);
    }

    private static async Task<IResult> Get(
        Guid id,
        Caller caller,
        MatchThreads threads,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters("after", "limit");
        string? asked = context.Request.Query["after"];
        Guid? after =
            asked is null ? null
            : Guid.TryParse(asked, out var known) ? known
            : throw Refusal.Field("after", "absent");
        int most = Paging.Limit(context.Request.Query["limit"]);
        var (thread, rows) = await threads.Read(
            id,
            caller,
            async connection =>
                after is null || await ThreadStore.Has(connection, id, after.Value, stop)
                    ? await ThreadStore.After(connection, id, caller.AccountId, after, most, stop)
                    : throw Refusal.Field("after", "absent"),
            stop
        );
        var items = rows.Take(most).Select(row => row.Answer(team: thread.Side is null)).ToList();
        string? next =
            rows.Count > most
                ? $"{context.Request.PathBase}{context.Request.Path}?after={items[^1].Id}&limit={most}"
                : null;
        return Results.Json(new ThreadAnswer(items, thread.Open, thread.ClosesAt, next), Json.Options);
    }

    private static async Task<IResult> Post(
        Guid id,
        MessageBody body,
        Caller caller,
        MatchThreads threads,
        Idempotency idempotency,
        HttpContext context,
        CancellationToken stop
    ) =>
        Results.Json(
            await threads.Write(id, caller, body, idempotency, context, stop),
            Json.Options,
            statusCode: 201
        );

    // Said twice it is as if said once: it needs no key.
    private static async Task<IResult> Read(
        Guid id,
        MessagesReadBody body,
        Caller caller,
        MatchThreads threads,
        CancellationToken stop
    )
    {
        if (body.UpTo is null)
            throw Refusal.Field("upTo", "required");
        return Results.Ok(new { unread = await threads.MarkRead(id, caller, body.UpTo.Value, stop) });
    }
}
