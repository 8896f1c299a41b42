using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Teams.Givers;

/// <summary>The givers of an area as JSON, and a team's acts on one of them.</summary>
internal static class GiversApi
{
    public static void Map(WebApplication app)
    {
        var area = app.MapGroup("/api/team/{areaId:guid}/givers");
        area.MapGet("", List).WithMetadata(new QueryNames(GiverAsked.Names));
        area.MapGet("/{accountId:guid}", One);
        area.MapPost("/{accountId:guid}/contact", TakeContact);
        area.MapPost("/{accountId:guid}/vouch", Vouch);
        area.MapDelete("/{accountId:guid}/vouch", Unvouch);
        var giver = app.MapGroup("/api/team/givers/{accountId:guid}");
        giver.MapPost("/next-gap", Point);
        giver.MapPost("/suspend", Suspend);
        giver.MapPost("/lift", Lift);
    }

    private static async Task<IResult> List(
        Guid areaId,
        Caller caller,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, areaId, now, stop);
        var asked = await GiverAsked.Read(context, categories, stop);
        var rows = await GiverList.Read(connection, reach, asked, now, stop);
        return Results.Ok(
            new
            {
                items = rows.Take(asked.Most).Select(row => GiverList.Answer(row, context.Locale())),
                next = rows.Count > asked.Most ? GiverAsked.Next(context, rows[asked.Most - 1].Id) : null,
            }
        );
    }

    private static async Task<IResult> One(
        Guid areaId,
        Guid accountId,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var (_, row) = await GiverList.One(connection, caller, areaId, accountId, time.GetUtcNow(), stop);
        return Results.Ok(GiverList.Answer(row, context.Locale()));
    }

    private static async Task<IResult> TakeContact(
        Guid areaId,
        Guid accountId,
        WhyBody body,
        Caller caller,
        ServiceDatabase database,
        PrivateViews views,
        TimeProvider time,
        CancellationToken stop
    ) =>
        Results.Ok(
            await GiverContact.Take(caller, areaId, accountId, body.Reason, database, views, time, stop)
        );

    private static async Task<IResult> Vouch(
        Guid areaId,
        Guid accountId,
        VouchBody? body,
        Caller caller,
        Vouches vouches,
        HttpContext context,
        CancellationToken stop
    ) =>
        Results.Json(
            new { id = await vouches.Give(context, caller, areaId, accountId, body?.Note, stop) },
            Json.Options,
            statusCode: StatusCodes.Status201Created
        );

    private static async Task<IResult> Unvouch(
        Guid areaId,
        Guid accountId,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await database.Transaction(
            async connection =>
            {
                await Vouches.Revoke(connection, caller, areaId, accountId, time.GetUtcNow(), stop);
                return true;
            },
            stop
        );
        return Results.NoContent();
    }

    private static async Task<IResult> Point(
        Guid accountId,
        PointBody body,
        Caller caller,
        NextGap gaps,
        HttpContext context,
        CancellationToken stop
    )
    {
        if (body.AreaId is not { } area)
            throw Refusal.Field("areaId", "required");
        return Results.Json(
            await gaps.Point(context, caller, area, accountId, stop),
            Json.Options,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> Suspend(
        Guid accountId,
        WhyBody body,
        Caller caller,
        Suspensions suspensions,
        HttpContext context,
        CancellationToken stop
    )
    {
        string outcome = await suspensions.Suspend(context, caller, accountId, body.Reason, stop);
        return Results.Json(
            new { outcome },
            Json.Options,
            statusCode: outcome == "asked" ? StatusCodes.Status202Accepted : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> Lift(
        Guid accountId,
        WhyBody body,
        Caller caller,
        Suspensions suspensions,
        HttpContext context,
        CancellationToken stop
    )
    {
        await suspensions.Lift(context, caller, accountId, body.Reason, stop);
        return Results.Ok(new { outcome = "lifted" });
    }
}

/// <summary>Why, in words that the one whom it is about reads.</summary>
public sealed record WhyBody(string? Reason);

/// <summary>What the team knows of them; at most 300 characters.</summary>
public sealed record VouchBody(string? Note);

/// <summary>The team's area in which a need is looked for.</summary>
public sealed record PointBody(Guid? AreaId);
