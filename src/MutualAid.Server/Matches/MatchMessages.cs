using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>
/// Tells each side of a match what the other did, in their own language, inside the transaction that did it. A message may be
/// read by whoever holds the phone: no name, no address and no need stands in it.
/// </summary>
public sealed class MatchMessages(Outbox outbox, Settings settings, TimeProvider time)
{
    /// <summary>Asks the givers of these proposals: one message a giver, however many matches the trip has.</summary>
    public async Task Proposed(
        NpgsqlConnection connection,
        IReadOnlyList<Guid> matches,
        CancellationToken stop
    )
    {
        foreach (var trip in (await Read(connection, matches, stop)).GroupBy(match => match.GiverAccountId))
        {
            var first = trip.MinBy(match => match.RespondBy)!;
            await Send(
                connection,
                "proposed",
                first.GiverAccountId,
                first.GiverPhone,
                first.GiverLocale,
                stop,
                trip.Count(),
                first.RespondBy
            );
        }
    }

    /// <summary>Tells the request's owner that somebody will come; whom the owner posted for gets the hand-over code.</summary>
    public async Task Accepted(NpgsqlConnection connection, Guid match, CancellationToken stop)
    {
        foreach (var told in await Read(connection, [match], stop))
        {
            await Send(connection, "accepted", told.OwnerAccountId, told.OwnerPhone, told.OwnerLocale, stop);
            if (told is { OnBehalf: true, HelpedPhone: not null })
                await Send(
                    connection,
                    "code",
                    told.OwnerAccountId,
                    told.HelpedPhone,
                    await Outbox.Locale(connection, told.HelpedPhone, stop),
                    stop,
                    told.HandOverCode
                );
        }
    }

    /// <summary>Tells the owner where the parcel is: <c>onTheWay</c>, <c>delivered</c>, <c>confirmed</c>, or <c>off</c> when nobody comes after all.</summary>
    public async Task ToOwner(
        NpgsqlConnection connection,
        string what,
        IReadOnlyList<Guid> matches,
        CancellationToken stop
    )
    {
        foreach (var told in await Read(connection, matches, stop))
            await Send(connection, what, told.OwnerAccountId, told.OwnerPhone, told.OwnerLocale, stop);
    }

    /// <summary>Tells the giver that a match which they accepted was called <c>off</c>, or that the delivery was <c>disputed</c>.</summary>
    public async Task ToGiver(
        NpgsqlConnection connection,
        string what,
        IReadOnlyList<Guid> matches,
        CancellationToken stop
    )
    {
        foreach (var told in await Read(connection, matches, stop))
            await Send(
                connection,
                what + "Giver",
                told.GiverAccountId,
                told.GiverPhone,
                told.GiverLocale,
                stop
            );
    }

    /// <summary>
    /// Tells whoever waits for, or is on their way with, something that the service itself has taken back: the giver always,
    /// the receiver where it was not by their own act. Returns how many matches.
    /// </summary>
    public async Task<int> CalledOff(NpgsqlConnection connection, CancellationToken stop)
    {
        var off = await connection.Rows<Off>(
            """
            with told as (
              delete from called_off where match_id in (select match_id from called_off order by match_id limit 500 for update skip locked)
              returning match_id, root_area_id
            )
            select m.id, m.end_reason in ('suspended', 'erased', 'blocked') and owner.suspended_at is null as for_owner
            from told
            join match m on (m.id, m.root_area_id) = (told.match_id, told.root_area_id)
            join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
            join account owner on owner.id = r.account_id
            """,
            null,
            stop
        );
        await ToGiver(connection, "off", [.. off.Select(match => match.Id)], stop);
        await ToOwner(
            connection,
            "off",
            [.. off.Where(match => match.ForOwner).Select(match => match.Id)],
            stop
        );
        return off.Count;
    }

    private sealed class Off
    {
        public Guid Id { get; init; }
        public bool ForOwner { get; init; }
    }

    /// <summary>To be said after the commit.</summary>
    public void Wake() => outbox.Wake();

    private async Task Send(
        NpgsqlConnection connection,
        string what,
        Guid account,
        string? phone,
        string? locale,
        CancellationToken stop,
        params object?[] arguments
    )
    {
        // Erased in the meantime: there is nobody to tell.
        if (phone is null || locale is null)
            return;
        string text = Texts.Of(
            locale,
            $"message.match.{what}",
            [settings.PublicUrl.TrimEnd('/'), .. arguments]
        );
        await outbox.Add(connection, $"match.{what}", phone, text, account, time.GetUtcNow(), stop);
    }

    private static Task<IReadOnlyList<Told>> Read(
        NpgsqlConnection connection,
        IReadOnlyList<Guid> matches,
        CancellationToken stop
    ) =>
        connection.Rows<Told>(
            """
            select m.giver_account_id, gp.phone as giver_phone, g.locale as giver_locale,
                   r.account_id as owner_account_id, op.phone as owner_phone, o.locale as owner_locale,
                   h.on_behalf, p.phone as helped_phone, c.hand_over_code,
                   to_char(m.respond_by at time zone a.time_zone, 'HH24:MI') as respond_by
            from match m
            join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
            join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
            join area a on a.id = m.root_area_id
            join account g on g.id = m.giver_account_id
            join account o on o.id = r.account_id
            left join account_private gp on gp.account_id = g.id
            left join account_private op on op.account_id = o.id
            left join request_private p on (p.request_id, p.root_area_id) = (r.id, r.root_area_id)
            left join match_private c on (c.match_id, c.root_area_id) = (m.id, m.root_area_id)
            where m.id = any (@ids) order by m.id
            """,
            new { ids = matches.ToArray() },
            stop
        );

    private sealed class Told
    {
        public Guid GiverAccountId { get; init; }
        public string? GiverPhone { get; init; }
        public string? GiverLocale { get; init; }
        public Guid OwnerAccountId { get; init; }
        public string? OwnerPhone { get; init; }
        public string? OwnerLocale { get; init; }
        public bool OnBehalf { get; init; }
        public string? HelpedPhone { get; init; }
        public string? HandOverCode { get; init; }

        // Local time of the root area.
        public string? RespondBy { get; init; }
    }
}
