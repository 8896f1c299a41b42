using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Queues;

/// <summary>
/// Open reports on needs, offers, matches and people of an area, the oldest first. What somebody wrote stands in none of them here,
/// nor who: a list is no look at anybody. What was raised about a team's own looks is the administrators'.
/// </summary>
internal static class ReportQueue
{
    public static string Sql(QueueFilter filter, QueueKey? after) =>
        $"""
            select x.report_id, x.report_kind, x.report_reason, x.reported_at, n.*
            from (
              select p.id as report_id, p.subject_kind as report_kind, p.reason as report_reason, p.created_at as reported_at, s.id as request_id
              {From(filter, after)}
              order by p.created_at, p.id limit @most) x
            left join lateral (select {QueueRow.Columns} from request r {QueueRow.Tables} where r.id = x.request_id) n on true
            order by x.reported_at, x.report_id
            """;

    /// <summary>Nothing is left to do about it; nothing happens when it is closed already, or not the reach's.</summary>
    public static Task Close(
        NpgsqlConnection connection,
        Caller caller,
        Reach reach,
        Guid report,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            $"""
            update report x set closed_at = @now, closed_by = @AccountId
            where x.id = @report and x.closed_at is null and exists (select {From(
                QueueFilter.None,
                null
            )} and p.id = @report)
            """,
            new
            {
                report,
                caller.AccountId,
                reach.Leaves,
                now,
            },
            stop
        );

    /// <summary>From "from" on: report <c>p</c> and, where it is about one, need <c>s</c>.</summary>
    public static string From(QueueFilter filter, QueueKey? after)
    {
        // Days are the report's own; all else is the need's.
        string need =
            (filter with { From = null, To = null }).Sql
            + (filter.Urgency is null ? "" : " and s.urgency = @urgency");
        return $"""
            from report p
            left join lateral (
              select q.* from request q
              where q.id = case p.subject_kind when 'request' then p.subject_id
                                               when 'match' then (select m.request_id from match m where m.id = p.subject_id) end) s on true
            where p.closed_at is null and p.reason <> 'harvesting'
              {(after is null ? "" : "and (p.created_at, p.id) > (@afterAt, @afterId)")}
              {(filter.From is null ? "" : "and p.created_at >= @from")} {(
                filter.To is null ? "" : "and p.created_at < @before"
            )}
              and case p.subject_kind
                when 'offer' then exists (select from offer o where o.id = p.subject_id and o.public_area_id = any (@Leaves))
                when 'account' then exists (select from request q where q.account_id = p.subject_id and q.responsible_area_id = any (@Leaves))
                                 or exists (select from offer o where o.account_id = p.subject_id and o.public_area_id = any (@Leaves))
                else s.responsible_area_id = any (@Leaves) end
              {(need.Length == 0 ? "" : $"and s.id is not null{need}")}
            """;
    }
}
