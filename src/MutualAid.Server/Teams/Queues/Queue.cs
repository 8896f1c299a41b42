namespace MutualAid.Server.Teams.Queues;

/// <summary>One kind of work that waits for a team, as SQL over <c>request</c>.</summary>
/// <param name="Name">As in the address.</param>
/// <param name="Where">Of row <c>r</c>; implied by a partial index that has the queue's order.</param>
/// <param name="Fits">Of row <c>s</c>: what only the row itself, or its matches, can say.</param>
/// <param name="Few">The ids to begin with, where there are fewer of them than the leaves have needs.</param>
public sealed record Queue(string Name, string Where, string Fits, string? Few = null)
{
    private const string Live = "r.end_status is null and r.hidden_at is null";

    /// <summary>Live, and nobody has confirmed the household.</summary>
    public static readonly Queue Verify = new(
        "verify",
        $"{Live} and r.verified_at is null",
        "s.expires_at > @now"
    );

    /// <summary>Units are unmet.</summary>
    public static readonly Queue Waiting = new("waiting", $"{Live} and r.unmet > 0", "s.expires_at > @now");

    /// <summary>Somebody said yes, and of their time to come more than half is gone without a step.</summary>
    public static readonly Queue Silent = new(
        "silent",
        "r.end_status is null and r.promised > 0",
        """
        exists (select from match m where m.request_id = s.id and m.status in ('accepted', 'onTheWay')
                and @now > coalesce(m.set_out_at, m.accepted_at) + (m.due_by - coalesce(m.set_out_at, m.accepted_at)) / 2)
        """
    );

    /// <summary>Unmet after a delivery that failed or was disputed within a week.</summary>
    public static readonly Queue Failed = new(
        "failed",
        $"{Live} and r.unmet > 0",
        "s.expires_at > @now",
        """
        select distinct m.request_id as id from (
          select m.request_id from match m
          where m.root_area_id = @root and m.status = 'failed' and m.ended_at > @now - interval '7 days'
          order by m.ended_at desc limit @failures) m
        """
    );

    /// <summary>Unmet, and late soon: needed or over within 12 hours, or urgent for two with nobody asked.</summary>
    public static readonly Queue Risk = new(
        "risk",
        $"{Live} and r.unmet > 0",
        """
        s.expires_at > @now and (least(s.needed_by, s.expires_at) < @now + interval '12 hours'
          or (s.urgency = 'urgent' and s.created_at < @now - interval '2 hours'
              and not exists (select from match m where m.request_id = s.id and m.status = 'proposed')))
        """
    );

    /// <summary>What somebody has reported and nobody has closed. Its rows are reports.</summary>
    public static readonly Queue Reports = new("reports", "", "");

    /// <summary>Every need, the latest first.</summary>
    public static readonly Queue All = new("all", "true", "true");

    /// <summary>In the order in which they are shown.</summary>
    public static readonly IReadOnlyList<Queue> Every = [Waiting, Risk, Verify, Silent, Failed, Reports, All];

    public static Queue? Of(string? name) => Every.FirstOrDefault(queue => queue.Name == name);

    public bool LatestFirst => this == All;

    /// <summary>The order's first part, of a row.</summary>
    public string Order(string row) => LatestFirst ? "0" : $"urgency_order({row}.urgency)";
}

/// <summary>Where a page of a queue begins: behind this need.</summary>
public sealed record QueueKey(int Order, DateTimeOffset At, Guid Id)
{
    public string Write() =>
        Web.Cursor.Write(
            FormattableString.Invariant($"{Order}"),
            At.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            $"{Id}"
        );

    /// <exception cref="Web.Refusal">400 on <c>cursor</c>: it is none of ours.</exception>
    public static QueueKey? Read(string? cursor)
    {
        if (cursor is null)
            return null;
        string[] parts = Web.Cursor.Read(cursor, 3);
        return
            parts[0] is "0" or "1" or "2"
            && DateTimeOffset.TryParseExact(
                parts[1],
                "O",
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal,
                out var at
            )
            && Guid.TryParse(parts[2], out var id)
            ? new QueueKey(parts[0][0] - '0', at.ToUniversalTime(), id)
            : throw Web.Cursor.Wrong();
    }
}
