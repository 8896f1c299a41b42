using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Threads;

/// <summary>All SQL of threads but the insert, which is the database's own: <c>match_write</c>.</summary>
internal static class ThreadStore
{
    private const string Columns =
        "x.id, x.sender_account_id = @me as mine, case x.sender_account_id when m.giver_account_id then 'giver' else 'receiver' end as side, x.text, x.sent_at, x.read_at";

    private const string From =
        "from match_message x join match m on (m.id, m.root_area_id) = (x.match_id, x.root_area_id)";

    /// <summary>
    /// The thread for one of its sides, or for a team of the request's area to which it was reported.
    /// </summary>
    /// <exception cref="Refusal">404: none of these.</exception>
    internal static async Task<ThreadRow> Get(
        NpgsqlConnection connection,
        Guid match,
        Caller caller,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        await connection.Row<ThreadRow>(
            """
            select m.id, m.status, m.request_id, m.giver_account_id, r.account_id as owner_account_id, r.household_id,
                   s.side, t.open, t.closes_at, g.role as team_role, g.area_id as team_area_id
            from match m
            join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
            cross join lateral (select case @me when m.giver_account_id then 'giver' when r.account_id then 'receiver' end as side) s
            cross join lateral thread_of(@now, m.id) t
            left join lateral (
              select q.role, q.area_id from role_grant q join area l on q.area_id = any (l.ancestors)
              where @team and s.side is null and q.account_id = @me and l.id = r.responsible_area_id
                and q.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
                and q.revoked_at is null and (q.ends_at is null or q.ends_at > @now)
                and exists (select from report p where p.subject_kind = 'match' and p.subject_id = m.id)
              order by q.granted_at limit 1) g on true
            where m.id = @match and (s.side is not null or g.role is not null)
            """,
            new
            {
                match,
                me = caller.AccountId,
                team = caller.SecondFactor && caller.Roles.Count > 0,
                now,
            },
            stop
        ) ?? throw Refusal.NotFound();

    /// <summary>Messages after one of the thread's, oldest first; one more than <paramref name="most"/> when there are more.</summary>
    internal static Task<IReadOnlyList<MessageRow>> After(
        NpgsqlConnection connection,
        Guid match,
        Guid me,
        Guid? after,
        int most,
        CancellationToken stop
    ) =>
        connection.Rows<MessageRow>(
            $"""
            select {Columns} {From} where x.match_id = @match
              and x.ordinal > coalesce((select a.ordinal from match_message a where a.id = @after and a.match_id = @match), 0)
            order by x.ordinal limit @most + 1
            """,
            new
            {
                match,
                me,
                after,
                most,
            },
            stop
        );

    /// <summary>The latest messages, or the latest before one of them, oldest first; one more than <paramref name="most"/> when there are more.</summary>
    internal static Task<IReadOnlyList<MessageRow>> Latest(
        NpgsqlConnection connection,
        Guid match,
        Guid me,
        Guid? before,
        int most,
        CancellationToken stop
    ) =>
        connection.Rows<MessageRow>(
            $"""
            select * from (
              select {Columns}, x.ordinal {From} where x.match_id = @match
                and (@before::uuid is null or x.ordinal < (select b.ordinal from match_message b where b.id = @before and b.match_id = @match))
              order by x.ordinal desc limit @most + 1) latest
            order by ordinal
            """,
            new
            {
                match,
                me,
                before,
                most,
            },
            stop
        );

    internal static Task<MessageRow?> One(
        NpgsqlConnection connection,
        Guid id,
        Guid me,
        CancellationToken stop
    ) => connection.Row<MessageRow>($"select {Columns} {From} where x.id = @id", new { id, me }, stop);

    internal static Task<bool> Has(
        NpgsqlConnection connection,
        Guid match,
        Guid message,
        CancellationToken stop
    ) =>
        connection.Value<bool>(
            "select exists (select from match_message where id = @message and match_id = @match)",
            new { match, message },
            stop
        );

    /// <summary>What the other side wrote, up to this message, is read; returns how many still are not.</summary>
    internal static async Task<int> Read(
        NpgsqlConnection connection,
        Guid match,
        Guid me,
        Guid upTo,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await connection.Execute(
            """
            update match_message x set read_at = @now
            where x.match_id = @match and x.sender_account_id <> @me and x.read_at is null
              and x.ordinal <= (select u.ordinal from match_message u where u.id = @upTo and u.match_id = @match)
            """,
            new
            {
                match,
                me,
                upTo,
                now,
            },
            stop
        );
        return await connection.Value<int>(
            "select count(*)::int from match_message where match_id = @match and sender_account_id <> @me and read_at is null",
            new { match, me },
            stop
        );
    }

    internal static async Task<Written> Write(
        NpgsqlConnection connection,
        Guid match,
        Guid sender,
        Guid id,
        string text,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (
            await connection.Row<Written>(
                "select outcome, status, again_at from match_write(@now, @match, @sender, @id, @text)",
                new
                {
                    now,
                    match,
                    sender,
                    id,
                    text,
                },
                stop
            )
        )!;
}

/// <summary>A thread as one reader may see it: a side, or a team to which it was reported.</summary>
public sealed class ThreadRow
{
    public Guid Id { get; init; }
    public string Status { get; init; } = "";
    public Guid RequestId { get; init; }
    public Guid GiverAccountId { get; init; }
    public Guid OwnerAccountId { get; init; }
    public Guid HouseholdId { get; init; }

    /// <summary><c>giver</c>, <c>receiver</c>; null to a team.</summary>
    public string? Side { get; init; }
    public bool Open { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }
    public string? TeamRole { get; init; }
    public Guid? TeamAreaId { get; init; }
}

/// <summary>What became of a message that somebody wrote.</summary>
internal sealed class Written
{
    public string Outcome { get; init; } = "";
    public string? Status { get; init; }
    public DateTimeOffset? AgainAt { get; init; }
}
