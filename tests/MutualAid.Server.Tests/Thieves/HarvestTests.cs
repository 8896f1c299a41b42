using System.Net;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>Whoever opens more people's private data than helping needs is stopped after a stated number, and it is raised.</summary>
public sealed class HarvestTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail with the refusal thrown inside the transaction, which took the report and the message back.
    [Fact]
    public async Task who_has_opened_the_contacts_of_thirty_is_stopped_for_a_day_and_the_administrators_are_told()
    {
        var administrator = await service.NewPerson("Quản trị", ("administrator", Places.Province));
        var elsewhere = await service.NewPerson("Quản trị", ("administrator", Places.OtherProvince));
        var thief = await service.NewPerson();
        var need = await service.GivenRequest(thief, quantity: 40);
        var contacts = new List<string>();
        for (int i = 0; i < 32; i++)
        {
            var match = await Claim(await service.NewPerson(), need);
            contacts.Add($"/api/matches/{match}/contact");
        }

        for (int i = 0; i < 30; i++)
        {
            await thief.Get(contacts[i]).Is(HttpStatusCode.OK);
            await service.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        foreach (string more in contacts[30..])
        {
            var refused = await thief.Get(more);
            Assert.Equal(TimeSpan.FromHours(23.5), refused.Headers.RetryAfter!.Delta);
            await Task.FromResult(refused).IsProblem(429, "privateViews");
        }
        // Whom they have seen they may go on reaching.
        foreach (string known in contacts[..30])
            await thief.Get(known).Is(HttpStatusCode.OK);

        string told = await service.NextTo(administrator.Phone);
        var report = await service.Look<Guid>(
            """
            select id from report where reporter_account_id is null and (subject_kind, subject_id, reason, area_id)
              = ('account', @Id, 'harvesting', @Province)
            """,
            new { thief.Id, Places.Province }
        );
        Assert.Contains($"{report}", told, StringComparison.Ordinal);
        Assert.Contains("30", told, StringComparison.Ordinal);
        Assert.Equal(1, await service.Look<int>("select count(*)::int from report"));
        Assert.Equal(
            1,
            await service.Look<int>("select count(*)::int from outbox where kind = 'harvesting'")
        );
        Assert.Empty(service.SentTo(elsewhere.Phone));
        string metrics = await service.Anonymous.GetStringAsync("/metrics");
        Assert.Contains(
            "mutualaid_private_views_total{outcome=\"refused\"}",
            metrics,
            StringComparison.Ordinal
        );
        Assert.Contains("mutualaid_harvesting_raised_total ", metrics, StringComparison.Ordinal);

        await service.Clock.Advance(TimeSpan.FromHours(24));
        await thief.Get(contacts[31]).Is(HttpStatusCode.OK);
    }

    // Seen to fail without the limit where a request is read, and with requests counted in the place of households.
    [Fact]
    public async Task every_way_to_a_givers_contact_counts_and_a_household_counts_once()
    {
        await Limit("contacts_a_day", 3);
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        var needs = new List<(Guid Request, Guid Match)>();
        var home = Guid.CreateVersion7();
        foreach (
            var household in new[]
            {
                home,
                home,
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
            }
        )
        {
            var need = await service.GivenRequest(await service.NewPerson(), household: household);
            needs.Add((need, await Claim(giver, need)));
        }

        static string[] Ways((Guid Request, Guid Match) seen) =>
            [
                $"/api/matches/{seen.Match}/contact",
                $"/api/requests/{seen.Request}",
                $"/requests/{seen.Request}",
                $"/matches/{seen.Match}/contact",
            ];
        for (int i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.OK, (await giver.Get(Ways(needs[i])[i])).StatusCode);
        foreach (string way in Ways(needs[4]))
        {
            var refused = await giver.Get(way);
            Assert.True(refused.StatusCode == HttpStatusCode.TooManyRequests, way);
            Assert.Equal(TimeSpan.FromHours(24), refused.Headers.RetryAfter!.Delta);
            Assert.DoesNotContain(
                "12 ngõ 3",
                await refused.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
        }
        Assert.Equal(
            4,
            await service.Look<int>(
                "select count(*)::int from access_log where reader_account_id = @Id",
                new { giver.Id }
            )
        );
    }

    // Seen to fail with the limit of a match's sides for everybody.
    [Fact]
    public async Task a_team_member_is_stopped_for_an_hour_and_the_rest_of_the_team_is_not()
    {
        Assert.Equal(
            120,
            await service.Look<int>("select value::int from setting where key = 'team_private_an_hour'")
        );
        await Limit("team_private_an_hour", 3);
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        var other = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        var needs = new List<Guid>();
        for (int i = 0; i < 4; i++)
            needs.Add(await service.GivenRequest(await service.NewPerson()));

        foreach (var need in needs[..3])
            Assert.NotNull((await member.Get($"/api/requests/{need}").Is(HttpStatusCode.OK))["private"]);
        var refused = await member.Get($"/api/requests/{needs[3]}");
        Assert.Equal(TimeSpan.FromHours(1), refused.Headers.RetryAfter!.Delta);
        await Task.FromResult(refused).IsProblem(429, "privateViews");
        Assert.NotNull((await other.Get($"/api/requests/{needs[3]}").Is(HttpStatusCode.OK))["private"]);
        await service.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await member.Get($"/api/requests/{needs[3]}").Is(HttpStatusCode.OK))["private"]);
    }

    // Seen to fail without the lock in PrivateViews.
    [Fact]
    public async Task of_twenty_looks_at_once_no_more_are_let_through_than_one_after_the_other()
    {
        await Limit("contacts_a_day", 3);
        var thief = await service.NewPerson();
        var need = await service.GivenRequest(thief, quantity: 20);
        var contacts = new List<string>();
        for (int i = 0; i < 20; i++)
            contacts.Add($"/api/matches/{await Claim(await service.NewPerson(), need)}/contact");

        var answers = await Task.WhenAll(contacts.Select(contact => thief.Get(contact)));

        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(17, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(1, await service.Look<int>("select count(*)::int from report"));
    }

    private Task Limit(string setting, int most) =>
        service.Execute("update setting set value = @most where key = @setting", new { setting, most });

    private static async Task<Guid> Claim(Person giver, Guid need) =>
        (await giver.Post($"/api/requests/{need}/claims", new { units = 1 }).Is(HttpStatusCode.Created)).Id();
}
