using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Queues;

/// <summary>One act on many needs.</summary>
/// <param name="Act">verify, close or hide.</param>
/// <param name="Ids">At most <see cref="BulkActs.Most"/>.</param>
/// <param name="How">Of verify: how somebody came to know (phone, visit, known). Of close: its reason.</param>
/// <param name="Reason">In the actor's own words.</param>
/// <param name="Key">Of the form: the same one does nothing twice.</param>
public sealed record BulkOrder(string Act, IReadOnlyList<Guid> Ids, string? How, string? Reason, string? Key);

/// <summary>What became of it. <paramref name="BatchId"/>: what an undo names; null when nothing was done.</summary>
public sealed record BulkDone(Guid? BatchId, IReadOnlyList<BulkAnswer> Answers);

/// <summary>Of one need. <paramref name="Why"/>: a text <c>queues.why.CODE</c>; null: done.</summary>
public sealed record BulkAnswer(Guid Id, string? Why)
{
    public bool Done => Why is null;
}

/// <summary>Acts on what was chosen in a queue, each need judged by itself.</summary>
public sealed class BulkActs(ServiceDatabase database, TimeProvider time)
{
    public const int Most = 500;
    public static readonly IReadOnlyList<string> Acts = ["verify", "close", "hide"];
    public static readonly IReadOnlyList<string> Hows = ["phone", "visit", "known"];
    public static readonly IReadOnlyList<string> Closes =
    [
        "helpedElsewhere",
        "unreachable",
        "outOfScope",
        "false",
    ];

    /// <param name="reach">What the caller may act on: what lies outside is as if it were not there.</param>
    /// <exception cref="Refusal">400: no act that is known, nothing chosen, or no word on how or why.</exception>
    public async Task<BulkDone> Do(Caller caller, Reach reach, BulkOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Check(Acts.Contains(order.Act), "act", "oneOf", string.Join(", ", Acts));
        errors.Check(order.Ids.Count is >= 1 and <= Most, "ids", "queueChosen", Most);
        if (order.Act == "verify")
            errors.Check(
                order.How is not null && Hows.Contains(order.How),
                "how",
                "oneOf",
                string.Join(", ", Hows)
            );
        if (order.Act == "close")
            errors.Check(
                order.How is not null && Closes.Contains(order.How),
                "close",
                "oneOf",
                string.Join(", ", Closes)
            );
        string? reason = CleanText.Line(errors, "reason", order.Reason, 300);
        if (order.Act == "hide")
            errors.Check(reason is not null || errors.Any, "reason", "required");
        errors.ThrowIfAny();
        if (order.Act != "verify")
            return new(null, [.. order.Ids.Select(id => new BulkAnswer(id, "oneByOne"))]);
        var now = time.GetUtcNow();
        var done = await database.Transaction(
            async connection =>
                await connection.Rows<Judged>(
                    """
                    with locked as (
                      select r.id, r.verified_at, r.end_status from request r
                      where r.id = any (@ids) and r.responsible_area_id = any (@Leaves) order by r.id for update
                    ), verified as (
                      update request r set verified_at = @now from locked l
                      where r.id = l.id and l.verified_at is null and l.end_status is null returning r.id
                    )
                    select a.id, case when l.id is null then 'absent' when l.end_status is not null then 'ended'
                                      when v.id is null then 'verified' end as why
                    from unnest(@ids) with ordinality a (id, ord) left join locked l on l.id = a.id left join verified v on v.id = a.id
                    order by a.ord
                    """,
                    new
                    {
                        ids = order.Ids.Distinct().ToArray(),
                        reach.Leaves,
                        now,
                    },
                    stop
                ),
            stop
        );
        return new(
            done.Any(one => one.Why is null) ? Guid.CreateVersion7(now) : null,
            [.. done.Select(one => new BulkAnswer(one.Id, one.Why))]
        );
    }

    private sealed class Judged
    {
        public Guid Id { get; init; }
        public string? Why { get; init; }
    }
}
