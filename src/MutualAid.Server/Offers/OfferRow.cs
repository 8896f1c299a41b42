using System.Globalization;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Offers;

/// <summary>An offer as the database has it.</summary>
internal sealed class OfferRow
{
    /// <summary>Through the public view: no exact place, no note, nothing ended, paused or one-time.</summary>
    internal const string Public = """
        select o.id, c.code as category, c.unit, o.free, o.per_day, o.reach_metres, st_x(o.place::geometry) as lon, st_y(o.place::geometry) as lat,
               a.id as area_id, a.name as area_name, a.path as area_path, o.available_from, o.available_until, o.daily_from, o.daily_to
        from public_offer o join public_category c on c.id = o.category_id join public_area a on a.id = o.area_id
        """;

    internal const string Own = """
        select o.id, c.code as category, c.unit, o.free, o.per_day, o.reach_metres,
               st_x(o.public_place::geometry) as lon, st_y(o.public_place::geometry) as lat,
               a.id as area_id, a.name as area_name, a.path as area_path, o.available_from, o.available_until, o.daily_from, o.daily_to,
               o.account_id, o.status, o.one_time, o.capacity, o.held, o.promised, o.given, o.created_at, o.ended_at, o.edit_version, o.root_area_id,
               st_x(p.place::geometry) as exact_lon, st_y(p.place::geometry) as exact_lat, p.note,
               t.today, u.held as day_held, u.promised as day_promised, u.given as day_given
        from offer o
        join category c on c.id = o.category_id
        left join area a on a.id = o.public_area_id
        left join offer_private p on (p.offer_id, p.root_area_id) = (o.id, o.root_area_id)
        left join lateral (select local_day(@now, o.root_area_id) as today where o.per_day is not null) t on true
        left join lateral used_on_day(o.id, t.today) u on t.today is not null
        """;

    public Guid Id { get; init; }
    public string Category { get; init; } = "";
    public string Unit { get; init; } = "";
    public int? Free { get; init; }
    public int? PerDay { get; init; }
    public int? ReachMetres { get; init; }
    public double? Lon { get; init; }
    public double? Lat { get; init; }
    public Guid? AreaId { get; init; }
    public string? AreaName { get; init; }
    public string? AreaPath { get; init; }
    public DateTimeOffset? AvailableFrom { get; init; }
    public DateTimeOffset? AvailableUntil { get; init; }
    public TimeOnly? DailyFrom { get; init; }
    public TimeOnly? DailyTo { get; init; }
    public string Status { get; init; } = "";
    public bool OneTime { get; init; }
    public int? Capacity { get; init; }
    public int Held { get; init; }
    public int Promised { get; init; }
    public int Given { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int EditVersion { get; init; }
    public Guid RootAreaId { get; init; }
    public double? ExactLon { get; init; }
    public double? ExactLat { get; init; }
    public string? Note { get; init; }
    public DateOnly? Today { get; init; }
    public int? DayHeld { get; init; }
    public int? DayPromised { get; init; }
    public int? DayGiven { get; init; }

    internal OfferAnswer Answer() =>
        new()
        {
            Id = Id,
            Category = Category,
            Free = Free,
            Unit = Unit,
            Reach = ReachMetres,
            Area = AreaId is { } area ? new AreaName(area, AreaName ?? "", AreaPath ?? "") : null,
            Location = Point(Lon, Lat),
            Availability = new(
                AvailableFrom,
                AvailableUntil,
                DailyFrom is null ? null : new(Hour(DailyFrom), Hour(DailyTo)),
                PerDay
            ),
        };

    internal OfferAnswer OwnAnswer() =>
        Answer() with
        {
            Own = new(
                Status,
                OneTime,
                Capacity,
                Held,
                Promised,
                Given,
                Today is { } day
                    ? new(
                        day,
                        PerDay!.Value - DayHeld!.Value - DayPromised!.Value - DayGiven!.Value,
                        DayHeld.Value,
                        DayPromised.Value,
                        DayGiven.Value
                    )
                    : null,
                CreatedAt,
                EndedAt,
                Point(ExactLon, ExactLat),
                Note
            ),
        };

    /// <summary>What a PATCH starts from.</summary>
    internal Offer Fields() =>
        new()
        {
            Capacity = Capacity,
            PerDay = PerDay,
            ReachMetres = ReachMetres ?? 0,
            AvailableFrom = AvailableFrom,
            AvailableUntil = AvailableUntil,
            DailyFrom = DailyFrom,
            DailyTo = DailyTo,
            Note = Note,
        };

    private static GeoPoint? Point(double? lon, double? lat) =>
        lon is { } x && lat is { } y ? GeoPoint.At(x, y) : null;

    private static string? Hour(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture);
}
