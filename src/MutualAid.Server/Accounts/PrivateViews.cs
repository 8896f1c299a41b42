using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>A look at somebody's private data. <paramref name="Role"/>: giver, receiver, or the team's role.</summary>
/// <param name="TeamAreaId">Where the team's role is; null for the sides of a match.</param>
/// <param name="OwnerId">The account that is seen.</param>
/// <param name="HouseholdId">Of the request: a giver or a team sees one of its poster's households, each with a door of its own. Of a giver whom a team calls: the giver; of a report: who wrote it.</param>
/// <param name="RequestId">Null: a giver's number, or what somebody wrote in a report, which belong to no need.</param>
/// <param name="What">contact, private, export, round, giver, report.</param>
public sealed record PrivateView(
    string Role,
    Guid? TeamAreaId,
    Guid OwnerId,
    Guid HouseholdId,
    Guid? RequestId,
    Guid? MatchId,
    string What
)
{
    /// <summary>The row of the moderation log that says why, where one does.</summary>
    public Guid? ActId { get; init; }
}

/// <summary>
/// Writes each look at somebody's private data down before it is shown, where the one who is seen can read it. Who opens more
/// people's than helping needs is stopped until the first of them is past the window, and it is raised: a report, a message to
/// the administrators, a line in the log and a metric. To look again at the same person costs nothing.
/// </summary>
/// <remarks>
/// Counted from the access log itself, which nobody can rewrite: there is no second count that could differ from it. It reads
/// what one account has looked at in its window, by <c>access_log_reader</c>.
/// </remarks>
public sealed class PrivateViews(Outbox outbox, TimeProvider time, ILogger<PrivateViews> log)
{
    private static readonly (string Setting, TimeSpan Window) OfSides = (
        "contacts_a_day",
        TimeSpan.FromHours(24)
    );

    // A shift that met a day's limit at noon would leave its ward alone until the next: the team's frees itself in an hour.
    private static readonly (string Setting, TimeSpan Window) OfTeam = (
        "team_private_an_hour",
        TimeSpan.FromHours(1)
    );

    /// <summary>Writes the look down, inside the caller's transaction.</summary>
    /// <returns>429, to be thrown when the transaction is committed, or it would take back what it raised; null: it may be shown.</returns>
    /// <exception cref="Refusal">401: the reader's session wants a fresh code.</exception>
    public async Task<Refusal?> Write(
        NpgsqlConnection connection,
        Caller caller,
        PrivateView view,
        CancellationToken stop
    )
    {
        caller.DemandFreshCode();
        var now = time.GetUtcNow();
        var (setting, window) = caller.Roles.Count > 0 ? OfTeam : OfSides;
        await LockLooks(connection, caller, stop);
        var others = (
            await connection.Row<Others>(
                """
                select count(*)::int as people, min(last) as oldest, setting(@setting)::int as most,
                       (select exists (select from access_log l left join request r on r.id = l.request_id
                                       where l.reader_account_id = @AccountId and l.at > @since
                                         and case l.reader_role when 'receiver' then l.owner_account_id else coalesce(r.household_id, l.owner_account_id) end = @who)) as known
                from (select max(l.at) as last
                      from access_log l left join request r on r.id = l.request_id
                      where l.reader_account_id = @AccountId and l.at > @since
                      group by case l.reader_role when 'receiver' then l.owner_account_id else coalesce(r.household_id, l.owner_account_id) end) seen
                """,
                new
                {
                    caller.AccountId,
                    since = now - window,
                    setting,
                    who = view.Role == "receiver" ? view.OwnerId : view.HouseholdId,
                },
                stop
            )
        )!;
        if (!others.Known && others.People >= others.Most)
        {
            await Raise(connection, caller, view, others.People, now, stop);
            PrivateViewMeter.CountRefused();
            return new Refusal(429, "privateViews") { RetryAfter = others.Oldest + window - now };
        }
        await connection.Execute(
            """
            insert into access_log (at, reader_account_id, reader_role, reader_area_id, owner_account_id, request_id, match_id, what, act_id)
            values (@now, @AccountId, @Role, @TeamAreaId, @OwnerId, @RequestId, @MatchId, @What, @ActId)
            """,
            new
            {
                now,
                caller.AccountId,
                view.Role,
                view.TeamAreaId,
                view.OwnerId,
                view.RequestId,
                view.MatchId,
                view.What,
                view.ActId,
            },
            stop
        );
        PrivateViewMeter.CountShown();
        return null;
    }

    /// <summary>
    /// The looks of an export, all of them or none: one a household. Each counts as a look at a page does, so that a table is no
    /// way around the stop.
    /// </summary>
    /// <param name="export">The row of <c>private_export</c> that says why.</param>
    /// <returns>As <see cref="Write"/>.</returns>
    public async Task<Refusal?> WriteAll(
        NpgsqlConnection connection,
        Caller caller,
        IReadOnlyList<PrivateView> views,
        Guid export,
        CancellationToken stop
    )
    {
        caller.DemandFreshCode();
        var now = time.GetUtcNow();
        var (setting, window) = OfTeam;
        await LockLooks(connection, caller, stop);
        var looks = await connection.Rows<Looked>(
            """
            select coalesce(r.household_id, l.owner_account_id) as who, max(l.at) as last, setting(@setting)::int as most
            from access_log l left join request r on r.id = l.request_id
            where l.reader_account_id = @AccountId and l.at > @since
            group by 1 order by last
            """,
            new
            {
                caller.AccountId,
                since = now - window,
                setting,
            },
            stop
        );
        var asked = views.Select(view => view.HouseholdId).ToHashSet();
        var others = looks.Where(look => !asked.Contains(look.Who)).ToList();
        if (others.Count > 0 && others.Count + asked.Count > others[0].Most)
        {
            await Raise(connection, caller, views[0], looks.Count, now, stop);
            PrivateViewMeter.CountRefused();
            // Until so many of the others are past the window that these fit in.
            int freed = Math.Min(others.Count + asked.Count - others[0].Most, others.Count);
            return new Refusal(429, "privateViews") { RetryAfter = others[freed - 1].Last + window - now };
        }
        await connection.Execute(
            """
            insert into access_log (at, reader_account_id, reader_role, reader_area_id, owner_account_id, request_id, what, export_id)
            select @now, @AccountId, @Role, @TeamAreaId, v.owner, v.request, @What, @export
            from unnest(@owners, @requests) v (owner, request)
            """,
            new
            {
                now,
                caller.AccountId,
                views[0].Role,
                views[0].TeamAreaId,
                views[0].What,
                export,
                owners = views.Select(view => view.OwnerId).ToArray(),
                requests = views.Select(view => view.RequestId).ToArray(),
            },
            stop
        );
        for (int i = 0; i < views.Count; i++)
            PrivateViewMeter.CountShown();
        return null;
    }

    // Of one account's looks the next is counted when the last is committed: thirty at once are not thirty first ones.
    internal static Task LockLooks(NpgsqlConnection connection, Caller caller, CancellationToken stop) =>
        connection.Execute(
            "select pg_advisory_xact_lock(hashtextextended(@AccountId::text, 3))",
            new { caller.AccountId },
            stop
        );

    // Once a day for one account: who is told every second stops reading.
    private async Task Raise(
        NpgsqlConnection connection,
        Caller caller,
        PrivateView view,
        int people,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var report = await connection.Value<Guid?>(
            """
            insert into report (id, subject_kind, subject_id, area_id, reason, created_at)
            select @id, 'account', @AccountId, coalesce(r.root_area_id, a.root_id), 'harvesting', @now
            from (select) one left join request r on r.id = @RequestId left join area a on a.id = @TeamAreaId
            where not exists (
              select from report p where p.subject_id = @AccountId and p.reason = 'harvesting' and p.created_at > @now - interval '24 hours')
            returning id
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                caller.AccountId,
                view.RequestId,
                view.TeamAreaId,
                now,
            },
            stop
        );
        if (report is null)
            return;
        // Whose account it is stands in the report and nowhere else.
        log.LogWarning(
            "an account was stopped at the private data of {People} people: report {Report}",
            people,
            report
        );
        PrivateViewMeter.CountRaised();
        foreach (var told in await Administrators(connection, view, now, stop))
            await outbox.Add(
                connection,
                "harvesting",
                told.Phone,
                Texts.Of(told.Locale, "message.harvesting", people, report),
                told.AccountId,
                now,
                stop
            );
        outbox.Wake();
    }

    private static Task<IReadOnlyList<Administrator>> Administrators(
        NpgsqlConnection connection,
        PrivateView view,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<Administrator>(
            """
            select distinct a.id as account_id, a.locale, p.phone
            from area root
            join role_grant g on g.area_id = any (root.ancestors) and g.role = 'administrator'
              and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now)
            join account a on a.id = g.account_id and a.suspended_at is null
            join account_private p on p.account_id = a.id
            where root.id = coalesce((select r.root_area_id from request r where r.id = @RequestId), (select t.root_id from area t where t.id = @TeamAreaId))
            """,
            new
            {
                view.RequestId,
                view.TeamAreaId,
                now,
            },
            stop
        );

    private sealed class Others
    {
        public int People { get; init; }
        public DateTimeOffset? Oldest { get; init; }
        public int Most { get; init; }
        public bool Known { get; init; }
    }

    private sealed class Looked
    {
        public Guid Who { get; init; }
        public DateTimeOffset Last { get; init; }
        public int Most { get; init; }
    }

    private sealed class Administrator
    {
        public Guid AccountId { get; init; }
        public string Locale { get; init; } = "vi";
        public string Phone { get; init; } = "";
    }
}
