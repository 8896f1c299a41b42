using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>An offer as its giver's calendar tells it.</summary>
internal sealed class CalendarOffer
{
    public Guid Id { get; init; }
    public string Category { get; init; } = "";
    public string Status { get; init; } = "";
    public int EditVersion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AvailableFrom { get; init; }
    public DateTimeOffset? AvailableUntil { get; init; }
    public TimeOnly? DailyFrom { get; init; }
    public TimeOnly? DailyTo { get; init; }
    public string TimeZone { get; init; } = "";
    public string Locale { get; init; } = "vi";

    /// <summary>What a token shows now; null for one that is unknown or revoked, of an offer long over, and while its giver is suspended.</summary>
    public static Task<CalendarOffer?> Find(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Row<CalendarOffer>(
            """
            select o.id, c.code as category, o.status, o.edit_version, o.created_at, o.available_from, o.available_until, o.daily_from, o.daily_to,
                   root.time_zone, a.locale
            from offer_calendar l
            join offer o on (o.id, o.root_area_id) = (l.offer_id, l.root_area_id)
            join account a on a.id = o.account_id and a.suspended_at is null and a.erased_at is null
            join area root on root.id = o.root_area_id
            join category c on c.id = o.category_id
            where l.token_hash = @hash and not o.suspended and (o.ended_at is null or o.ended_at + @AfterEnd > @now)
            """,
            new
            {
                hash = Sessions.Hash(token),
                now,
                CalendarLinks.AfterEnd,
            },
            stop
        );
}

/// <summary>A match that its giver has accepted: what, how much, by when, and the ward. Nothing of whose it is.</summary>
internal sealed class CalendarTrip
{
    public Guid Id { get; init; }
    public int Units { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
    public DateTimeOffset? DueBy { get; init; }
    public string Ward { get; init; } = "";

    /// <summary>Degrees, of the need's public location.</summary>
    public double Lon { get; init; }
    public double Lat { get; init; }

    public static Task<IReadOnlyList<CalendarTrip>> Of(
        NpgsqlConnection connection,
        Guid offer,
        CancellationToken stop
    ) =>
        connection.Rows<CalendarTrip>(
            """
            select m.id, m.units, m.accepted_at, m.due_by, w.name as ward,
                   st_x(r.public_place::geometry) as lon, st_y(r.public_place::geometry) as lat
            from match m
            join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
            join area w on w.id = r.public_area_id
            where m.offer_id = @offer and m.status in ('accepted', 'onTheWay')
            order by m.due_by, m.id
            """,
            new { offer },
            stop
        );
}
