using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>The link in "do you still need this?": a page with a button that renews the request, without signing in.</summary>
public sealed class RenewLinks(Settings settings)
{
    /// <summary>Writes a link inside the transaction of the reminder and returns its address.</summary>
    /// <param name="expiresAt">When the request can no longer be renewed.</param>
    public async Task<string> New(
        NpgsqlConnection connection,
        Guid requestId,
        Guid rootAreaId,
        DateTimeOffset expiresAt,
        CancellationToken stop
    )
    {
        var link = Link.New(settings, "n");
        await connection.Execute(
            "insert into renew_link (token_hash, request_id, root_area_id, expires_at) values (@TokenHash, @requestId, @rootAreaId, @expiresAt)",
            new
            {
                link.TokenHash,
                requestId,
                rootAreaId,
                expiresAt,
            },
            stop
        );
        return link.Url;
    }

    /// <summary>Whether the link can be used now. Changes nothing.</summary>
    public static Task<bool> Open(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            "select exists (select from renew_link where token_hash = @hash and expires_at > @now)",
            new { hash = Sessions.Hash(token), now },
            stop
        );

    /// <summary>Renews the link's request: <c>done</c>, why not (as <c>request_renew</c> says it), or null for a link that is no good.</summary>
    public static async Task<string?> Use(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var request = await connection.Value<Guid?>(
            """
            update renew_link set used_at = coalesce(used_at, @now) where token_hash = @hash and expires_at > @now
            returning request_id
            """,
            new { hash = Sessions.Hash(token), now },
            stop
        );
        return request is null
            ? null
            : await connection.Value<string>(
                "select request_renew(@now, @request)",
                new { now, request },
                stop
            );
    }
}
