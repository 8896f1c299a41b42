using Microsoft.AspNetCore.Mvc;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Keeping somebody away, both ways. Whom one met in a match, or behind a need, is named by that: their account need not be known.</summary>
public static class Blocks
{
    public static void MapBlocks(this WebApplication app)
    {
        app.MapGet("/api/blocks", List);
        app.MapPost("/api/blocks", Block);
        app.MapDelete("/api/blocks", Unblock);
    }

    private static async Task<IResult> List(Caller caller, ServiceDatabase database, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var items = await connection.Rows<BlockItem>(
            """
            select case when match_id is null then blocked_account_id end as account_id,
                   case when request_id is null then match_id end as match_id, request_id, created_at
            from block where account_id = @AccountId order by created_at desc, coalesce(match_id, blocked_account_id)
            """,
            new { caller.AccountId },
            stop
        );
        return Results.Ok(new { items, next = (string?)null });
    }

    internal static async Task<IResult> Block(
        BlockBody body,
        Caller caller,
        Idempotency idempotency,
        MatchMessages messages,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        Check(body);
        await idempotency.Once(
            context,
            caller.AccountId,
            "blocks",
            body,
            async connection =>
            {
                var other = await Other(connection, body, caller.AccountId, stop);
                await connection.Execute(
                    body.RequestId is null
                        ? "select block_account(@now, @AccountId, @other, @MatchId)"
                        : "select block_by_request(@now, @AccountId, @other, @RequestId)",
                    new
                    {
                        now = time.GetUtcNow(),
                        caller.AccountId,
                        other,
                        body.MatchId,
                        body.RequestId,
                    },
                    stop
                );
                await messages.CalledOff(connection, stop);
                return new Made("step", null, StatusCodes.Status204NoContent);
            },
            stop
        );
        messages.Wake();
        return Results.NoContent();
    }

    internal static async Task<IResult> Unblock(
        [FromBody] BlockBody body,
        Caller caller,
        ServiceDatabase database,
        CancellationToken stop
    )
    {
        Check(body);
        await using var connection = await database.Open(stop);
        // By its own name alone, also when the need is long over: whose it was, or whether two are one person's, is not told.
        if (body.RequestId is not null)
        {
            await connection.Execute(
                "delete from block where (account_id, request_id) = (@AccountId, @RequestId)",
                new { caller.AccountId, body.RequestId },
                stop
            );
            return Results.NoContent();
        }
        var other = await Other(connection, body, caller.AccountId, stop);
        await connection.Execute(
            "delete from block where (account_id, blocked_account_id) = (@AccountId, @other) and request_id is null",
            new { caller.AccountId, other },
            stop
        );
        return Results.NoContent();
    }

    private static void Check(BlockBody body)
    {
        var given = body.Names.Where(name => name.Id is not null).ToList();
        if (given.Count != 1)
            throw Refusal.Field(given.Count == 0 ? "accountId" : given[^1].Field, "accountOrMatch");
    }

    private static async Task<Guid> Other(
        NpgsqlConnection connection,
        BlockBody body,
        Guid me,
        CancellationToken stop
    )
    {
        var other = await connection.Value<Guid?>(
            body switch
            {
                { MatchId: not null } => """
                select case when m.giver_account_id = @me then r.account_id else m.giver_account_id end
                from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
                where m.id = @MatchId and @me in (m.giver_account_id, r.account_id)
                """,
                // What somebody can see: a need that everybody sees, or one that they were asked for or gave to.
                { RequestId: not null } => """
                select r.account_id from request r join account o on o.id = r.account_id and o.erased_at is null
                where r.id = @RequestId
                  and (exists (select from public_request p where p.id = r.id)
                    or exists (select from match m where m.request_id = r.id and m.giver_account_id = @me) or r.account_id = @me)
                """,
                _ => "select id from account where id = @AccountId and erased_at is null",
            },
            new
            {
                body.AccountId,
                body.MatchId,
                body.RequestId,
                me,
            },
            stop
        );
        string field = body.Names.Single(name => name.Id is not null).Field;
        if (other is null)
            throw Refusal.Field(field, "absent");
        return other != me ? other.Value : throw Refusal.Field(field, "blockSelf");
    }

    private sealed class BlockItem
    {
        public Guid? AccountId { get; init; }
        public Guid? MatchId { get; init; }
        public Guid? RequestId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}

/// <summary>Whom: an account, the other side of a match of one's own, or whoever is behind a need that one sees.</summary>
public sealed record BlockBody(Guid? AccountId, Guid? MatchId, Guid? RequestId)
{
    internal IEnumerable<(string Field, Guid? Id)> Names =>
        [("accountId", AccountId), ("matchId", MatchId), ("requestId", RequestId)];
}
