using MutualAid.Server.Requests;

namespace MutualAid.Server.Tests.Requests;

[Collection<FullCity>]
public sealed class PostRepeatsPlanTests(PlanFixture service)
{
    [Theory]
    [InlineData(1)]
    [InlineData(1, 3, 5)]
    public async Task what_is_there_at_one_spot_is_read_off_the_index_and_nothing_round_it(
        params int[] categories
    )
    {
        var spot = await service.Look<string>(
            "select st_x(public_place::geometry) || ' ' || st_y(public_place::geometry) from request where unmet > 0 order by id limit 1"
        );
        double[] at =
        [
            .. spot!
                .Split(' ')
                .Select(degrees => double.Parse(degrees, System.Globalization.CultureInfo.InvariantCulture)),
        ];
        var plan = await service.Explain(
            "mutualaid_reader",
            PostRepeats.HereSql,
            new
            {
                Lon = at[0],
                Lat = at[1],
                categories = categories.Select(one => (short)one).ToArray(),
                butNot = Array.Empty<Guid>(),
            }
        );
        Assert.Contains(plan.All, node => node.Index == "request_near");
        Assert.True(plan.RowsRead < 200, $"{plan.RowsRead} rows read: {plan}");
    }
}
