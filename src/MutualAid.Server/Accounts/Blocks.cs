using Microsoft.AspNetCore.Mvc;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Keeping somebody away, both ways. Whom one met in a match is named by the match: their account need not be known.</summary>
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
            select case when match_id is null then blocked_account_id end as account_id, match_id, created_at
            from block where account_id = @AccountId order by created_at desc, blocked_account_id
            """,
            new { caller.AccountId },
            stop
        );
        return Results.Ok(new { items, next = (string?)null });
    }

    private static async Task<IResult> Block(
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
                    "select block_account(@now, @AccountId, @other, @MatchId)",
                    new
                    {
                        now = time.GetUtcNow(),
                        caller.AccountId,
                        other,
                        body.MatchId,
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

    private static async Task<IResult> Unblock(
        [FromBody] BlockBody body,
        Caller caller,
        ServiceDatabase database,
        CancellationToken stop
    )
    {
        Check(body);
        await using var connection = await database.Open(stop);
        var other = await Other(connection, body, caller.AccountId, stop);
        await connection.Execute(
            "delete from block where (account_id, blocked_account_id) = (@AccountId, @other)",
            new { caller.AccountId, other },
            stop
        );
        return Results.NoContent();
    }

    private static void Check(BlockBody body)
    {
        if (body.AccountId is null == body.MatchId is null)
            throw Refusal.Field(body.AccountId is null ? "accountId" : "matchId", "accountOrMatch");
    }

    private static async Task<Guid> Other(
        NpgsqlConnection connection,
        BlockBody body,
        Guid me,
        CancellationToken stop
    )
    {
        var other = await connection.Value<Guid?>(
            body.MatchId is null
                ? "select id from account where id = @AccountId and erased_at is null"
                : """
                select case when m.giver_account_id = @me then r.account_id else m.giver_account_id end
                from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
                where m.id = @MatchId and @me in (m.giver_account_id, r.account_id)
                """,
            new
            {
                body.AccountId,
                body.MatchId,
                me,
            },
            stop
        );
        string field = body.MatchId is null ? "accountId" : "matchId";
        if (other is null)
            throw Refusal.Field(field, "absent");
        return other != me ? other.Value : throw Refusal.Field(field, "blockSelf");
    }

    private sealed class BlockItem
    {
        public Guid? AccountId { get; init; }
        public Guid? MatchId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}

/// <summary>Whom: an account, or the other side of a match of one's own.</summary>
public sealed record BlockBody(Guid? AccountId, Guid? MatchId);
