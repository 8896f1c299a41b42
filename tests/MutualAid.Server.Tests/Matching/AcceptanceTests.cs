using System.Net;
using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Matching;

/// <summary>How likely a giver says yes, from what became of earlier asks.</summary>
public sealed class AcceptanceTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("", 1.6 / 5)]
    [InlineData("yes 10", 11.6 / 15)]
    [InlineData("no 10", 1.6 / 15)]
    [InlineData("silence 10", 1.6 / 15)]
    [InlineData("yes 3, no 2, silence 5", 4.6 / 15)]
    // what became of a yes afterwards is another matter
    [InlineData("broken 3, backedOut 2", 6.6 / 10)]
    // said nothing about the giver
    [InlineData("filled 20, open 4", 1.6 / 5)]
    [InlineData("yesToTeam 10, claim 10, noToTeam 3", 1.6 / 5)]
    // nobody is written off
    [InlineData("no 50", 0.05)]
    public async Task a_giver_who_said_this_so_often_says_yes_so_likely(string history, double probability)
    {
        var giver = await Giver();
        foreach (string part in history.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            await Answered(giver, part.Split(' ')[0], int.Parse(part.Split(' ')[1], null), daysAgo: 1);
        Assert.Equal(probability, await Probability(giver), 1e-9);
    }

    [Fact]
    public async Task the_latest_fifty_answers_count_and_no_others()
    {
        var giver = await Giver();
        await Answered(giver, "no", 40, daysAgo: 20);
        await Answered(giver, "filled", 40, daysAgo: 1);
        await Answered(giver, "yes", 40, daysAgo: 2);
        Assert.Equal(41.6 / 55, await Probability(giver), 1e-9);
    }

    [Fact]
    public async Task what_is_ninety_days_old_is_forgotten()
    {
        var giver = await Giver();
        await Answered(giver, "yes", 10, daysAgo: 90);
        Assert.Equal(0.32, await Probability(giver), 1e-9);
        await Answered(giver, "yes", 5, daysAgo: 89);
        Assert.Equal(6.6 / 10, await Probability(giver), 1e-9);
    }

    [Fact]
    public async Task one_givers_answers_are_nobody_elses()
    {
        var (giver, other) = (await Giver(), await Giver());
        await Answered(other, "yes", 10, daysAgo: 1);
        Assert.Equal(0.32, await Probability(giver), 1e-9);
    }

    [Fact]
    public async Task an_answer_counts_from_the_moment_it_is_given()
    {
        await service.GivenRequest(await service.NewPerson(), category: "other");
        var giver = await service.NewPerson();
        await service.GivenOffer(giver, category: "other");
        await service.Round();
        Assert.Equal(0.32, await Probability(giver), 1e-9);
        // Beside it stand the proposals that other tests have made up.
        var asked = Assert.Single(await service.Proposals(), one => one.GiverId == giver.Id);
        await giver.Post($"/api/matches/{asked.Id}/accept").Is(HttpStatusCode.OK);
        Assert.Equal(2.6 / 6, await Probability(giver), 1e-9);
    }

    private async Task<Person> Giver()
    {
        var giver = await service.NewPerson();
        await service.GivenOffer(giver, category: "medicine");
        return giver;
    }

    private async Task<double> Probability(Person giver) =>
        await service.Look<double>(
            $"select {Acceptance.Probability} from (values (@giver)) o (account_id)",
            new { giver = giver.Id, now = service.Clock.GetUtcNow() }
        );

    private async Task Answered(Person giver, string what, int times, int daysAgo)
    {
        string origin =
            what == "claim" ? "claim"
            : what.EndsWith("ToTeam", StringComparison.Ordinal) ? "team"
            : "matcher";
        string status = what switch
        {
            "yes" or "yesToTeam" or "claim" => "delivered",
            "no" or "noToTeam" => "declined",
            "silence" or "broken" => "lapsed",
            "backedOut" or "filled" => "withdrawn",
            _ => "proposed",
        };
        bool accepted = what is "yes" or "yesToTeam" or "claim" or "broken" or "backedOut";
        await service.Execute(
            """
            set session_replication_role = replica;
            insert into match (id, root_area_id, request_id, offer_id, giver_account_id, trip_id, units, whole, day, status, origin,
                               created_at, accepted_at, ended_at)
            select gen_random_uuid(), o.root_area_id, gen_random_uuid(), o.id, @giver, gen_random_uuid(), 1, false, '2026-11-17', @status,
                   @origin, @at, case when @accepted then @at end, @at
            from offer o, generate_series(1, @times) where o.account_id = @giver;
            set session_replication_role = origin
            """,
            new
            {
                giver = giver.Id,
                status,
                origin,
                accepted,
                times,
                at = service.Clock.GetUtcNow() - TimeSpan.FromDays(daysAgo),
            }
        );
    }
}
