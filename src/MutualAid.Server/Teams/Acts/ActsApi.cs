using MutualAid.Server.Accounts;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Acts;

/// <summary>What a team does with the needs it looks after. Out of reach is as if it were not there.</summary>
public static class ActsApi
{
    public static void AddActs(this IServiceCollection services)
    {
        services.AddSingleton<OwnerMessages>();
        services.AddSingleton<NeedActs>();
        services.AddSingleton<OneNeed>();
        services.AddSingleton<ManyNeeds>();
        services.AddSingleton<NeedOnDesk>();
        services.AddSingleton<PinNeed>();
        services.AddSingleton<AssignNeed>();
        services.AddSingleton<Givers>();
        services.AddSingleton<SplitNeed>();
        services.AddSingleton<MergeNeed>();
        services.AddSingleton<NoteNeed>();
        services.AddSingleton<PostForHousehold>();
        services.AddSingleton<NeedForms>();
    }

    public static void MapActs(this WebApplication app)
    {
        var needs = app.MapGroup("/api/team/needs/{id:guid}");
        needs.MapGet("", Get);
        needs.MapGet("/history", History);
        needs.MapPost(
            "/verify",
            (
                Guid id,
                VerifyBody body,
                Caller caller,
                OneNeed one,
                HttpContext context,
                CancellationToken stop
            ) => one.Do(id, new ActAsked("verify", How: body.How, Note: body.Note), caller, context, stop)
        );
        needs.MapPost(
            "/close",
            (
                Guid id,
                CloseBody body,
                Caller caller,
                OneNeed one,
                HttpContext context,
                CancellationToken stop
            ) =>
                one.Do(
                    id,
                    new ActAsked(
                        "close",
                        Reason: body.Reason,
                        Note: body.Note,
                        DuplicateOf: body.DuplicateOf
                    ),
                    caller,
                    context,
                    stop
                )
        );
        needs.MapPost(
            "/hand-over",
            (
                Guid id,
                HandOverBody body,
                Caller caller,
                OneNeed one,
                HttpContext context,
                CancellationToken stop
            ) =>
                one.Do(
                    id,
                    new ActAsked("handOver", Note: body.Note, AreaId: body.AreaId),
                    caller,
                    context,
                    stop
                )
        );
        foreach (string act in new[] { "unverify", "reopen", "hide", "show" })
            needs.MapPost(
                $"/{act}",
                (Guid id, Caller caller, OneNeed one, HttpContext context, CancellationToken stop) =>
                    one.Do(id, new ActAsked(act), caller, context, stop)
            );
        needs.MapGet("/givers", FindGivers);
        needs.MapPost("/pin", Pin);
        needs.MapPost("/assign", Assign);
        needs.MapPost("/split", Split);
        needs.MapPost("/merge", Merge);
        needs.MapPost("/notes", Note);
        app.MapPost("/api/team/{areaId:guid}/requests", Post);

        var acts = app.MapGroup("/api/team/acts");
        acts.MapPost(
            "",
            (BulkBody body, Caller caller, ManyNeeds many, HttpContext context, CancellationToken stop) =>
                many.Do(body, caller, context, stop)
        );
        acts.MapPost(
            "/{batchId:guid}/undo",
            (Guid batchId, Caller caller, ManyNeeds many, HttpContext context, CancellationToken stop) =>
                many.Undo(batchId, caller, context, stop)
        );
    }

    private static async Task<IResult> Get(
        Guid id,
        Caller caller,
        NeedOnDesk desk,
        HttpContext context,
        CancellationToken stop
    )
    {
        var answer = await desk.Read(
            id,
            caller,
            context.Locale(),
            held => Representation.IsHeld(context, Representation.Tag(held, null)),
            stop
        );
        return Representation.Tagged(context, answer, null);
    }

    private static async Task<IResult> History(
        Guid id,
        Caller caller,
        NeedOnDesk desk,
        CancellationToken stop
    ) => Results.Json(new { items = await desk.History(id, caller, stop) }, Json.Options);

    private static async Task<IResult> FindGivers(
        Guid id,
        Caller caller,
        Givers givers,
        CancellationToken stop
    ) => Results.Json(new { items = await givers.Of(id, caller, stop) }, Json.Options);

    private static Task<ActAnswer> Pin(
        Guid id,
        PinBody body,
        Caller caller,
        OneNeed one,
        PinNeed pinNeed,
        HttpContext context,
        CancellationToken stop
    ) =>
        one.Do(
            id,
            "pin",
            body,
            caller,
            context,
            connection => pinNeed.Do(connection, caller, id, body, stop),
            stop
        );

    private static Task<ActAnswer> Assign(
        Guid id,
        AssignBody body,
        Caller caller,
        OneNeed one,
        AssignNeed assignNeed,
        HttpContext context,
        CancellationToken stop
    ) =>
        one.Do(
            id,
            "assign",
            body,
            caller,
            context,
            connection => assignNeed.Do(connection, caller, id, body, stop),
            stop
        );

    private static Task<ActAnswer> Split(
        Guid id,
        SplitBody body,
        Caller caller,
        OneNeed one,
        SplitNeed splitNeed,
        HttpContext context,
        CancellationToken stop
    ) =>
        one.Do(
            id,
            "split",
            body,
            caller,
            context,
            connection => splitNeed.Do(connection, caller, id, body, stop),
            stop
        );

    private static Task<ActAnswer> Merge(
        Guid id,
        MergeBody body,
        Caller caller,
        OneNeed one,
        MergeNeed mergeNeed,
        HttpContext context,
        CancellationToken stop
    ) =>
        one.Do(
            id,
            "merge",
            body,
            caller,
            context,
            connection => mergeNeed.Do(connection, caller, id, body, stop),
            stop
        );

    private static Task<ActAnswer> Note(
        Guid id,
        NoteBody body,
        Caller caller,
        OneNeed one,
        NoteNeed noteNeed,
        HttpContext context,
        CancellationToken stop
    ) =>
        one.Do(
            id,
            "notes",
            body,
            caller,
            context,
            connection => noteNeed.Do(connection, caller, id, body, stop),
            stop
        );

    private static async Task<IResult> Post(
        Guid areaId,
        TeamPostBody body,
        Caller caller,
        PostForHousehold household,
        Posting posting,
        HttpContext context,
        CancellationToken stop
    )
    {
        var made = await household.Do(areaId, body, caller, context, stop);
        return Results.Json(
            new { householdId = made.Id, requests = await posting.Made(caller, made, stop) },
            Json.Options,
            statusCode: made.StatusCode
        );
    }
}

/// <summary><paramref name="How"/>: <c>phoned | visited | known | document</c>.</summary>
public sealed record VerifyBody(string? How, string? Note);

/// <summary><paramref name="Reason"/>: <c>duplicate | helpedElsewhere | cannotBeReached | outOfScope | false</c>.</summary>
public sealed record CloseBody(string? Reason, Guid? DuplicateOf, string? Note);

/// <summary>The area whose team looks after the need from now on, within the same root area.</summary>
public sealed record HandOverBody(Guid? AreaId, string? Note);
