using Dapper;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Tests.Requests;

/// <summary>
/// The list is looked up in degrees and is in the order of metres. Seen to fail: with one box where it takes two (the date
/// line), and with a degree of longitude as long as one of latitude.
/// </summary>
public sealed class NearbyExactTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Needs = 400;

    [Theory]
    [InlineData(105.85, 21.03)]
    [InlineData(0, 0)]
    [InlineData(24.5, 65)]
    [InlineData(15.6, 78.2)]
    [InlineData(179.99, -17.8)]
    [InlineData(-179.99, 65)]
    public async Task everything_is_listed_in_the_order_of_metres_page_after_page(double lon, double lat)
    {
        await using var connection = new NpgsqlConnection(service.Settings.Database);
        await connection.OpenAsync();
        // Undone at the end: the places of other tests' needs are as they were.
        await using var transaction = await connection.BeginTransactionAsync();
        await Scatter(connection, lon, lat);
        foreach (int within in (int[])[700, 5_000, 50_000])
        {
            var expected = (
                await connection.QueryAsync<Guid>(
                    """
                    select id from (
                      select id, category_id, public_place <-> st_setsrid(st_makepoint(@lon, @lat), 4326)::geography as metres
                      from request) r
                    where metres <= @within and category_id = 2 order by metres, id
                    """,
                    new
                    {
                        lon,
                        lat,
                        within,
                    }
                )
            ).AsList();
            Assert.True(within < 5_000 || expected.Count > 20, $"only {expected.Count} are near");
            Assert.Equal(expected, await Listed(connection, lon, lat, within));
        }
        await transaction.RollbackAsync();
    }

    private static async Task<List<Guid>> Listed(
        NpgsqlConnection connection,
        double lon,
        double lat,
        double within
    )
    {
        var listed = new List<Guid>();
        NearbyAfter? after = null;
        do
        {
            var page = await NearbyNeeds.Read(
                connection,
                new NearbyAsked(new Place(lon, lat), within, 2, null, after),
                limit: 7,
                CancellationToken.None
            );
            listed.AddRange(page.Items.Select(item => item.Id));
            after = page.Next is null ? null : NearbyAfter.Read(page.Next);
        } while (after is not null);
        return listed;
    }

    // Denser towards the middle, some in the same place, and half of them of another category.
    private static Task Scatter(NpgsqlConnection connection, double lon, double lat) =>
        connection.ExecuteAsync(
            $"""
            set local session_replication_role = replica;
            select setseed(0.5);
            insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency,
              created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
            select gen_random_uuid(), '{Places.Province}', gen_random_uuid(), gen_random_uuid(), 2 + i % 2, 4, 4, true, 'soon', clock(),
              clock() + interval '1 day',
              st_project(st_setsrid(st_makepoint(@lon, @lat), 4326)::geography, 60000 * random() ^ 3, 6.283 * random()), 1, 1,
              '{Places.Province}', '{Places.Province}'
            from generate_series(1, {Needs}) i;
            update request r set public_place = s.public_place
            from (select public_place from request where category_id = 2 order by id limit 1) s
            where r.id in (select id from request where category_id = 2 order by id limit 30)
            """,
            new { lon, lat }
        );
}
