using MutualAid.Server.Interop.Open311;

namespace MutualAid.Server.Tests.Interop;

[Collection<FullCity>]
public sealed class Open311PlanTests(PlanFixture service)
{
    [Fact]
    public async Task a_thousand_of_the_latest_are_read_and_no_more()
    {
        var now = service.Clock.GetUtcNow();
        var plan = await service.Explain(
            "mutualaid_reader",
            Open311Requests.Latest,
            new
            {
                From = now.AddDays(-90),
                To = now,
                Categories = (short[]?)null,
                root = (Guid?)Places.Province,
                Most = 1000,
            }
        );
        Assert.True(plan.Rows == 1000, plan.ToString());
        Assert.Contains(plan.All, node => node.Index == "request_latest");
        // The needs, the wards and the categories that they name, and the ties of the last minute.
        Assert.True(plan.RowsRead < 5000, $"{plan.RowsRead} rows read: {plan}");
    }
}
