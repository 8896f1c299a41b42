namespace MutualAid.Server.Teams.Queues;

/// <summary>
/// Open reports on needs, offers, matches and people of an area, the oldest first. What somebody wrote stands in none of them here,
/// nor who: a list is no look at anybody, one opened (<see cref="Reports.ReportOnDesk"/>) is. What was raised about a team's own looks
/// is the administrators'.
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

    /// <summary>From "from" on, of what is still open: report <c>p</c> and, where it is about one, need <c>s</c>.</summary>
    public static string From(QueueFilter filter, QueueKey? after)
    {
        // Days are the report's own; all else is the need's.
        string need =
            (filter with { From = null, To = null }).Sql
            + (filter.Urgency is null ? "" : " and s.urgency = @urgency");
        return $"""
            {Within} and p.closed_at is null
              {(after is null ? "" : "and (p.created_at, p.id) > (@afterAt, @afterId)")}
              {(filter.From is null ? "" : "and p.created_at >= @from")} {(
                filter.To is null ? "" : "and p.created_at < @before"
            )}
              {(need.Length == 0 ? "" : $"and s.id is not null{need}")}
            """;
    }

    /// <summary>The same of every report on something of <c>@Leaves</c>.</summary>
    public const string Within = """
        from report p
        left join lateral (
          select q.* from request q
          where q.id = case p.subject_kind when 'request' then p.subject_id
                                           when 'match' then (select m.request_id from match m where m.id = p.subject_id) end) s on true
        where p.reason <> 'harvesting' and case p.subject_kind
          when 'offer' then exists (select from offer o where o.id = p.subject_id and o.public_area_id = any (@Leaves))
          when 'account' then exists (select from request q where q.account_id = p.subject_id and q.responsible_area_id = any (@Leaves))
                           or exists (select from offer o where o.account_id = p.subject_id and o.public_area_id = any (@Leaves))
          else s.responsible_area_id = any (@Leaves) end
        """;
}
