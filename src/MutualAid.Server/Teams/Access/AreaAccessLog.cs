using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Access;

/// <summary>What is looked for in the log. A phone is looked up here and nowhere kept.</summary>
/// <param name="Reader">A number or an account's id; null: everybody.</param>
public sealed record LookSearch(string? Reader, string? Need, string? From, string? To);

/// <summary>What was found, and who asked here lately.</summary>
internal sealed record Looks(
    RoleGround Ground,
    IReadOnlyList<LookRow> Rows,
    IReadOnlyList<HarvestAlarm> Alarms,
    IReadOnlyList<LogLook> Asked
);

/// <summary>
/// The access log of an area's needs, for its lead and its administrators: found by reader, need and day. To look here is
/// written down before anything is shown.
/// </summary>
public sealed class AreaAccessLog(ServiceDatabase database, TimeProvider time)
{
    // Without a day somebody wants to know what is happening now; the log of years is not read for that.
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);
    private const int MostDays = 92;

    /// <exception cref="Refusal">404: not the caller's ground. 400: what is looked for cannot be read.</exception>
    internal async Task<Looks> Search(
        Caller caller,
        Guid area,
        LookSearch search,
        long? before,
        int most,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        return await database.Transaction(
            async connection =>
            {
                var ground = await RoleGround.Of(connection, caller, area, now, stop);
                var errors = new FieldErrors();
                var days = LookDays.Read(errors, search.From, search.To);
                // What is looked at in this very moment counts.
                var until = days.Until ?? now + TimeSpan.FromSeconds(1);
                var from = days.From ?? until - Usual;
                if (!errors.Any)
                    errors.Check(until - from <= TimeSpan.FromDays(MostDays), "to", "lookDays", MostDays);
                Guid? need = null;
                if (search.Need is { } text)
                    need = errors.Check(Guid.TryParse(text, out var id), "need", "uuid") ? id : null;
                var reader = await Reader(connection, errors, search.Reader, stop);
                errors.ThrowIfAny();
                var asked = await Asked(connection, area, stop);
                await connection.Execute(
                    """
                    insert into access_log_look (at, reader_account_id, reader_role, area_id, asked_reader, asked_request, asked_from, asked_until)
                    values (@now, @AccountId, @Role, @area, @reader, @need, @from, @until)
                    """,
                    new
                    {
                        now,
                        caller.AccountId,
                        ground.Role,
                        area,
                        reader,
                        need,
                        from,
                        until,
                    },
                    stop
                );
                return new Looks(
                    ground,
                    await Find(connection, ground, reader, need, (from, until), before, most, stop),
                    await Alarms(connection, ground, now, stop),
                    asked
                );
            },
            stop
        );
    }

    // A number that nobody has finds nothing, as an account that never looked: this is no way to ask who is here.
    private static async Task<Guid?> Reader(
        NpgsqlConnection connection,
        FieldErrors errors,
        string? text,
        CancellationToken stop
    )
    {
        if (text is null)
            return null;
        if (Guid.TryParse(text, out var id))
            return id;
        return errors.Check(Phone.Read(text, out _) is not null, "reader", "readerPhone")
            ? await connection.Value<Guid?>(
                "select account_id from account_private where phone = @E164",
                new { Phone.Read(text, out _)!.E164 },
                stop
            ) ?? Guid.Empty
            : null;
    }

    private static Task<IReadOnlyList<LookRow>> Find(
        NpgsqlConnection connection,
        RoleGround ground,
        Guid? reader,
        Guid? need,
        (DateTimeOffset From, DateTimeOffset Until) days,
        long? before,
        int most,
        CancellationToken stop
    ) =>
        connection.Rows<LookRow>(
            """
            select l.id, l.at, l.reader_account_id as reader_id, l.reader_role as role, a.name as area_name, p.name as reader_name,
                   right(p.phone, 3) as reader_phone_end, l.request_id, c.code as category, l.what, coalesce(e.reason, d.reason) as reason
            from access_log l
            left join request r on r.id = l.request_id
            left join category c on c.id = r.category_id
            left join area a on a.id = l.reader_area_id
            left join moderation_log d on d.id = l.act_id
            left join account_private p on p.account_id = l.reader_account_id
            left join private_export e on e.id = l.export_id
            where l.at >= @From and l.at < @Until
              -- a giver who was looked up stands by no need: it is told where the reader's role is
              and (r.responsible_area_id = any (@Leaves) or (l.request_id is null and a.ancestors @> array[@AreaId]))
              and (@reader::uuid is null or l.reader_account_id = @reader) and (@need::uuid is null or l.request_id = @need)
              and (@before::bigint is null or l.id < @before)
            order by l.id desc limit @most + 1
            """,
            new
            {
                days.From,
                days.Until,
                ground.Leaves,
                ground.AreaId,
                reader,
                need,
                before,
                most,
            },
            stop
        );

    // Raised over the whole province; shown to whoever looks after one of the needs that were opened.
    private static Task<IReadOnlyList<HarvestAlarm>> Alarms(
        NpgsqlConnection connection,
        RoleGround ground,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<HarvestAlarm>(
            """
            select p.id as report_id, p.created_at as at, p.subject_id as reader_id, a.name as reader_name, right(a.phone, 3) as reader_phone_end,
                   seen.people, p.closed_at
            from report p
            left join account_private a on a.account_id = p.subject_id
            cross join lateral (
              select count(distinct case l.reader_role when 'receiver' then l.owner_account_id else r.household_id end)::int as people,
                     bool_or(r.responsible_area_id = any (@Leaves)) as here
              from access_log l join request r on r.id = l.request_id
              where l.reader_account_id = p.subject_id and l.at > p.created_at - interval '24 hours' and l.at <= p.created_at) seen
            where p.reason = 'harvesting' and p.reporter_account_id is null and p.created_at > @now - interval '90 days' and seen.here
            order by p.created_at desc, p.id limit 20
            """,
            new { ground.Leaves, now },
            stop
        );

    private static Task<IReadOnlyList<LogLook>> Asked(
        NpgsqlConnection connection,
        Guid area,
        CancellationToken stop
    ) =>
        connection.Rows<LogLook>(
            """
            select l.at, l.reader_role as role, p.name, right(p.phone, 3) as phone_end, l.asked_from, l.asked_until,
                   l.asked_reader is not null as one_reader, l.asked_request is not null as one_need
            from access_log_look l left join account_private p on p.account_id = l.reader_account_id
            where l.area_id = @area order by l.id desc limit 10
            """,
            new { area },
            stop
        );
}
