using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Teams;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Exports;

/// <summary>
/// The live needs of an area with whom to call, for a stated reason. What the one who takes it sees is written to the access log
/// before it is shown, one row a household, and counted as looks are: not more people than one may open page by page.
/// </summary>
internal sealed class PrivateExport(ServiceDatabase database, PrivateViews views, TimeProvider time)
{
    public const int LeastReason = 10;
    public const int MostReason = 300;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <exception cref="Refusal">
    /// 400: no reason. 404: not the caller's area. 422: more households than anybody may open. 429: too many exports, or people, already.
    /// </exception>
    public async Task<IReadOnlyList<AreaNeed>> Take(
        Caller caller,
        Guid area,
        string? reason,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? stated = CleanText.Line(errors, "reason", reason, MostReason);
        if (!errors.Any)
            errors.Check(
                stated?.EnumerateRunes().Count() >= LeastReason,
                "reason",
                "length",
                LeastReason,
                MostReason
            );
        var (needs, refusal) = await database.Transaction(
            async connection =>
            {
                var now = time.GetUtcNow();
                var reach = await Reach.Of(connection, caller, area, now, stop);
                // To whom the area is not there, nothing is wrong with the reason either.
                errors.ThrowIfAny();
                await PrivateViews.LockLooks(connection, caller, stop);
                var room = await Room(connection, caller, reach, now, stop);
                if (room.Left == 0)
                    throw new Refusal(429, "exportsToday") { RetryAfter = room.Oldest + Day - now };
                room.Demand(room.Households);
                var needs = await AreaNeed.Private(connection, reach.Leaves, now, stop);
                var export = Guid.CreateVersion7(now);
                var looks = Looks(needs, reach);
                // One that was posted since they were counted.
                room.Demand(looks.Count);
                if (
                    looks.Count > 0
                    && await views.WriteAll(connection, caller, looks, export, stop) is { } refusal
                )
                    return ([], refusal);
                await connection.Execute(
                    """
                    insert into private_export (id, account_id, area_id, reason, made_at)
                    values (@export, @AccountId, @area, @stated, @now)
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
        return refusal is null ? needs : throw refusal;
    }

    public static async Task<ExportRoom> Room(
        NpgsqlConnection connection,
        Caller caller,
        Reach reach,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (
            await connection.Row<ExportRoom>(
                """
                select (select count(distinct r.household_id)::int from request r
                        where r.responsible_area_id = any (@Leaves) and r.end_status is null) as households,
                       setting('team_private_an_hour')::int as most,
                       greatest(0, setting('private_exports_a_day')::int - count(*)::int) as left,
                       min(e.made_at) as oldest
                from private_export e where e.account_id = @AccountId and e.kind = 'table' and e.made_at > @since
                """,
                new
                {
                    reach.Leaves,
                    caller.AccountId,
                    since = now - Day,
                },
                stop
            )
        )!;

    // By household and not by need: they are counted by doors.
    private static IReadOnlyList<PrivateView> Looks(IReadOnlyList<AreaNeed> needs, Reach reach) =>
        [
            .. needs
                .DistinctBy(need => need.HouseholdId)
                .Select(need => new PrivateView(
                    reach.Role,
                    reach.RoleAreaId,
                    need.OwnerId,
                    need.HouseholdId,
                    need.Id,
                    null,
                    "export"
                )),
        ];
}

/// <summary>What an export of this area would hold now, and what its reader may still take.</summary>
public sealed class ExportRoom
{
    /// <summary>With a live need.</summary>
    public int Households { get; init; }

    /// <summary>Households that one may open in an hour.</summary>
    public int Most { get; init; }

    /// <summary>Exports that one may still make today.</summary>
    public int Left { get; init; }

    /// <summary>When the first of today's was made.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <exception cref="Refusal">422: nothing is seen and no waiting helps, so there is nothing to raise either.</exception>
    public void Demand(int households)
    {
        if (households > Most)
            throw new Refusal(422, "exportTooMany", households, Most);
    }
}
