using MutualAid.OData.PostGis.Cql2;
using MutualAid.Server.Interop.Ogc;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>What the features' statements read in a full city: 200,000 needs, 20,000 offers.</summary>
[Collection<FullCity>]
public sealed class OgcPlanTests(PlanFixture service)
{
    [Fact]
    public async Task each_need_asks_for_the_offers_that_reach_it_and_not_for_all_of_its_category()
    {
        var plan = await service.Explain(
            "mutualaid_reader",
            "select count(*) from public_coverage_gap",
            null
        );
        var offers = plan.All.Single(node => node.Index == "offer_reach");
        double needs = await service.Look<double>("select count(*) from public_request where unmet > 0");
        // One is enough; so many more lie in the corners of boxes, beyond their reach.
        Assert.True(offers.RowsRead <= 2 * needs, $"{offers.RowsRead} offers for {needs} needs: {plan}");
        Assert.DoesNotContain(plan.All, node => node.Kind.Contains("Hash", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("offers")]
    [InlineData("coverage-gaps")]
    public async Task a_page_walks_along_the_ids_and_stops(string collection)
    {
        var one = OgcCollections.Find(collection)!;
        var plan = await service.Explain(
            "mutualaid_reader",
            $"select t.* from {one.View.Source} t where t.id > md5('x')::uuid order by t.id limit 21",
            null
        );
        Assert.DoesNotContain(plan.All, node => node.Kind == "Sort");
        // Where offers are many gaps are few, and farther apart.
        Assert.True(collection == "coverage-gaps" || plan.RowsRead < 500, $"{plan.RowsRead}: {plan}");
    }

    [Fact]
    public void a_filter_is_a_statement_with_parameters_and_no_word_of_the_reader()
    {
        var one = OgcCollections.Find("requests")!;
        var query = CqlCondition.Scope(OgcCollections.Model, DateTimeOffset.MinValue);
        var filter = CqlText.Read(
            "publicNote LIKE 'Xyzzy%' AND quantity IN (4711, 4712) AND S_INTERSECTS(geometry, POINT(12.345 6.789)) AND createdAt > TIMESTAMP('1999-09-09T09:09:09Z')",
            OgcCollections.Model,
            one.Id,
            CqlPlane.LonLat
        );
        string sql = CqlCondition.Sql(filter, one.View, "t", query);
        Assert.All(
            ["Xyzzy", "471", "12.345", "1999"],
            word => Assert.DoesNotContain(word, sql, StringComparison.Ordinal)
        );
        Assert.Equal(6, query.Parameters.Count);
        Assert.Contains("t.public_note like $1", sql, StringComparison.Ordinal);
    }
}
