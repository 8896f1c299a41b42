using System.Text.Json.Serialization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Teams.Duplicates;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>One act on up to five hundred needs, as one batch that can be undone once, within a day.</summary>
internal sealed class ManyNeeds(
    Idempotency idempotency,
    ServiceDatabase database,
    NeedActs acts,
    TimeProvider time
)
{
    internal const int Most = 500;
    internal static readonly TimeSpan Undoable = TimeSpan.FromHours(24);

    internal async Task<BatchAnswer> Do(
        BulkBody body,
        Caller caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        var asked = ActAsked.Read(
            errors,
            new ActAsked(body.Act ?? "", body.How, body.Reason, body.Note, body.AreaId, body.DuplicateOf)
        );
        errors.Check(body.Ids is { Count: >= 1 and <= Most }, "ids", "howManyIds", 1, Most);
        errors.ThrowIfAny();
        IReadOnlyList<Guid> needs = [.. body.Ids!.Distinct()];
        IReadOnlyList<ActOutcome> outcomes = [];
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            "team/acts",
            body,
            async connection =>
            {
                var batch = Guid.CreateVersion7(time.GetUtcNow());
                outcomes = await acts.Do(connection, caller, asked, needs, batch, stop);
                return new Made("step", batch, StatusCodes.Status200OK);
            },
            stop
        );
        acts.Wake();
        return await Answer(asked.Act, needs, made, outcomes, context, stop);
    }

    /// <summary>Takes back a batch, or one act by its own id. What has moved on since stays and is said.</summary>
    internal async Task<BatchAnswer> Undo(Guid id, Caller caller, HttpContext context, CancellationToken stop)
    {
        if (caller.Roles.Count == 0)
            throw Refusal.NotFound();
        IReadOnlyList<ActOutcome> outcomes = [];
        IReadOnlyList<Taken> before = [];
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/acts/{id}/undo",
            null,
            async connection =>
            {
                before = await Read(connection, id, caller, stop);
                var batch = Guid.CreateVersion7(time.GetUtcNow());
                outcomes = await acts.Do(
                    connection,
                    caller,
                    new ActAsked(ActAsked.Back[before[0].Act]),
                    [.. before.Select(act => act.RequestId)],
                    batch,
                    stop,
                    before
                );
                // Once: judged under the locks, so of two at the same time one finds it undone.
                if (!outcomes.Any(one => one.Done) && outcomes.Any(one => one.Outcome == "undone"))
                    throw ActOutcome.Conflict("actUndone", "undone");
                var done = outcomes.Where(one => one.Done).Select(one => one.RequestId).ToHashSet();
                await Suggestions.Unsettle(
                    connection,
                    [.. before.Where(act => done.Contains(act.RequestId)).Select(act => act.Id)],
                    stop
                );
                return new Made("step", batch, StatusCodes.Status200OK);
            },
            stop
        );
        acts.Wake();
        return await Answer("undo", [.. before.Select(act => act.RequestId)], made, outcomes, context, stop);
    }

    private async Task<IReadOnlyList<Taken>> Read(
        NpgsqlConnection connection,
        Guid id,
        Caller caller,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var acts = await connection.Rows<Taken>(
            """
            select a.id, a.request_id, a.act, a.at, (a.before ->> 'areaId')::uuid as area_id,
                   account_reaches(@AccountId, r.responsible_area_id, @now)
                     or (a.act = 'handOver' and a.account_id = @AccountId and account_reaches(@AccountId, a.area_id, @now)) as reached
            from (select q.* from need_act q where q.batch_id = @id union select q.* from need_act q where q.id = @id) a
            join request r on (r.id, r.root_area_id) = (a.request_id, a.root_area_id)
            order by a.id
            """,
            new
            {
                id,
                caller.AccountId,
                now,
            },
            stop
        );
        if (!acts.Any(act => act.Reached))
            throw Refusal.NotFound();
        if (!ActAsked.Back.ContainsKey(acts[0].Act))
            throw ActOutcome.Conflict("actNotUndoable", acts[0].Act);
        if (acts[0].At < now - Undoable)
            throw ActOutcome.Conflict("actTooOld", acts[0].Act);
        // What of the batch lies in another team's area is left as it is, and not named.
        return [.. acts.Where(act => act.Reached)];
    }

    // A replay is answered from what was written: of what was not done it says just that.
    private async Task<BatchAnswer> Answer(
        string act,
        IReadOnlyList<Guid> needs,
        Made made,
        IReadOnlyList<ActOutcome> outcomes,
        HttpContext context,
        CancellationToken stop
    )
    {
        string locale = context.Locale();
        if (!made.Replayed)
            return new BatchAnswer(
                outcomes.Any(one => one.Done) ? made.Id : null,
                outcomes.Count(one => one.Done),
                [
                    .. outcomes.Select(one =>
                        one.Done
                            ? new BatchItem(one.RequestId, true, one.ActId, null, null, null)
                            : Left(one.RequestId, one.Refusal(act), locale)
                    ),
                ]
            );
        await using var connection = await database.Open(stop);
        var written = await connection.Rows<ActRow>(
            $"select {ActRow.Columns} from need_act t where t.batch_id = @Id order by t.id",
            new { made.Id },
            stop
        );
        var others = needs.Except(written.Select(row => row.RequestId));
        return new BatchAnswer(
            written.Count > 0 ? made.Id : null,
            written.Count,
            [
                .. written.Select(row => new BatchItem(row.RequestId, true, row.Id, null, null, null)),
                .. others.Select(need => Left(need, new Refusal(409, "actNotDone"), locale)),
            ]
        );
    }

    private static BatchItem Left(Guid need, Refusal refusal, string locale) =>
        new(
            need,
            false,
            null,
            refusal.Errors is [var error, ..] ? error.Code : refusal.Code,
            refusal.Members.GetValueOrDefault("state") as string,
            refusal.Errors is [var first, ..]
                ? Texts.Of(locale, $"field.{first.Code}", first.Arguments)
                : Texts.Of(locale, $"problem.{refusal.Code}", refusal.Arguments)
        );
}

/// <summary>One act on many needs: <paramref name="Act"/> is <c>verify | unverify | close | reopen | hide | show | handOver</c>.</summary>
public sealed record BulkBody(
    string? Act,
    IReadOnlyList<Guid>? Ids,
    string? How,
    string? Reason,
    Guid? DuplicateOf,
    Guid? AreaId,
    string? Note
);

/// <summary>What became of a batch. <paramref name="BatchId"/>: by which it can be undone; null when nothing was done.</summary>
public sealed record BatchAnswer(Guid? BatchId, int Done, IReadOnlyList<BatchItem> Items);

/// <summary>What became of one need: done, or why not (a problem's code), the state that stood against it, and both in words.</summary>
public sealed record BatchItem(
    Guid Id,
    bool Done,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ActId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text
);
