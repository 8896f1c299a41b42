using MutualAid.Server.Requests;

namespace MutualAid.Server.Tests.Requests;

[Collection<FullCity>]
public sealed class NearbyPlanTests(PlanFixture service)
{
    // A page of 20 and one more, the ties of the last, the needs that expired unswept: never the disc.
    private const double FewRows = 400;

    [Theory]
    [InlineData(3_000, null)]
    [InlineData(50_000, null)]
    [InlineData(3_000, 1)]
    [InlineData(50_000, 3)]
    public async Task needs_nearby_come_off_the_knn_index_and_stop_at_the_page(double within, int? category)
    {
        var plan = await Explain(within, category, null);
        Assert.True(plan.Rows == 21, plan.ToString());
        Assert.True(plan.All.Count(node => node.Index == "request_near") == 2, plan.ToString());
        // What is sorted are the page's rows and their ties; the disc would be thousands.
        Assert.True(
            plan.All.Where(node => node.Kind is "Sort" or "Incremental Sort")
                .All(sort => sort.Children.Sum(c => c.Rows) < FewRows),
            plan.ToString()
        );
        Assert.True(plan.RowsRead < FewRows, $"{plan.RowsRead} rows read: {plan}");
    }

    [Fact]
    public async Task the_next_page_reads_what_was_shown_and_its_own_rows_only()
    {
        // A page that begins 1,000 m away: what lies nearer is read again and thrown away, what lies beyond is not touched.
        var plan = await Explain(50_000, null, new NearbyAfter(1_000, Guid.Empty));
        double nearer = await service.Look<double>(
            "select count(*) from request where st_dwithin(public_place, st_setsrid(st_makepoint(105.85, 21.03), 4326)::geography, 1000)"
        );
        Assert.True(plan.RowsRead < nearer + FewRows, $"{plan.RowsRead} rows read, {nearer} nearer: {plan}");
    }

    private Task<PlanNode> Explain(double within, int? category, NearbyAfter? after) =>
        service.Explain(
            "mutualaid_reader",
            NearbyNeeds.Sql(category is not null, urgency: false, after is not null),
            new
            {
                lon = 105.85,
                lat = 21.03,
                within,
                category = (short?)category,
                afterMetres = after?.Metres,
                afterId = after?.Id,
                limit = 21,
            }
        );
}
