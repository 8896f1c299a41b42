using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Teams.Givers;

/// <summary>Appeals: one's own, and those that a moderator answers.</summary>
internal static class AppealsApi
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/api/me/appeal", Mine);
        app.MapPost("/api/me/appeal", Make);
        app.MapGet("/api/team/{areaId:guid}/appeals", Waiting)
            .WithMetadata(new QueryNames("limit", "cursor"));
        app.MapPost("/api/team/appeals/{appealId:guid}/answer", Answer);
    }

    private static async Task<IResult> Mine(Caller caller, ServiceDatabase database, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return Show(await MySuspension.Read(connection, caller.AccountId, stop), 200);
    }

    private static async Task<IResult> Make(
        AppealBody body,
        Caller caller,
        Appeals appeals,
        ServiceDatabase database,
        HttpContext context,
        CancellationToken stop
    )
    {
        await appeals.Make(context, caller, body.Text, stop);
        await using var connection = await database.Open(stop);
        return Show(
            await MySuspension.Read(connection, caller.AccountId, stop),
            StatusCodes.Status201Created
        );
    }

    // Who it was stays with the moderators: an area is answerable, not a neighbour.
    private static IResult Show(MySuspension mine, int status) =>
        Results.Json(
            new
            {
                mine.SuspendedAt,
                mine.Reason,
                mine.Area,
                mine.AgainAt,
                appeals = mine.Said,
            },
            Json.Options,
            statusCode: status
        );

    private static async Task<IResult> Waiting(
        Guid areaId,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop,
        string? limit = null,
        string? cursor = null
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        // To whom the area is not there, nothing is wrong with the address either.
        await Reach.Of(connection, caller, areaId, now, stop);
        context.AllowParameters("limit", "cursor");
        int most = Paging.Limit(limit);
        var (_, rows) = await AppealRow.Waiting(
            connection,
            caller,
            areaId,
            Paging.After(cursor),
            most,
            now,
            stop
        );
        return Paging.Page(
            context,
            rows,
            most,
            row => new
            {
                row.Id,
                row.AccountId,
                row.Name,
                row.Area,
                row.Text,
                row.MadeAt,
                row.SuspendedAt,
                suspendedBy = row.SuspendedByName,
                row.Reason,
                mayAnswer = row.IsFor(caller.AccountId),
            },
            row => (row.MadeAt, row.Id)
        );
    }

    private static async Task<IResult> Answer(
        Guid appealId,
        AnswerBody body,
        Caller caller,
        Appeals appeals,
        HttpContext context,
        CancellationToken stop
    )
    {
        await appeals.Answer(context, caller, appealId, body.Outcome, body.Answer, stop);
        return Results.Ok(new { outcome = body.Outcome });
    }
}

/// <summary>What somebody suspended says to it; at most 1000 characters.</summary>
public sealed record AppealBody(string? Text);

/// <summary><paramref name="Outcome"/>: <c>lifted</c> or <c>kept</c>; <paramref name="Answer"/> is told to the one who appealed.</summary>
public sealed record AnswerBody(string? Outcome, string? Answer);
