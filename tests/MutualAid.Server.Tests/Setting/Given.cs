using Dapper;
using Microsoft.AspNetCore.Http;
using MutualAid.Server.Accounts;
using MutualAid.Server.Interop.Feeds;
using MutualAid.Server.Sharing;
using Npgsql;

namespace MutualAid.Server.Tests;

/// <summary>What a test starts from, put into the database without the detour through the features that make it.</summary>
public static class Given
{
    /// <summary>A request as <c>POST /api/requests</c> would leave it, at a place in <see cref="Places"/>' province (degrees).</summary>
    public static async Task<Guid> GivenRequest(
        this ServiceFixture service,
        Person owner,
        int quantity = 4,
        string category = "food",
        string urgency = "urgent",
        bool divisible = true,
        double lon = 105.853,
        double lat = 21.032,
        Guid? household = null,
        string? onBehalfPhone = null,
        TimeSpan? expiresIn = null
    )
    {
        var now = service.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            """
            with place as (
              select p.point, c.cell_row, c.cell_column, c.centre, l.area_id as leaf, w.area_id as ward, w.root_area_id as root
              from (select st_setsrid(st_makepoint(@lon, @lat), 4326)::geography as point) p,
                   grid_cell(@lon, @lat, 250) c, leaf_at(p.point) l, ward_at(c.centre) w
            ), home as (
              insert into household (id, root_area_id, account_id, on_behalf, created_at)
              select @household, root, @owner, @onBehalf, @now from place on conflict do nothing
            ), made as (
              insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people,
                                   created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
              select @id, root, @household, @owner, (select id from category where code = @category), @quantity, @quantity, @divisible,
                     @urgency, 3, @now, @expires, centre, cell_row, cell_column, ward, leaf from place
            )
            insert into request_private (request_id, root_area_id, place, address, phone, name, note, details)
            select @id, root, point, '12 ngõ 3 phố Thử', coalesce(@onBehalfPhone, (select phone from account_private where account_id = @owner)),
                   (select name from account_private where account_id = @owner), 'gọi cửa sau', 'sữa cho bé' from place
            """,
            new
            {
                id,
                household = household ?? Guid.CreateVersion7(now),
                owner = owner.Id,
                onBehalf = onBehalfPhone is not null,
                onBehalfPhone,
                quantity,
                category,
                urgency,
                divisible,
                lon,
                lat,
                now,
                expires = now + (expiresIn ?? TimeSpan.FromDays(3)),
            }
        );
        return id;
    }

    /// <summary>A standing offer near <see cref="GivenRequest"/>'s place.</summary>
    public static async Task<Guid> GivenOffer(
        this ServiceFixture service,
        Person giver,
        int? capacity = 20,
        int? perDay = null,
        string category = "food",
        double lon = 105.856,
        double lat = 21.034,
        int reach = 3000
    )
    {
        var now = service.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            """
            with place as (
              select c.cell_row, c.cell_column, c.centre, w.area_id as ward, w.root_area_id as root
              from grid_cell(@lon, @lat, 250) c, ward_at(c.centre) w
            ), made as (
              insert into offer (id, root_area_id, account_id, category_id, capacity, free, per_day, public_place, cell_row, cell_column,
                                 public_area_id, reach_metres, created_at)
              select @id, root, @giver, (select id from category where code = @category), @capacity, @capacity, @perDay, centre, cell_row,
                     cell_column, ward, @reach, @now from place
            )
            insert into offer_private (offer_id, root_area_id, place)
            select @id, root, st_setsrid(st_makepoint(@lon, @lat), 4326)::geography from place
            """,
            new
            {
                id,
                giver = giver.Id,
                category,
                capacity,
                perDay,
                lon,
                lat,
                reach,
                now,
            }
        );
        return id;
    }

    /// <summary>A proposal through the door, as a team makes one; it must be made.</summary>
    public static async Task<Guid> GivenProposal(
        this ServiceFixture service,
        Guid offer,
        Guid request,
        int units,
        Guid? trip = null
    )
    {
        var id = Guid.CreateVersion7(service.Clock.GetUtcNow());
        string outcome = await service.Propose(id, offer, request, units, trip);
        Assert.Equal("done", outcome);
        return id;
    }

    /// <summary>The outcome of one proposal through the door.</summary>
    public static async Task<string> Propose(
        this ServiceFixture service,
        Guid id,
        Guid offer,
        Guid request,
        int units,
        Guid? trip = null
    )
    {
        await using var connection = await service.Open();
        return await connection.ExecuteScalarAsync<string>(
                """
                select outcome from match_propose(@now, null, 'team', array[@id], array[@request], array[@offer], array[@units], array[@trip],
                  array['[{"code":"nearest"}]'::jsonb])
                """,
                new
                {
                    now = service.Clock.GetUtcNow(),
                    id,
                    request,
                    offer,
                    units,
                    trip = trip ?? Guid.CreateVersion7(),
                }
            ) ?? "";
    }

    /// <summary>One step of one match through the door, by the clock or by the service itself.</summary>
    public static async Task<string> Step(
        this ServiceFixture service,
        Guid match,
        string step,
        string by,
        Guid? actor = null,
        string? code = null
    )
    {
        await using var connection = await service.Open();
        return await connection.ExecuteScalarAsync<string>(
                "select outcome from match_step(@now, @step, @by, @actor, array[@match], null, null, array[@code])",
                new
                {
                    now = service.Clock.GetUtcNow(),
                    step,
                    by,
                    actor,
                    match,
                    code,
                }
            ) ?? "";
    }

    /// <summary>The token of a link that shows how this need is doing.</summary>
    public static async Task<string> GivenStatusLink(this ServiceFixture service, Guid owner, Guid request)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["Idempotency-Key"] = $"{Guid.NewGuid()}";
        string? url = await service
            .App.Services.GetRequiredService<StatusLinks>()
            .Make(
                context,
                new Caller(owner, Guid.Empty, "en", false, []),
                request,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
        return url!.Split("/s/")[1];
    }

    /// <summary>The token of a link by which a calendar reads this offer.</summary>
    public static async Task<string> GivenCalendarLink(this ServiceFixture service, Person giver, Guid offer)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["Idempotency-Key"] = $"{Guid.NewGuid()}";
        string? url = await service
            .App.Services.GetRequiredService<CalendarLinks>()
            .Make(
                context,
                new Caller(giver.Id, Guid.Empty, "en", false, []),
                offer,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
        return url!.Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal);
    }

    /// <summary>Makes this giver one whom the limit of households lets do ten a day: a delivery of theirs was confirmed.</summary>
    public static async Task GivenTrusted(this ServiceFixture service, Person giver)
    {
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 1, lon: 105.88, lat: 21.05);
        var match = Guid.CreateVersion7();
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            """
            select * from match_claim(@now, @giver, @request, 1, null, @match, @offer, @trip, '123456');
            select * from match_step(@now, 'deliver', 'giver', @giver, array[@match], null, null, array['123456']);
            delete from household_opened where giver_account_id = @giver;
            """,
            new
            {
                now = service.Clock.GetUtcNow(),
                giver = giver.Id,
                request,
                match,
                offer = Guid.CreateVersion7(),
                trip = Guid.CreateVersion7(),
            }
        );
    }
}
