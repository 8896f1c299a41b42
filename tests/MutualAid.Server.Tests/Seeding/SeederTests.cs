using Dapper;
using MutualAid.Seed;
using MutualAid.Server.Seeding;

namespace MutualAid.Server.Tests.Seeding;

/// <summary>A service without any area: what a seed or an import starts from.</summary>
public class NoAreas(Cluster cluster) : ServiceFixture(cluster)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await using var connection = await Open();
        await connection.ExecuteAsync("delete from area");
    }

    public List<string> Said { get; } = [];

    public Seeder Seeder() => new(Settings, Clock, Said.Add);
}

/// <summary>Seeded once for all tests of the class.</summary>
public sealed class Seeded(Cluster cluster) : NoAreas(cluster)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Seeder().Run(new SeedOptions(2_600, 520, 11), CancellationToken.None);
    }
}

public sealed class SeederTests(Seeded service) : IClassFixture<Seeded>
{
    [Fact]
    public async Task every_rule_of_the_arithmetic_and_the_table_holds_and_the_counts_equal_the_rows()
    {
        await service.InvariantsHold();
        Assert.Equal(0, await service.Look<long>("select count(*) from reconcile_counts(clock())"));
    }

    [Fact]
    public async Task every_state_of_requests_matches_and_offers_is_there()
    {
        await using var connection = await service.Open();
        Assert.Equal(
            ["closed", "expired", "fulfilled", "inDelivery", "matched", "open", "withdrawn"],
            await connection.QueryAsync<string>("select distinct status from request order by 1")
        );
        Assert.Equal(
            [
                "accepted",
                "confirmed",
                "declined",
                "delivered",
                "failed",
                "lapsed",
                "onTheWay",
                "proposed",
                "withdrawn",
            ],
            await connection.QueryAsync<string>("select distinct status from match order by 1")
        );
        Assert.Equal(
            ["active", "ended", "paused", "withdrawn"],
            await connection.QueryAsync<string>("select distinct status from offer order by 1")
        );
    }

    [Fact]
    public async Task wards_tile_without_gap_or_overlap_and_say_that_they_are_made_up()
    {
        await using var connection = await service.Open();
        var city = await connection.QuerySingleAsync<(
            int Wards,
            int Districts,
            int Synthetic,
            bool Valid,
            int Parts,
            int Holes,
            int Overlaps
        )>(
            """
            select count(*) filter (where level = 'ward')::int, count(*) filter (where level = 'district')::int, count(*) filter (where synthetic)::int,
              bool_and(st_isvalid(boundary::geometry)),
              (select st_numgeometries(u) from (select st_multi(st_union(boundary::geometry)) as u from area where level = 'ward') x),
              (select st_numinteriorrings(st_geometryn(u, 1)) from (select st_multi(st_union(boundary::geometry)) as u from area where level = 'ward') x),
              (select count(*)::int from area a join area b on a.id < b.id and a.level = 'ward' and b.level = 'ward' and a.boundary && b.boundary
               where st_relate(a.boundary::geometry, b.boundary::geometry, '2********'))
            from area
            """
        );
        Assert.Equal((120, 12, 133, true, 1, 0, 0), city);
        // Sum of the parts = the whole = the drawn province, to a square millimetre in 766 km².
        Assert.True(
            await connection.ExecuteScalarAsync<double>(
                """
                select max(abs(x - y)) from (
                  select st_area(st_union(boundary::geometry)) as x, sum(st_area(boundary::geometry)) as y from area where level = 'ward'
                  union all
                  select (select st_area(boundary::geometry) from area where level = 'province'), sum(st_area(boundary::geometry)) from area where level = 'district'
                  union all
                  select (select st_area(boundary::geometry) from area where level = 'province'), sum(st_area(boundary::geometry)) from area where level = 'ward') s
                """
            ) < 1e-16
        );
    }

    [Fact]
    public async Task every_need_and_offer_lies_where_a_post_at_that_place_would()
    {
        Assert.Equal(
            0,
            await service.Look<long>(
                """
                select count(*) from request r join request_private p on p.request_id = r.id join household h on h.id = r.household_id
                cross join lateral place_request(r.account_id, h.on_behalf, h.phone_hash, p.place) e
                where (r.public_place::bytea, r.cell_row, r.cell_column, r.root_area_id, r.public_area_id, r.responsible_area_id, p.outside)
                  is distinct from (e.place::bytea, e.cell_row, e.cell_column, e.root_area_id, e.public_area_id, e.responsible_area_id, e.outside)
                """
            )
        );
        Assert.Equal(
            0,
            await service.Look<long>(
                """
                select count(*) from offer o join offer_private p on p.offer_id = o.id cross join lateral public_location(p.place) e
                where (o.public_place::bytea, o.cell_row, o.cell_column, o.root_area_id, o.public_area_id)
                  is distinct from (e.place::bytea, e.cell_row, e.cell_column, e.root_area_id, e.area_id)
                """
            )
        );
    }

    [Fact]
    public async Task matches_lie_within_reach_and_the_change_log_is_silent()
    {
        Assert.Equal(
            0,
            await service.Look<long>(
                "select count(*) from match m join offer o on o.id = m.offer_id where m.distance_metres > o.reach_metres"
            )
        );
        Assert.Equal(0, await service.Look<long>("select count(*) from change"));
    }

    [Fact]
    public async Task the_same_seed_is_refused_unless_more_of_it_is_wanted()
    {
        var options = new SeedOptions(50, 10, 12);
        await service.Seeder().Run(options, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<SeedException>(() =>
            service.Seeder().Run(options, CancellationToken.None)
        );
        Assert.Contains("--again", refused.Message);
        long before = await service.Look<long>("select count(*) from request");
        await service.Seeder().Run(options with { Again = true }, CancellationToken.None);
        Assert.Equal(before + 50, await service.Look<long>("select count(*) from request"));
        Assert.Equal(120, await service.Look<long>("select count(*) from area where level = 'ward'"));
        Assert.Contains(service.Said, line => line.StartsWith("seeding: 50 requests in"));
    }
}

public sealed class SeederRefusalTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_city_is_never_laid_over_real_areas_nor_among_real_requests()
    {
        var seeder = new Seeder(service.Settings, service.Clock, _ => { });
        var overlap = await Assert.ThrowsAsync<SeedException>(() =>
            seeder.Run(SeedOptions.Demo, CancellationToken.None)
        );
        Assert.Contains("Tỉnh Thử", overlap.Message);
        Assert.Equal(0, await service.Look<long>("select count(*) from request"));

        await service.GivenRequest(await service.NewPerson());
        var real = await Assert.ThrowsAsync<SeedException>(() =>
            seeder.Run(SeedOptions.Demo with { Again = true }, CancellationToken.None)
        );
        Assert.Contains("--force", real.Message);
    }

    [Fact]
    public async Task the_demo_is_for_the_private_cluster_only() =>
        await Assert.ThrowsAsync<SettingsException>(() =>
            DemoCity.Fill(service.Settings, service.Clock, _ => { }, CancellationToken.None)
        );
}

public sealed class DemoCityTests(NoAreas service) : IClassFixture<NoAreas>
{
    [Fact]
    public async Task four_people_live_in_the_demo_city_and_it_is_filled_once()
    {
        var settings = service.Settings with { PrivateDemo = true };
        Assert.True(await DemoCity.Fill(settings, service.Clock, _ => { }, CancellationToken.None));
        long requests = await service.Look<long>("select count(*) from request");
        Assert.Equal(3_003, requests);
        Assert.True(await DemoCity.Fill(settings, service.Clock, _ => { }, CancellationToken.None));
        Assert.Equal(requests, await service.Look<long>("select count(*) from request"));
        await service.InvariantsHold();

        await using var connection = await service.Open();
        Assert.Equal(
            [("+84510000003", "teamLead", "ward"), ("+84510000004", "operator", "province")],
            await connection.QueryAsync<(string, string, string)>(
                """
                select p.phone, g.role, a.level from role_grant g join account_private p on p.account_id = g.account_id join area a on a.id = g.area_id
                order by 1
                """
            )
        );
        Assert.Equal(
            [("accepted", 4, "+84510000002")],
            await connection.QueryAsync<(string, int, string)>(
                """
                select m.status, m.units, g.phone from match m join request r on r.id = m.request_id
                join account_private p on p.account_id = r.account_id join account_private g on g.account_id = m.giver_account_id
                where p.phone = '+84510000001'
                """
            )
        );
    }
}
