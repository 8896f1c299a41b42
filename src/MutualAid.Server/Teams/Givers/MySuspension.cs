using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>What somebody reads of their own suspension: since when, why, whose it is to lift, and what they have said to it.</summary>
public sealed class MySuspension
{
    /// <summary>Null: not suspended.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }
    public string? Reason { get; init; }
    public Guid? AreaId { get; init; }
    public string? Area { get; init; }
    public Guid? SuspendedBy { get; init; }

    /// <summary>When they may appeal again, after an answer that kept it.</summary>
    public DateTimeOffset? AgainAt { get; init; }

    /// <summary>Latest first.</summary>
    public IReadOnlyList<SaidAndAnswered> Said { get; private set; } = [];

    public bool Waits => Said.Any(one => one.Outcome is null);

    internal static async Task<MySuspension> Read(
        NpgsqlConnection connection,
        Guid account,
        CancellationToken stop
    )
    {
        // Who was suspended by an operator at the console has no row of the log.
        var mine =
            await connection.Row<MySuspension>(
                """
                select a.suspended_at, l.reason, l.area_id, w.name as area, l.by_account_id as suspended_by,
                       (select max(p.answered_at) + setting('appeal_again_days') * interval '1 day' from appeal p
                        where p.account_id = a.id and p.outcome = 'kept' and p.made_at >= a.suspended_at) as again_at
                from account a
                left join lateral (
                  select l.* from moderation_log l
                  where l.account_id = a.id and l.act = 'suspend' and l.at >= a.suspended_at order by l.at desc limit 1) l on true
                left join area w on w.id = l.area_id
                where a.id = @account
                """,
                new { account },
                stop
            ) ?? new MySuspension();
        mine.Said = await connection.Rows<SaidAndAnswered>(
            """
            select text, made_at, outcome, answer, answered_at from appeal
            where account_id = @account order by made_at desc, id desc limit 20
            """,
            new { account },
            stop
        );
        return mine;
    }
}

/// <summary>An appeal and its answer.</summary>
public sealed class SaidAndAnswered
{
    public string? Text { get; init; }
    public DateTimeOffset MadeAt { get; init; }

    /// <summary><c>lifted</c>, <c>kept</c>; null: it waits.</summary>
    public string? Outcome { get; init; }
    public string? Answer { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
}
