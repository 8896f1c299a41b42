using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Matching;

/// <summary>
/// The round's statements at 200,000 requests and 20,000 offers: with fresh statistics, and with those from before the
/// rounds that have just proposed thousands of matches.
/// </summary>
public sealed class StandingPlanTests(PlanFixture service) : IClassFixture<PlanFixture>
{
    private const int Asked = 200;

    // Each look-up beside a row is one of a few rows; all proposals are 10,000.
    private const double RowsARow = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_round_that_follows_reads_what_has_changed_and_no_more(bool afterProposals)
    {
        await Given(afterProposals);
        var givers = await Ids(
            $"select array_agg(account_id) from (select distinct account_id from offer order by 1 limit {Asked}) x"
        );
        var requests = await Ids(
            $"select array_agg(id) from (select id from request where unmet > 0 order by id limit {Asked}) x"
        );
        foreach (var (sql, ids) in new[] { (ReadyRow.Some, givers), (WaitingRow.Some, requests) })
        {
            var plan = await service.Explain(
                "mutualaid_app",
                sql,
                new { ids, now = service.Clock.GetUtcNow() }
            );
            Assert.True(plan.Rows >= Asked / 2, plan.ToString());
            Assert.DoesNotContain(plan.All, node => node.Kind == "Seq Scan" && node.Rows > 10_000);
            Assert.True(plan.RowsRead < plan.Rows * RowsARow, $"{plan.RowsRead} rows read: {plan}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_matcher_that_takes_over_reads_every_waiting_need_once(bool afterProposals)
    {
        await Given(afterProposals);
        var plan = await service.Explain(
            "mutualaid_app",
            WaitingRow.All,
            new { now = service.Clock.GetUtcNow() }
        );
        Assert.True(plan.Rows > 100_000, plan.ToString());
        Assert.True(plan.RowsRead < 2.5 * 200_000, $"{plan.RowsRead} rows read: {plan}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task who_is_ready_is_read_by_look_ups_however_many_are_under_way(bool afterProposals)
    {
        await Given(afterProposals);
        var plan = await service.Explain(
            "mutualaid_app",
            ReadyRow.All,
            new { now = service.Clock.GetUtcNow() }
        );
        Assert.True(plan.Rows > 1_000, plan.ToString());
        Assert.True(plan.RowsRead < 20_000 * RowsARow, $"{plan.RowsRead} rows read: {plan}");
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 600)]
    public async Task why_needs_wait_is_read_off_the_knn_index_of_the_nearest_offers(bool onDuty, int offers)
    {
        await Given(afterProposals: false);
        await service.Execute("update account set on_duty = @onDuty", new { onDuty });
        var requests = await Ids(
            "select array_agg(id) from (select id from request where unmet > 0 order by id limit 50) x"
        );
        var plan = await service.Explain(
            "mutualaid_app",
            WhyUnmet.Sql,
            new
            {
                requests,
                now = service.Clock.GetUtcNow(),
                nearest = 300,
            }
        );
        await service.Execute("update account set on_duty = true");
        Assert.Equal(50, plan.Rows);
        Assert.True(plan.All.Any(node => node.Index == "offer_near_category"), plan.ToString());
        Assert.DoesNotContain(plan.All, node => node.Kind == "Seq Scan" && node.Rows > 10_000);
        Assert.True(plan.RowsRead < 50 * offers * RowsARow, $"{plan.RowsRead} rows read: {plan}");
    }

    // 10,000 proposals to givers beside the fixture's, made behind the back of the statistics.
    private async Task Given(bool afterProposals)
    {
        await service.Execute("delete from match; analyze match");
        if (!afterProposals)
            return;
        await service.Execute(
            """
            set session_replication_role = replica;
            insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin, created_at, respond_by)
            select md5('match' || i)::uuid, @province, md5('need' || i * 7 % 200000 + 1)::uuid, md5('other' || i)::uuid, md5('other' || i)::uuid,
                   md5('trip' || i)::uuid, 1, false, '2026-11-23', 'proposed', 'matcher', clock(), clock() + interval '15 minutes'
            from generate_series(1, 10000) i;
            set session_replication_role = origin
            """,
            new { province = Places.Province }
        );
    }

    private async Task<Guid[]> Ids(string sql) => await service.Look<Guid[]>(sql) ?? [];
}
