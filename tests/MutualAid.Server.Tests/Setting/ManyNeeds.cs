using Dapper;

namespace MutualAid.Server.Tests;

/// <summary>As many needs as a ward has on a bad day, written in one statement.</summary>
public static class ManyNeeds
{
    private static readonly string[] Categories = ["food", "necessities", "medicine"];
    private static readonly string[] Urgencies = ["urgent", "soon", "routine"];

    /// <summary>Two needs of each household, of one kind, of the last nine days; all of them open for six hours at least.</summary>
    /// <param name="lon">Degrees of a household.</param>
    /// <param name="lat">Degrees of a household.</param>
    public static async Task GivenNeeds(
        this ServiceFixture service,
        IReadOnlyList<Person> owners,
        Random random,
        int count,
        Func<Random, double> lon,
        Func<Random, double> lat
    )
    {
        var now = service.Clock.GetUtcNow();
        T[] Each<T>(Func<int, T> of) => [.. Enumerable.Range(0, count).Select(of)];
        T[] Twice<T>(Func<int, T> of) =>
            [.. Enumerable.Range(0, count / 2).Select(of).SelectMany(one => new[] { one, one })];
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            Sql,
            new
            {
                ids = Each(_ => Guid.NewGuid()),
                households = Twice(_ => Guid.NewGuid()),
                owners = Twice(i => owners[i % owners.Count].Id),
                categories = Twice(i => Categories[i % 3]),
                quantities = Each(_ => random.Next(1, 7)),
                urgencies = Each(i => Urgencies[i % 3]),
                divisible = Each(i => i % 5 != 0),
                lons = Twice(_ => lon(random)),
                lats = Twice(_ => lat(random)),
                posted = Each(_ => now.AddMinutes(-random.Next(1, 9 * 1440)).UtcDateTime),
                expires = Each(_ => now.AddHours(random.Next(6, 200)).UtcDateTime),
            }
        );
    }

    private const string Sql = """
        with need as (
          select * from unnest(@ids, @households, @owners, @categories, @quantities, @urgencies, @divisible, @lons, @lats, @posted::timestamptz[],
            @expires::timestamptz[]) with ordinality
            as n (id, household, owner, category, quantity, urgency, divisible, lon, lat, posted, expires, number)
        ), placed as materialized (
          select n.*, p.point, c.cell_row, c.cell_column, c.centre, l.area_id as leaf, w.area_id as ward, w.root_area_id as root
          from need n cross join lateral (select st_setsrid(st_makepoint(n.lon, n.lat), 4326)::geography as point) p
          cross join lateral grid_cell(n.lon, n.lat, 250) c cross join lateral leaf_at(p.point) l cross join lateral ward_at(c.centre) w
        ), home as (
          insert into household (id, root_area_id, account_id, on_behalf, created_at)
          select distinct on (household) household, root, owner, false, posted from placed
        ), made as (
          insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people,
                               created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
          select id, root, household, owner, (select c.id from category c where c.code = category), quantity, quantity, divisible, urgency, 3,
                 posted, expires, centre, cell_row, cell_column, ward, leaf from placed
        )
        insert into request_private (request_id, root_area_id, place, address, name)
        select id, root, point, 'số ' || number || ' phố Thử', 'Người thứ ' || number from placed
        """;
}
