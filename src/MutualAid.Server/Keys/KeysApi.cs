using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Keys;

/// <summary>Keys for programs, which an account makes on purpose: to read as its team does, or to post from another system.</summary>
public static class KeysApi
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<AccessKeys>();
        services.AddSingleton<KeyGate>();
        services.AddSingleton<KeyPages>();
        services.AddSingleton(KeyPages.Draft);
    }

    public static void MapKeys(this WebApplication app)
    {
        var keys = app.MapGroup("/api/me/keys");
        keys.MapGet("", List);
        keys.MapPost("", Make);
        keys.MapDelete("/{id:guid}", Revoke);
        KeyPages.Map(app.MapPages());
    }

    private static async Task<IResult> List(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var items = await AccessKeys.Of(connection, caller.AccountId, time.GetUtcNow(), stop);
        return Results.Ok(new { items, next = (string?)null });
    }

    private static async Task<IResult> Make(
        KeyBody body,
        Caller caller,
        AccessKeys keys,
        HttpContext context,
        CancellationToken stop
    )
    {
        var (key, token) = await keys.Make(context, caller, body, stop);
        return Results.Json(key with { Token = token }, Json.Options, statusCode: 201);
    }

    private static async Task<IResult> Revoke(
        Guid id,
        Caller caller,
        ServiceDatabase database,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return await AccessKeys.Revoke(connection, caller.AccountId, id, stop)
            ? Results.NoContent()
            : throw Refusal.NotFound();
    }
}
