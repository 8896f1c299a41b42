using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>A session as its owner knows it. <paramref name="LastUsedAt"/> to the hour: nearer is nobody's to keep.</summary>
/// <param name="Kind"><c>page</c> or <c>app</c>.</param>
/// <param name="Device">Browser and system in a word each; null when it said nothing that we know.</param>
/// <param name="Current">Whether this is the session that asks.</param>
public sealed record OpenSession(
    Guid Id,
    string Kind,
    string? Device,
    DateTime CreatedAt,
    DateTime LastUsedAt,
    DateTime ExpiresAt,
    bool Current
);

/// <summary>Where one is signed in: listed, and ended one by one or all others at once.</summary>
public static class SessionList
{
    public static void MapSessions(this WebApplication app)
    {
        app.MapGet("/api/me/sessions", List);
        app.MapDelete("/api/me/sessions/{id:guid}", RevokeOne);
        app.MapDelete("/api/me/sessions", RevokeOthers);
    }

    /// <summary>The live ones, the last used first.</summary>
    internal static Task<IReadOnlyList<OpenSession>> Of(
        NpgsqlConnection connection,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<OpenSession>(
            """
            select id, case kind when 'cookie' then 'page' else 'app' end as kind, device, created_at, date_trunc('hour', last_seen_at) as last_used_at,
                   expires_at, id = @SessionId as current
            from session where account_id = @AccountId and revoked_at is null and expires_at > @now
            order by id = @SessionId desc, last_seen_at desc, id limit 200
            """,
            new
            {
                caller.AccountId,
                caller.SessionId,
                now,
            },
            stop
        );

    /// <summary>Ends one, or with no id all but the caller's; returns how many.</summary>
    internal static Task<int> Revoke(
        NpgsqlConnection connection,
        Caller caller,
        Guid? id,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            update session set revoked_at = @now
            where account_id = @AccountId and revoked_at is null and expires_at > @now
              and case when @id::uuid is null then id <> @SessionId else id = @id end
            """,
            new
            {
                caller.AccountId,
                caller.SessionId,
                id,
                now,
            },
            stop
        );

    private static async Task<IResult> List(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var items = await Of(connection, caller, time.GetUtcNow(), stop);
        return Results.Ok(new { items, next = (string?)null });
    }

    private static async Task<IResult> RevokeOne(
        Guid id,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return await Revoke(connection, caller, id, time.GetUtcNow(), stop) > 0
            ? Results.NoContent()
            : throw Refusal.NotFound();
    }

    private static async Task<IResult> RevokeOthers(
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        return Results.Ok(new { ended = await Revoke(connection, caller, null, time.GetUtcNow(), stop) });
    }
}
