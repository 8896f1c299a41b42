using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Matching;

/// <summary>
/// The round's statements at 200,000 requests and 20,000 offers: with fresh statistics, and with those from before the
/// rounds that have just proposed thousands of matches.
/// </summary>
public sealed class CandidatePlanTests(PlanFixture service) : IClassFixture<PlanFixture>
{
    private const int Asked = 200;
    private const int Nearest = 20;

    // Each look-up beside a candidate is one of a few rows; a disc of 3 km has some 2,000 requests, all proposals are 10,000.
    private const double RowsACandidate = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task candidates_of_givers_come_off_the_knn_index_and_stop_at_the_nearest(bool afterProposals)
    {
        await Given(afterProposals);
        var givers = await Ids(
            "select array_agg(account_id) from (select distinct account_id from offer order by 1 limit 10) x"
        );
        var plan = await service.Explain(
            "mutualaid_app",
            CandidateQueries.FromGivers,
            new
            {
                givers,
                now = service.Clock.GetUtcNow(),
                nearest = Nearest,
            },
            CandidateQueries.Prefer
        );
        Assert.True(plan.All.Any(node => node.Index == "request_near_category"), plan.ToString());
        Sane(plan, offers: 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task candidates_of_requests_come_off_the_knn_index_and_stop_at_the_nearest(
        bool afterProposals
    )
    {
        await Given(afterProposals);
        var requests = await Ids(
            $"select array_agg(id) from (select id from request where unmet > 0 order by id limit {Asked}) x"
        );
        var plan = await service.Explain(
            "mutualaid_app",
            CandidateQueries.FromRequests,
            new
            {
                requests,
                now = service.Clock.GetUtcNow(),
                nearest = Nearest,
                scan = 300,
            },
            CandidateQueries.Prefer
        );
        Assert.True(plan.All.Any(node => node.Index == "offer_near_category"), plan.ToString());
        Sane(plan, Asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task who_waits_is_read_in_order_off_its_index(bool afterProposals)
    {
        await Given(afterProposals);
        var plan = await service.Explain(
            "mutualaid_app",
            Sides.Waiting,
            new { now = service.Clock.GetUtcNow(), limit = 1_000 }
        );
        Assert.True(plan.All.Any(node => node.Index == "request_waiting"), plan.ToString());
        Assert.DoesNotContain(plan.All, node => node.Kind.Contains("Sort", StringComparison.Ordinal));
        Assert.True(plan.RowsRead < 60_000, $"{plan.RowsRead} rows read: {plan}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task who_is_ready_is_read_once_however_many_are_under_way(bool afterProposals)
    {
        await Given(afterProposals);
        var plan = await service.Explain(
            "mutualaid_app",
            Sides.Ready,
            new { now = service.Clock.GetUtcNow() }
        );
        Assert.True(plan.RowsRead < 100_000, $"{plan.RowsRead} rows read: {plan}");
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
        Assert.True(plan.RowsRead < 50 * offers * RowsACandidate, $"{plan.RowsRead} rows read: {plan}");
    }

    private static void Sane(PlanNode plan, int offers)
    {
        Assert.True(plan.Rows > offers, plan.ToString());
        Assert.DoesNotContain(plan.All, node => node.Kind.Contains("Sort", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.All, node => node.Kind == "Seq Scan" && node.Rows > 10_000);
        Assert.True(
            plan.RowsRead < offers * Nearest * RowsACandidate,
            $"{plan.RowsRead} rows read for {plan.Rows} candidates: {plan}"
        );
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
