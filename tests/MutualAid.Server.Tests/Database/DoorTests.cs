using Dapper;

namespace MutualAid.Server.Tests.Database;

public sealed class TransitionTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task units_leave_only_where_they_are_and_every_live_state_has_a_way_out()
    {
        await using var connection = await service.Open();
        var stuck = await connection.QueryAsync<string>(
            """
            select distinct t.to_status from match_transition t
            where t.to_status in ('proposed', 'accepted', 'onTheWay', 'delivered')
              and not exists (select 1 from match_transition n where n.from_status = t.to_status)
            """
        );
        Assert.Empty(stuck);
    }
}
