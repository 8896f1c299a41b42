using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Access;

/// <summary>Roles over JSON: who has which, giving and ending them, and the log of both.</summary>
public static class RolesApi
{
    public static void MapRoles(this WebApplication app)
    {
        app.MapGet("/api/team/{areaId:guid}/roles", List);
        app.MapPost("/api/team/{areaId:guid}/roles", Grant);
        app.MapGet("/api/team/{areaId:guid}/roles/log", Log);
        app.MapDelete("/api/team/roles/{grantId:guid}", Revoke);
        app.MapDelete("/api/team/roles/{grantId:guid}/second-factor", Reset);
    }

    private static async Task<IResult> List(
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
        context.AllowParameters("cursor", "limit");
        int most = Paging.Limit(limit);
        var after = Paging.After(cursor);
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        await RoleGround.Of(connection, caller, areaId, now, stop);
        var rows = await RoleLists.Roles(connection, caller, areaId, null, after, most, now, stop);
        return Paging.Page(context, rows, most, row => row, row => (row.GrantedAt, row.Id));
    }

    private static async Task<IResult> Grant(
        Guid areaId,
        RoleBody body,
        Caller caller,
        RoleGrants roles,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var id = await roles.Grant(context, caller, areaId, body, stop);
        await using var connection = await database.Open(stop);
        var now = time.GetUtcNow();
        var rows = await RoleLists.Roles(connection, caller, areaId, id, (null, null), 1, now, stop);
        return rows.Count > 0
            ? Results.Json(rows[0], Json.Options, statusCode: 201)
            : throw Refusal.NotFound();
    }

    private static async Task<IResult> Log(
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
        context.AllowParameters("cursor", "limit");
        int most = Paging.Limit(limit);
        long? before = AccessLog.Before(cursor);
        await using var connection = await database.Open(stop);
        await RoleGround.Of(connection, caller, areaId, time.GetUtcNow(), stop);
        var rows = await RoleLists.Log(connection, areaId, before, most, stop);
        return Results.Ok(
            new
            {
                items = rows.Take(most),
                next = rows.Count > most
                    ? Cursor.Next(
                        context,
                        Cursor.Write(rows[most - 1].Id.ToString(CultureInfo.InvariantCulture))
                    )
                    : null,
            }
        );
    }

    private static async Task<IResult> Revoke(
        Guid grantId,
        Caller caller,
        RoleEnds roles,
        CancellationToken stop
    )
    {
        await roles.Revoke(caller, grantId, stop);
        return Results.NoContent();
    }

    private static async Task<IResult> Reset(
        Guid grantId,
        Caller caller,
        RoleEnds roles,
        CancellationToken stop
    )
    {
        await roles.Reset(caller, grantId, stop);
        return Results.NoContent();
    }
}
