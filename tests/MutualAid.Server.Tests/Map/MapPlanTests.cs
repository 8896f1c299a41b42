using MutualAid.Server.Map;

namespace MutualAid.Server.Tests.Map;

/// <summary>What the map's statements read in a full city.</summary>
[Collection<FullCity>]
public sealed class MapPlanTests(PlanFixture service)
{
    [Theory]
    [InlineData(0.02, null)]
    [InlineData(0.02, 1)]
    [InlineData(0.1, null)]
    public async Task the_needs_in_view_come_off_their_index_and_nothing_outside_is_read(
        double side,
        int? category
    )
    {
        var box = new
        {
            West = 105.85 - side / 2,
            South = 21.03 - side / 2,
            East = 105.85 + side / 2,
            North = 21.03 + side / 2,
        };
        var plan = await service.Explain(
            "mutualaid_reader",
            MapNeeds.ByRow(category is not null, urgency: false, text: false),
            new
            {
                box.West,
                box.South,
                box.East,
                box.North,
                side = 64 * 360.0 / 256 / Math.Pow(2, 15),
                named = 5,
                category = (short?)category,
            }
        );
        double inside = await service.Look<double>(
            """
            select count(*) from request
            where public_place::geometry && st_makeenvelope(@West, @South, @East, @North, 4326) and (@category is null or category_id = @category)
            """,
            new
            {
                box.West,
                box.South,
                box.East,
                box.North,
                category = (short?)category,
            }
        );
        Assert.True(inside > 100, $"{inside} needs in view tell nothing");
        var needs = plan.All.Single(node => node.Index == "request_near");
        Assert.True(needs.Rows <= inside, $"{needs.Rows} rows of {inside}: {plan}");
        // The wards beside them are a handful.
        Assert.True(
            plan.RowsRead <= inside * 1.1 + 100,
            $"{plan.RowsRead} rows read, {inside} in view: {plan}"
        );
    }
}
