using MutualAid.Server.Tests.Storm;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>What those do who need something and those who give, while the teams are at work.</summary>
internal sealed class NeighbourActs(CrowdWorld world, CrowdAnswers answers)
{
    private static readonly (int Weight, string Act)[] Weights =
    [
        (3, "ask"),
        (10, "claim"),
        (8, "accept"),
        (2, "decline"),
        (3, "setOut"),
        (8, "deliver"),
        (4, "confirm"),
        (1, "dispute"),
        (3, "withdraw"),
        (1, "take back"),
        (2, "nearby"),
    ];

    public async Task One(Person person, Random random)
    {
        for (int tries = 0; tries < 20; tries++)
            if (await Try(random.Weighted(Weights), person, random))
                return;
    }

    private async Task<bool> Try(string act, Person person, Random random)
    {
        CrowdMatch? Match(Func<CrowdMatch, bool> fit)
        {
            CrowdMatch[] all = [.. world.Now.Matches.Where(fit)];
            return all.Length == 0 ? null : random.Pick(all);
        }
        Task Step(CrowdMatch match, string step, object? body = null) =>
            answers.Post(act, person, $"/api/matches/{match.Id}/{step}", body);
        bool Mine(CrowdMatch match, params string[] states) =>
            match.Giver == person.Id && states.Contains(match.Status);

        switch (act)
        {
            case "ask":
                await answers.Post(act, person, "/api/requests", StormWorld.NewRequest(random));
                return true;
            case "claim"
                when random.Pick(world.Now.Needs) is { Live: true, Hidden: false, Unmet: > 0 } need
                    && need.Owner != person.Id:
                await answers.Post(
                    act,
                    person,
                    $"/api/requests/{need.Id}/claims",
                    new { units = need.Divisible ? random.Next(1, need.Unmet + 2) : need.Unmet }
                );
                return true;
            case "accept" when Match(one => Mine(one, "proposed")) is { } match:
                await Step(match, "accept");
                return true;
            case "decline" when Match(one => Mine(one, "proposed")) is { } match:
                await Step(match, "decline", new { reason = "hết hàng" });
                return true;
            case "setOut" when Match(one => Mine(one, "accepted")) is { } match:
                await Step(match, "on-the-way");
                return true;
            case "deliver" when Match(one => Mine(one, "accepted", "onTheWay")) is { } match:
                await Step(match, "delivered", new { });
                return true;
            case "confirm"
            or "dispute" when Match(one => one.Owner == person.Id && one.Status == "delivered") is { } match:
                await Step(match, act, act == "dispute" ? new { reason = "không nhận được" } : null);
                return true;
            case "withdraw"
                when Match(one =>
                    Mine(one, "accepted", "onTheWay") || one.Owner == person.Id && one.Status == "accepted"
                )
                    is { } match:
                await Step(match, act, new { reason = "đổi ý" });
                return true;
            case "take back"
                when random.Pick(world.Now.Needs) is { Live: true } need && need.Owner == person.Id:
                await answers.Post(
                    act,
                    person,
                    $"/api/requests/{need.Id}/withdraw",
                    new { reason = "đã đủ" }
                );
                return true;
            case "nearby":
                await answers.Get(
                    act,
                    person,
                    FormattableString.Invariant(
                        $"/api/requests/nearby?lon={CrowdWorld.Lon(random)}&lat={CrowdWorld.Lat(random)}"
                    )
                );
                return true;
            default:
                return false;
        }
    }
}
