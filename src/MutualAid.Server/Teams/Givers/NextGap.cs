using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>
/// Points an idle giver to the next need that nobody comes to: asked through the door, in the team's name, where the offer's
/// reach holds it; beyond that told by message, with a link by which they claim it if they will.
/// </summary>
internal sealed class NextGap(
    Idempotency idempotency,
    ServiceDatabase database,
    MatchMessages messages,
    Outbox outbox,
    Settings settings,
    TimeProvider time
)
{
    /// <exception cref="Refusal">
    /// 404: no giver of an area of the caller's. 409: suspended, off duty, asked or carrying already, pointed lately, or nothing to point to.
    /// </exception>
    public async Task<Pointed> Point(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid giver,
        CancellationToken stop
    )
    {
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/givers/{giver}/next-gap",
            new { areaId = area },
            async connection =>
            {
                var now = time.GetUtcNow();
                var reach = await GiverList.Of(connection, caller, area, giver, now, stop);
                await DemandIdle(connection, giver, now, stop);
                foreach (var gap in await Gap.Next(connection, reach, giver, now, stop))
                {
                    if (gap.Metres > gap.ReachMetres)
                        return await Tell(connection, caller, reach, giver, gap, now, stop);
                    if (await Propose(connection, caller, reach, giver, gap, now, stop) is { } match)
                        return new Made("match", match, StatusCodes.Status201Created);
                }
                throw new Refusal(409, "noGap");
            },
            stop
        );
        messages.Wake();
        await using var reading = await database.Open(stop);
        return await Pointed.Read(reading, made, stop) ?? throw Refusal.NotFound();
    }

    // Under the giver's lock, the first that the door takes: of two teams who point the same giver, the second finds them asked, or told.
    private static async Task DemandIdle(
        NpgsqlConnection connection,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await connection.Execute(
            "select 1 from account a where a.id = @giver for no key update",
            new { giver },
            stop
        );
        string? not = await connection.Value<string>(
            """
            select case
              when a.suspended_at is not null then 'giverSuspended'
              when not a.on_duty then 'giverOffDuty'
              when exists (select from match m where m.giver_account_id = @giver and m.status in ('proposed', 'accepted', 'onTheWay')) then 'giverBusy'
              when exists (select from moderation_log l where l.account_id = @giver and l.act = 'point'
                           and l.at > @now - setting('point_again_minutes') * interval '1 minute') then 'pointedLately' end
            from account a where a.id = @giver
            """,
            new { giver, now },
            stop
        );
        if (not is not null)
            throw new Refusal(409, not);
    }

    // Null: the door would not have it, another need may do.
    private async Task<Guid?> Propose(
        NpgsqlConnection connection,
        Caller caller,
        Reach reach,
        Guid giver,
        Gap gap,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var match = Guid.CreateVersion7(now);
        string? outcome = await connection.Value<string>(
            """
            select outcome from match_propose(@now, null, 'team', array[@match], array[@RequestId], array[@OfferId], array[@Units], array[@trip],
              array[@reasons::jsonb])
            """,
            new
            {
                now,
                match,
                gap.RequestId,
                gap.OfferId,
                gap.Units,
                trip = Guid.CreateVersion7(now),
                reasons = JsonSerializer.Serialize(
                    new object[]
                    {
                        new { code = "pointed", args = new[] { reach.Name } },
                        new { code = "within", args = new[] { (int)Math.Round(gap.Metres) } },
                    }
                ),
            },
            stop
        );
        if (outcome is "busy")
            throw new Refusal(409, "giverBusy");
        if (outcome != "done")
            return null;
        await messages.Proposed(connection, [match], stop);
        await Write(connection, caller, reach, giver, gap, now, stop);
        return match;
    }

    private async Task<Made> Tell(
        NpgsqlConnection connection,
        Caller caller,
        Reach reach,
        Guid giver,
        Gap gap,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var told = await connection.Row<Told>(
            "select p.phone, a.locale from account a join account_private p on p.account_id = a.id where a.id = @giver",
            new { giver },
            stop
        );
        if (told is not null)
            await outbox.Add(
                connection,
                "team.pointed",
                told.Phone,
                Texts.Of(
                    told.Locale,
                    "message.team.pointed",
                    reach.Name,
                    Say.Distance(told.Locale, gap.Metres),
                    $"{settings.PublicUrl.TrimEnd('/')}/requests/{gap.RequestId}"
                ),
                giver,
                now,
                stop
            );
        return new Made(
            "point",
            await Write(connection, caller, reach, giver, gap, now, stop),
            StatusCodes.Status201Created
        );
    }

    private static Task<Guid> Write(
        NpgsqlConnection connection,
        Caller caller,
        Reach reach,
        Guid giver,
        Gap gap,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        new Moderated("point", giver, caller.AccountId, reach.Role, reach.AreaId)
        {
            Request = gap.RequestId,
        }.Write(connection, now, stop);

    private sealed class Told
    {
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "vi";
    }
}
