using MutualAid.Server.Matches;
using MutualAid.Server.Offers;
using MutualAid.Server.Requests;
using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Jobs;

/// <summary>What sweeps look for, at 200,000 requests and as many matches: they read what is due and little more.</summary>
public sealed class SweepPlanTests(PlanFixture service) : IClassFixture<PlanFixture>
{
    [Fact]
    public async Task what_lapses_is_read_off_its_indexes()
    {
        var plan = await Plan(LapseMatches.Due, "match_respond_by", "match_due_by");
        Assert.True(plan.RowsRead < 1_100, $"{plan.RowsRead} rows read: {plan}");
    }

    [Fact]
    public async Task what_is_confirmed_by_the_clock_is_read_off_its_index()
    {
        var plan = await Plan(ConfirmDeliveries.Due, "match_delivered");
        // 666 of the 2,000 delivered ones are due.
        Assert.True(plan.RowsRead < 700, $"{plan.RowsRead} rows read: {plan}");
    }

    [Fact]
    public async Task what_expires_is_read_off_its_index()
    {
        var plan = await Plan(ExpireRequests.Due, "request_expiry_live");
        Assert.True(plan.RowsRead < 3_000, $"{plan.RowsRead} rows read: {plan}");
        var asked = await Plan(ExpireRequests.Asked, "request_expiry_live");
        Assert.True(asked.RowsRead < 30_000, $"{asked.RowsRead} rows read: {asked}");
    }

    [Fact]
    public async Task offers_to_be_retired_are_read_off_their_index()
    {
        var plan = await Plan(RetireOffers.Due, "offer_until");
        Assert.True(plan.RowsRead < 600, $"{plan.RowsRead} rows read: {plan}");
    }

    [Fact]
    public async Task owners_to_be_asked_are_read_off_the_expirys_index()
    {
        var plan = await Plan(RemindBeforeExpiry.Due, "request_expiry_live");
        Assert.True(plan.RowsRead < 10_000, $"{plan.RowsRead} rows read: {plan}");
    }

    private async Task<PlanNode> Plan(string sql, params string[] indexes)
    {
        await Given();
        var now = service.Clock.GetUtcNow() + TimeSpan.FromMinutes(30);
        var plan = await service.Explain(
            "mutualaid_app",
            sql,
            new
            {
                now,
                latest = now + TimeSpan.FromHours(6),
                limit = 500,
            }
        );
        foreach (string index in indexes)
            Assert.True(plan.All.Any(node => node.Index == index), $"without {index}: {plan}");
        return plan;
    }

    // A match for each request: nearly all of them over, some of every live state, some due.
    private async Task Given()
    {
        if (await service.Look<bool>("select exists (select 1 from match)"))
            return;
        await service.Do(
            """
            set session_replication_role = replica;
            insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin, created_at,
                               respond_by, due_by, delivered_at, ended_at)
            select md5('match' || i)::uuid, @province, md5('need' || i)::uuid, md5('offer' || 1 + i % 20000)::uuid, md5('account' || 1001 + i % 1000)::uuid,
                   md5('trip' || i)::uuid, 1, false, '2026-11-23', s.status, 'matcher', clock(),
                   clock() + (i % 1000) * interval '1 minute', clock() + (i % 3000) * interval '1 minute',
                   case when s.status in ('delivered', 'confirmed') then clock() - (i % 72) * interval '1 hour' end,
                   case when s.status in ('confirmed', 'declined') then clock() end
            from generate_series(1, 200000) i
            cross join lateral (select case i % 100 when 0 then 'proposed' when 1 then 'accepted' when 2 then 'onTheWay' when 3 then 'delivered'
                                            when 4 then 'declined' else 'confirmed' end as status) s;
            update offer set available_until = clock() + (hashtext(id::text) % 10000) * interval '1 minute';
            set session_replication_role = origin;
            analyze
            """,
            new { province = Places.Province }
        );
    }
}
