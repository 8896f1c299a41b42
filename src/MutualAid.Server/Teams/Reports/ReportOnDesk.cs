using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Teams.Queues;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Reports;

/// <summary>
/// One report as the team of its area reads it, with what was written. That is its writer's own: they find the look in their
/// access log, as they find looks at their needs. Who wrote it is told to nobody, and whom it is about is not told of it.
/// </summary>
internal sealed class ReportOnDesk(ServiceDatabase database, PrivateViews views, TimeProvider time)
{
    /// <exception cref="Refusal">404: no such report, or out of the area's reach. 429: too many people's were opened.</exception>
    internal async Task<(Reach Reach, ReportAnswer Report)> Read(
        Caller caller,
        Guid area,
        Guid report,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var (within, answer, refused) = await database.Transaction(
            async connection =>
            {
                var reach = await Reach.Of(connection, caller, area, now, stop);
                caller.DemandFreshCode();
                var row =
                    await connection.Row<ReportRow>(Sql, new { report, reach.Leaves }, stop)
                    ?? throw Refusal.NotFound();
                // Somebody signed out wrote it: there is nobody to be told.
                var refusal = row.WriterId is { } writer
                    ? await views.Write(
                        connection,
                        caller,
                        new PrivateView(reach.Role, reach.RoleAreaId, writer, writer, null, null, "report"),
                        stop
                    )
                    : null;
                return (
                    reach,
                    new ReportAnswer(row, await QueueStore.Of(connection, reach, row.Needs, now, stop)),
                    refusal
                );
            },
            stop
        );
        return refused is null ? (within, answer) : throw refused;
    }

    /// <summary>Nothing is left to do about it. Closed twice is closed, by whoever was first.</summary>
    /// <returns>False: no such report, or out of the area's reach.</returns>
    internal async Task<bool> Close(Caller caller, Guid area, Guid report, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var now = time.GetUtcNow();
        var reach = await Reach.Of(connection, caller, area, now, stop);
        return await connection.Execute(
                $"""
                update report x set closed_at = coalesce(x.closed_at, @now),
                  closed_by = case when x.closed_at is null then @AccountId else x.closed_by end
                where x.id = @report and exists (select {ReportQueue.Within} and p.id = @report)
                """,
                new
                {
                    report,
                    caller.AccountId,
                    reach.Leaves,
                    now,
                },
                stop
            ) > 0;
    }

    private static readonly string Sql = $"""
        select p.id, p.subject_kind as kind, p.reason, p.text, p.created_at, p.closed_at, b.name as closed_by, p.reporter_account_id as writer_id,
               case when exists (select from gives_in(g.id) i (area) where i.area = any (@Leaves)) then g.id end as giver_id,
               case p.subject_kind when 'account' then array(
                 select q.id from request q where q.account_id = p.subject_id and q.responsible_area_id = any (@Leaves)
                 order by q.created_at desc, q.id desc limit 20)
               else array_remove(array[p.request_id], null) end as needs
        from (select p.*, s.id as request_id {ReportQueue.Within} and p.id = @report) p
        cross join lateral (
          select case p.subject_kind
            when 'account' then p.subject_id
            when 'offer' then (select o.account_id from offer o where o.id = p.subject_id)
            when 'match' then (select m.giver_account_id from match m where m.id = p.subject_id) end as id) g
        left join account_private b on b.account_id = p.closed_by
        """;
}
