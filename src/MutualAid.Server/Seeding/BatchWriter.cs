using MutualAid.Seed;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using Npgsql;

namespace MutualAid.Server.Seeding;

/// <summary>Writes one batch in one transaction of well under a second. The change log stays silent: history is no news.</summary>
internal static class BatchWriter
{
    /// <param name="connection">One that is kept: it remembers the cells it has met.</param>
    /// <param name="also">What else belongs into the transaction.</param>
    public static async Task Write(
        NpgsqlConnection connection,
        Households households,
        SeedBatch batch,
        CancellationToken stop,
        Func<Task>? also = null
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await connection.Execute("set local mutualaid.bulk = 'on';" + Staging.Tables, null, stop);
        await Staging.Copy(connection, households, batch, stop);
        await connection.Execute(Place + Insert, null, stop);
        if (also is not null)
            await also();
        await transaction.CommitAsync(stop);
    }

    // As a post is placed, but what follows from the cell alone is looked up once a cell and kept by the session: a city has
    // ten thousand cells and a million posts. A place has one cell of each size that is in use. The rule that a repeat
    // keeps its cell has nothing to do here: whoever repeats does so from the same point.
    private const string Place = """
        insert into cell_size select distinct cell_metres from area where parent_id is null and valid_to is null;

        insert into spot (id, place, cells)
        select s.id, s.place, (
          select array_agg(g.cell_row || ':' || g.cell_column order by z.metres)
          from cell_size z, grid_cell(st_x(s.place::geometry), st_y(s.place::geometry), z.metres) g)
        from (select id, place from staged_household union all select id, place from staged_offer where not one_time) s;

        insert into known_cell (cells, place, cell_row, cell_column, root_area_id, ward_id)
        select s.cells, p.place, p.cell_row, p.cell_column, p.root_area_id, p.area_id
        from (select distinct on (cells) cells, place from spot where not exists (select 1 from known_cell k where k.cells = spot.cells)) s
        cross join lateral public_location(s.place) p;

        insert into placed (id, leaf_id, outside, root_area_id, ward_id, place, cell_row, cell_column)
        select s.id, l.area_id, l.outside, k.root_area_id, k.ward_id, k.place, k.cell_row, k.cell_column
        from spot s join known_cell k on k.cells = s.cells cross join lateral leaf_at(s.place) l;

        """;

    private const string Insert = """
        insert into account (id, locale, created_at) select id, locale, created_at from staged_person;
        insert into account_private (account_id, phone, name) select id, phone, name from staged_person;

        insert into household (id, root_area_id, account_id, on_behalf, phone_hash, address_hash, created_at)
        select h.id, p.root_area_id, h.account_id, h.on_behalf, h.phone_hash, h.address_hash, h.created_at
        from staged_household h join placed p on p.id = h.id;

        insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, promised, delivered, under_way,
          confirmed, divisible, urgency, people, public_note, needed_by, created_at, expires_at, public_place, cell_row, cell_column,
          public_area_id, responsible_area_id, verified_at, end_status, end_reason, ended_at, ended_day)
        select r.id, p.root_area_id, r.household_id, r.account_id, c.id, r.quantity, r.quantity - r.promised - r.delivered, r.promised, r.delivered,
          r.under_way, r.confirmed, r.divisible, r.urgency, h.people, r.public_note, r.needed_by, r.created_at, r.expires_at, p.place,
          p.cell_row, p.cell_column, p.ward_id, p.leaf_id, r.verified_at, r.end_status, r.end_reason, r.ended_at,
          (r.ended_at at time zone root.time_zone)::date
        from staged_request r
        join staged_household h on h.id = r.household_id
        join placed p on p.id = r.household_id
        join category c on c.code = r.category
        join area root on root.id = p.root_area_id;

        insert into request_private (request_id, root_area_id, place, outside, address, phone, name, note, details, consent, repeat_of)
        select r.id, p.root_area_id, h.place, p.outside, h.address, h.phone, h.name,
          h.note, r.details, case when h.on_behalf then true end,
          -- the latest in this category for the same phone
          case when lag(r.created_at) over before > r.created_at - repeat_days * interval '1 day' then lag(r.id) over before end
        from staged_request r join staged_household h on h.id = r.household_id join placed p on p.id = h.id, setting('repeat_days') repeat_days
        window before as (partition by h.phone_hash, r.category order by r.created_at, r.id);

        insert into offer (id, root_area_id, account_id, category_id, capacity, free, held, promised, given, per_day, one_time, public_place,
          cell_row, cell_column, public_area_id, reach_metres, available_until, daily_from, daily_to, status, created_at, ended_at)
        select o.id, coalesce(p.root_area_id, m.root_area_id), o.account_id, c.id, o.capacity, o.capacity - o.held - o.promised - o.given, o.held,
          o.promised, o.given, o.per_day, o.one_time, p.place, p.cell_row, p.cell_column, p.ward_id, o.reach_metres, o.available_until,
          o.daily_from, o.daily_to, o.status, o.created_at, o.ended_at
        from staged_offer o
        join category c on c.code = o.category
        left join placed p on p.id = o.id
        -- a one-time offer has no place: it lies in the root area of the request it was made for
        left join (select m.offer_id, h.root_area_id from staged_match m join placed h on h.id = m.household_id) m on o.one_time and m.offer_id = o.id;

        insert into offer_private (offer_id, root_area_id, place, note)
        select o.id, p.root_area_id, o.place, o.note from staged_offer o join placed p on p.id = o.id;

        insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, end_reason, ended_by, origin,
          distance_metres, created_at, respond_by, due_by, accepted_at, set_out_at, delivered_at, confirmed_at, ended_at)
        select m.id, h.root_area_id, m.request_id, m.offer_id, m.giver_account_id, m.trip_id, m.units, m.whole, m.day, m.status, m.end_reason,
          m.ended_by, m.origin, round(st_distance(h.place, o.place))::int, m.created_at, m.respond_by, m.due_by, m.accepted_at, m.set_out_at,
          m.delivered_at, m.confirmed_at, m.ended_at
        from staged_match m join placed h on h.id = m.household_id left join placed o on o.id = m.offer_id;

        insert into match_private (match_id, root_area_id, hand_over_code)
        select m.id, h.root_area_id, m.hand_over_code from staged_match m join placed h on h.id = m.household_id where m.hand_over_code is not null;

        insert into household_opened (giver_account_id, household_id, root_area_id, opened_at)
        select m.giver_account_id, m.household_id, h.root_area_id, max(m.accepted_at)
        from staged_match m join placed h on h.id = m.household_id where m.accepted_at is not null group by 1, 2, 3;

        insert into offer_day (offer_id, root_area_id, day, per_day, free, held, promised, given)
        select o.id, p.root_area_id, u.day, o.per_day, o.per_day - u.held - u.promised - u.given, u.held, u.promised, u.given
        from staged_offer o
        join placed p on p.id = o.id
        join (
          select offer_id, day, coalesce(sum(units) filter (where status = 'proposed'), 0)::int as held,
            coalesce(sum(units) filter (where status in ('accepted', 'onTheWay')), 0)::int as promised,
            coalesce(sum(units) filter (where status in ('delivered', 'confirmed') or (status = 'failed' and delivered_at is not null)), 0)::int as given
          from staged_match group by 1, 2) u on u.offer_id = o.id
        where o.per_day is not null;
        """;
}
