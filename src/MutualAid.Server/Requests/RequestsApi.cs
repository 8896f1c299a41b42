using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Changes;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>Needs: post them, read them, edit them, end them.</summary>
public static class RequestsApi
{
    public static void AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<Households>();
        services.AddSingleton<RequestPlacing>();
        services.AddSingleton<RequestStore>();
        services.AddSingleton<RequestReading>();
        services.AddSingleton<Posting>();
        services.AddSingleton<Subscriptions>();
        services.AddSingleton<ChangeReader>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeReader>());
    }

    public static void MapRequests(this WebApplication app)
    {
        var requests = app.MapGroup("/api/requests");
        requests.MapPost("", Post);
        requests.MapPost("/preview", RequestPreview.Post);
        requests.MapNearby();
        requests.MapGet("/mine", Mine);
        requests.MapGet("/{id:guid}", Get);
        requests.MapPatch("/{id:guid}", RequestEdit.Patch);
        requests.MapGet("/{id:guid}/events", RequestEvents.Get);
        requests.MapPost("/{id:guid}/renew", RequestEnds.Renew);
        requests.MapPost("/{id:guid}/withdraw", RequestEnds.Withdraw);
    }

    private static async Task<IResult> Post(
        PostBody body,
        Caller caller,
        Posting posting,
        HttpContext context,
        CancellationToken stop
    )
    {
        var made = await posting.Post(context, caller, body, stop);
        return Results.Json(
            new { householdId = made.Id, requests = await posting.Made(caller, made, stop) },
            Json.Options,
            statusCode: made.StatusCode
        );
    }

    private static async Task<IResult> Get(
        Guid id,
        Caller? caller,
        RequestReading reading,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.CacheBriefly();
        var seen =
            await reading.For(
                caller,
                id,
                answer => Representation.IsHeld(context, Representation.Tag(answer, null)),
                stop
            ) ?? throw Refusal.NotFound();
        return Representation.Tagged(context, seen.Answer, seen.EditVersion);
    }

    private static async Task<IResult> Mine(
        Caller caller,
        RequestReading reading,
        HttpContext context,
        CancellationToken stop,
        string? limit = null,
        string? cursor = null
    )
    {
        context.AllowParameters("limit", "cursor");
        int most = Paging.Limit(limit);
        var rows = await reading.Mine(caller, Paging.After(cursor), most + 1, stop);
        return Paging.Page(
            context,
            rows,
            most,
            row =>
                row.PrivateAnswer() is var answer
                    ? answer with
                    {
                        Etag = Representation.Tag(answer, row.EditVersion),
                    }
                    : null,
            row => (row.CreatedAt, row.Id)
        );
    }
}
