using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>
/// The unmet units of one need move into another of the same household and category, and the first is closed as a duplicate. What
/// was delivered on it stays its own: then it lives on with just that, and ends when it is confirmed.
/// </summary>
internal sealed class MergeNeed(OwnerMessages owners, TimeProvider time)
{
    internal async Task<Guid> Do(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        MergeBody body,
        CancellationToken stop
    )
    {
        if (body.Into is not { } into)
            throw Refusal.Field("into", "required");
        if (into == id)
            throw Refusal.Field("into", "ofItself");
        var now = time.GetUtcNow();
        var held = await HeldNeed.Take(connection, caller, [id, into], owners: true, now, stop);
        if (held is not [var from, var to])
            throw Refusal.Field("into", "absent");
        if (!await SameHousehold(connection, from, to, stop))
            throw Refusal.Field("into", "ofHousehold");
        from.DemandLive();
        to.DemandLive();
        if (from.Promised > 0)
            throw ActOutcome.Conflict("mergeUnderWay", from.Status);
        if (from.Unmet == 0)
            throw ActOutcome.Conflict("mergeNothing", from.Status);
        if (
            to.Quantity + from.Unmet > HelpRequest.MostUnits
            || !await SetQuantity(connection, to.Id, to.Quantity + from.Unmet, now, stop)
        )
            throw ActOutcome.Conflict("mergeWhole", to.Status);
        if (from.Delivered == 0)
        {
            await connection.Execute(
                "select request_end(@now, array[@id], 'closed', 'duplicate')",
                new { now, id },
                stop
            );
            await owners.Tell(connection, "close", [id], caller.AccountId, now, stop);
        }
        else if (!await SetQuantity(connection, id, from.Delivered, now, stop))
            throw new InvalidOperationException("a need in hand was not of this quantity any more");
        await connection.Execute(
            "update request set edit_version = edit_version + 1 where id in (@id, @into)",
            new { id, into },
            stop
        );
        await to.Write(connection, caller, "merge", now, stop, more: new { from = id });
        return await from.Write(connection, caller, "merge", now, stop, more: new { into });
    }

    private static Task<bool> SetQuantity(
        NpgsqlConnection connection,
        Guid id,
        int quantity,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            "select request_set_quantity(@now, @id, @quantity)",
            new
            {
                now,
                id,
                quantity,
            },
            stop
        );

    // One post, or two for the same phone. An address alone joins a tower block.
    private static async Task<bool> SameHousehold(
        NpgsqlConnection connection,
        HeldNeed from,
        HeldNeed to,
        CancellationToken stop
    ) =>
        from.CategoryId == to.CategoryId
        && from.RootAreaId == to.RootAreaId
        && (
            from.HouseholdId == to.HouseholdId
            || await connection.Value<bool>(
                """
                select exists (select from household a, household b where a.id = @a and b.id = @b
                               and (a.phone_hash = b.phone_hash or (a.account_id = b.account_id and not a.on_behalf and not b.on_behalf)))
                """,
                new { a = from.HouseholdId, b = to.HouseholdId },
                stop
            )
        );
}

/// <summary>The need that takes the units.</summary>
public sealed record MergeBody(Guid? Into);
