using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>Does one act to one need or to many, inside the caller's transaction, and tells whom it concerns.</summary>
internal sealed class NeedActs(MatchMessages matches, OwnerMessages owners, TimeProvider time)
{
    /// <summary>What became of it on each need, in the order given.</summary>
    /// <param name="undoes">Acts that this one takes back, one a need, with the area that each need goes back to.</param>
    internal async Task<IReadOnlyList<ActOutcome>> Do(
        NpgsqlConnection connection,
        Caller caller,
        ActAsked asked,
        IReadOnlyList<Guid> needs,
        Guid? batch,
        CancellationToken stop,
        IReadOnlyList<Taken>? undoes = null
    )
    {
        // Without a second factor a session has no roles.
        if (caller.Roles.Count == 0)
            throw Refusal.NotFound();
        var now = time.GetUtcNow();
        if (asked.DuplicateOf is { } original && !await Reaches(connection, caller, original, now, stop))
            throw Refusal.Field("duplicateOf", "absent");
        var outcomes = await connection.Rows<ActOutcome>(
            """
            select ord, request_id, act_id, owner_id, outcome, status
            from needs_act(@now, @AccountId, @Act, @needs, @acts, @batch, @How, @Reason, @Note, @areas::uuid[], @DuplicateOf, @undoes::uuid[])
            """,
            new
            {
                now,
                caller.AccountId,
                asked.Act,
                needs = needs.ToArray(),
                acts = needs.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                batch,
                asked.How,
                asked.Reason,
                asked.Note,
                areas = undoes?.Select(act => act.AreaId).ToArray()
                    ?? (asked.AreaId is { } area ? needs.Select(_ => (Guid?)area).ToArray() : null),
                asked.DuplicateOf,
                undoes = undoes?.Select(act => act.Id).ToArray(),
            },
            stop
        );
        Guid[] done = [.. outcomes.Where(one => one.Done).Select(one => one.RequestId)];
        if (done.Length > 0)
        {
            if (asked.Act is "close" or "hide")
                await matches.CalledOff(connection, stop);
            if (asked.Act is "close" or "reopen")
                await owners.Tell(connection, asked.Act, done, caller.AccountId, now, stop);
        }
        return outcomes;
    }

    /// <summary>To be said after the commit.</summary>
    internal void Wake() => matches.Wake();

    private static Task<bool> Reaches(
        NpgsqlConnection connection,
        Caller caller,
        Guid need,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            "select exists (select from request r where r.id = @need and account_reaches(@AccountId, r.responsible_area_id, @now))",
            new
            {
                need,
                caller.AccountId,
                now,
            },
            stop
        );
}

/// <summary>An act of before that is to be taken back.</summary>
internal sealed class Taken
{
    public Guid Id { get; init; }
    public Guid RequestId { get; init; }
    public string Act { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public bool Reached { get; init; }

    /// <summary>That was responsible before.</summary>
    public Guid? AreaId { get; init; }
}

/// <summary>What became of an act on one need.</summary>
internal sealed class ActOutcome
{
    public Guid RequestId { get; init; }
    public Guid? ActId { get; init; }
    public Guid? OwnerId { get; init; }
    public string Outcome { get; init; } = "";

    /// <summary>The need's status before it; null when it is not there for this reader.</summary>
    public string? Status { get; init; }

    public bool Done => Outcome == "done";

    /// <summary>Why not.</summary>
    internal Refusal Refusal(string act) =>
        Outcome switch
        {
            "absent" => Web.Refusal.NotFound(),
            "over" => Conflict("requestOver", Status),
            "notOver" => Conflict("needLive", Status),
            "already" => Conflict(
                "needAlready",
                act switch
                {
                    "verify" => "verified",
                    "unverify" => "notVerified",
                    "hide" => "hidden",
                    "show" => "shown",
                    _ => "there",
                }
            ),
            "suspended" => Conflict("needOwnerSuspended", "hidden"),
            "notMe" => Conflict("needNotMe", Status),
            "forgotten" => Conflict("needForgotten", Status),
            "undone" => Conflict("actUndone", Status),
            "movedOn" => Conflict("actMovedOn", Status),
            "area" => Web.Refusal.Field("areaId", "areaOfRoot"),
            "itself" => Web.Refusal.Field("duplicateOf", "ofItself"),
            _ => throw new InvalidOperationException($"an act came to '{Outcome}'"),
        };

    internal static Refusal Conflict(string code, string? state) =>
        new(409, code, state) { Members = new Dictionary<string, object?> { ["state"] = state } };
}
