using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Interop.Exports;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Queues;

/// <summary>
/// Needs of a team's own area with whom to call and where, in the order of a walk, for a stated reason. It is an export of few
/// rows: what is on it is written to the access log before it is shown, one row a household, and counted as looks are.
/// </summary>
internal sealed class RoundSheet(ServiceDatabase database, PrivateViews views, TimeProvider time)
{
    /// <summary>Needs on one sheet: more than anybody visits in a day.</summary>
    public const int Most = 60;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <param name="ids">Of live needs; what is not the area's, or over, is left out.</param>
    /// <param name="start">Where the walk begins, in degrees; null: at the first of them.</param>
    /// <exception cref="Refusal">400: no reason. 404: not the caller's area. 422: none of them is there, or more households than anybody may open. 429: too many sheets, or people, already.</exception>
    public async Task<IReadOnlyList<RoundStop>> Make(
        Caller caller,
        Guid area,
        IReadOnlyList<Guid> ids,
        (double Lon, double Lat)? start,
        string? reason,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? stated = CleanText.Line(errors, "reason", reason, PrivateExport.MostReason);
        if (!errors.Any)
            errors.Check(
                stated?.EnumerateRunes().Count() >= PrivateExport.LeastReason,
                "reason",
                "length",
                PrivateExport.LeastReason,
                PrivateExport.MostReason
            );
        var (needs, refusal) = await database.Transaction(
            async connection =>
            {
                var now = time.GetUtcNow();
                var reach = await Reach.Of(connection, caller, area, now, stop);
                errors.ThrowIfAny();
                await PrivateViews.LockLooks(connection, caller, stop);
                var room = (
                    await connection.Row<Room>(
                        """
                        select setting('round_sheets_a_day')::int as most, setting('team_private_an_hour')::int as doors, count(*)::int as made, min(e.made_at) as oldest
                        from private_export e where e.account_id = @AccountId and e.kind = 'round' and e.made_at > @since
                        """,
                        new { caller.AccountId, since = now - Day },
                        stop
                    )
                )!;
                if (room.Made >= room.Most)
                    throw new Refusal(429, "roundsToday") { RetryAfter = room.Oldest + Day - now };
                var needs = await RoundNeed.Read(connection, reach, [.. ids.Take(Most)], stop);
                if (needs.Count == 0)
                    throw new Refusal(422, "roundEmpty");
                var export = Guid.CreateVersion7(now);
                var looks = needs
                    .DistinctBy(need => need.HouseholdId)
                    .Select(need => new PrivateView(
                        reach.Role,
                        reach.RoleAreaId,
                        need.OwnerId,
                        need.HouseholdId,
                        need.Id,
                        null,
                        "round"
                    ))
                    .ToList();
                // However long one waits, so many are never open to anybody.
                if (looks.Count > room.Doors)
                    throw new Refusal(422, "roundTooMany", looks.Count, room.Doors);
                if (await views.WriteAll(connection, caller, looks, export, stop) is { } refusal)
                    return ([], refusal);
                await connection.Execute(
                    """
                    insert into private_export (id, account_id, area_id, reason, made_at, kind)
                    values (@export, @AccountId, @area, @stated, @now, 'round')
                    """,
                    new
                    {
                        export,
                        caller.AccountId,
                        area,
                        stated,
                        now,
                    },
                    stop
                );
                return (needs, (Refusal?)null);
            },
            stop
        );
        // When it is committed: thrown inside, it would take back what it raised.
        if (refusal is not null)
            throw refusal;
        // In the order in which they were chosen: the first of them is where the walk begins.
        var place = ids.Select((id, at) => (id, at)).DistinctBy(one => one.id).ToDictionary();
        var doors = needs
            .OrderBy(need => place[need.Id])
            .GroupBy(need => need.HouseholdId)
            .Select(home => new RoundStop(home.First(), [.. home]))
            .ToList();
        return [.. Walk.Order([.. doors.Select(door => door.Place)], start).Select(door => doors[door])];
    }

    private sealed class Room
    {
        public int Most { get; init; }

        /// <summary>Households that one may open in an hour.</summary>
        public int Doors { get; init; }
        public int Made { get; init; }
        public DateTimeOffset? Oldest { get; init; }
    }
}

/// <summary>One door of a walk and what is needed behind it.</summary>
public sealed record RoundStop(RoundNeed Who, IReadOnlyList<RoundNeed> Needs)
{
    public (double, double) Place => (Who.Longitude, Who.Latitude);
}

/// <summary>A need with what it takes to call and to visit.</summary>
public sealed class RoundNeed
{
    public Guid Id { get; init; }
    public Guid HouseholdId { get; init; }
    public Guid OwnerId { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public string Urgency { get; init; } = "";
    public int? People { get; init; }
    public bool Verified { get; init; }
    public DateTimeOffset? NeededBy { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
    public string? Note { get; init; }
    public string? Details { get; init; }

    /// <summary>Degrees, of the exact place.</summary>
    public double Longitude { get; init; }
    public double Latitude { get; init; }

    internal static Task<IReadOnlyList<RoundNeed>> Read(
        NpgsqlConnection connection,
        Reach reach,
        Guid[] ids,
        CancellationToken stop
    ) =>
        connection.Rows<RoundNeed>(
            """
            select r.id, r.household_id, r.account_id as owner_id, c.code as category, r.quantity, r.unmet, r.urgency, r.people,
                   r.verified_at is not null as verified, r.needed_by,
                   case when h.on_behalf then p.name else coalesce(o.name, p.name) end as name,
                   case when h.on_behalf then p.phone else coalesce(o.phone, p.phone) end as phone,
                   p.address, p.note, p.details, st_x(p.place::geometry) as longitude, st_y(p.place::geometry) as latitude
            from request r
            join category c on c.id = r.category_id
            join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
            join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
            left join account_private o on o.account_id = r.account_id
            where r.id = any (@ids) and r.responsible_area_id = any (@Leaves) and r.end_status is null
            order by r.id
            """,
            new { ids, reach.Leaves },
            stop
        );
}
