using System.Net;
using Dapper;
using MutualAid.Server.Tests.Keys;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams;

/// <summary>
/// Every role on every area, and some with several that begin and end: what each of them reads by the desk's ways is what
/// <c>account_reaches</c> says, no need more and none less.
/// </summary>
public sealed class ReachTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly Guid[] Areas =
    [
        Places.Province,
        Places.WestDistrict,
        Places.EastDistrict,
        Places.SouthWest,
        Places.NorthWest,
        Places.SouthEast,
        Places.NorthEast,
        Places.NorthWestGroupOne,
        Places.NorthWestGroupTwo,
        Places.OtherProvince,
        Places.OtherWard,
    ];

    private static readonly string[] Roles =
    [
        "teamMember",
        "teamLead",
        "operator",
        "moderator",
        "administrator",
    ];

    [Fact]
    public async Task a_role_reads_the_needs_that_it_reaches_and_no_other()
    {
        var needs = await Needs();
        var people = new List<(Person Person, Guid On, string Told)>();
        foreach (string role in Roles)
        foreach (var area in Areas)
            people.Add((await service.NewPerson(role, (role, area)), area, $"{role} on {area}"));
        people.AddRange(await Several());
        var reached = await Reached(people.Select(one => one.Person.Id), needs);
        Assert.Contains(reached.Values, set => set.Count == 0);
        Assert.Contains(reached.Values, set => set.Count > 8);

        var wrong = await Task.WhenAll(people.Select(one => Differences(one, needs, reached[one.Person.Id])));
        Assert.Empty(wrong.SelectMany(found => found).Take(20));
    }

    // One in each area, as if it had been handed over there.
    private async Task<Dictionary<Guid, Guid>> Needs()
    {
        var owner = await service.NewPerson("Bà Kín");
        var needs = new Dictionary<Guid, Guid>();
        foreach (var area in Areas)
        {
            bool other = area == Places.OtherProvince || area == Places.OtherWard;
            var need = await service.GivenRequest(
                owner,
                lon: other ? 106.7 : 105.853,
                lat: other ? 10.77 : 21.032
            );
            needs[area] = need;
            await service.Execute(
                "update request set responsible_area_id = @area, public_note = 'oracle' where id = @need",
                new { area, need }
            );
        }
        return needs;
    }

    // Two or three roles each, of which some were taken back, some are over, some will be.
    private async Task<List<(Person, Guid, string)>> Several()
    {
        var random = new Random(2026);
        var people = new List<(Person, Guid, string)>();
        for (int i = 0; i < 24; i++)
        {
            var grants = Enumerable
                .Range(0, random.Next(2, 4))
                .Select(_ => (Role: Roles[random.Next(Roles.Length)], Area: Areas[random.Next(Areas.Length)]))
                .Distinct()
                .ToArray();
            var person = await service.NewPerson(null, grants);
            string told = "";
            foreach (var (role, area) in grants)
            {
                string ends = random.Next(4) switch
                {
                    0 => "revoked_at = @now",
                    1 => "ends_at = @now - interval '1 second'",
                    2 => "ends_at = @now + interval '1 second'",
                    _ => "ends_at = null",
                };
                told += $"{role} on {area} with {ends}; ";
                await service.Execute(
                    $"update role_grant set granted_at = @now - interval '1 day', {ends} where (account_id, role, area_id) = (@Id, @role, @area)",
                    new
                    {
                        now = service.Clock.GetUtcNow(),
                        person.Id,
                        role,
                        area,
                    }
                );
            }
            people.Add((person, grants[0].Area, told));
        }
        return people;
    }

    private async Task<Dictionary<Guid, HashSet<Guid>>> Reached(
        IEnumerable<Guid> accounts,
        Dictionary<Guid, Guid> needs
    )
    {
        await using var connection = await service.Open();
        var rows = await connection.QueryAsync<(Guid Account, Guid Area)>(
            """
            select p.id, a.id from unnest(@accounts) p (id) cross join unnest(@areas) a (id) where account_reaches(p.id, a.id, @now)
            """,
            new
            {
                accounts = accounts.ToArray(),
                areas = needs.Keys.ToArray(),
                now = service.Clock.GetUtcNow(),
            }
        );
        var reached = rows.ToLookup(row => row.Account, row => row.Area);
        return accounts.ToDictionary(account => account, account => reached[account].ToHashSet());
    }

    private async Task<List<string>> Differences(
        (Person Person, Guid On, string Told) one,
        Dictionary<Guid, Guid> needs,
        HashSet<Guid> reached
    )
    {
        var (person, on, told) = one;
        var found = new List<string>();
        void Check(bool seen, Guid area, string by)
        {
            if (seen != reached.Contains(area))
                found.Add($"{told} {(seen ? "reads" : "does not read")} the need of {area} by {by}");
        }
        foreach (var (area, need) in needs)
        {
            Check(await Status(person, $"/api/team/needs/{need}") == 200, area, "the desk");
            Check(
                (await Text(person, $"/api/requests/{need}")).Contains(
                    "\"private\":",
                    StringComparison.Ordinal
                ),
                area,
                "the need"
            );
            Check(await Status(person, $"/api/team/{area}/view") == 200, area, "the area's view");
        }
        // Lists are those of one area: what of the reach lies below it.
        if (!reached.Contains(on))
        {
            foreach (string list in Lists(on))
                if (await Status(person, list) != 404)
                    found.Add($"{told} reads {list}");
            Assert.Equal(HttpStatusCode.Forbidden, (await person.MakeKey("reading", on)).StatusCode);
            return found;
        }
        var below = await service.Look<Guid[]>(
            "select array_agg(id) from area where @on = any (ancestors)",
            new { on }
        );
        void CheckList(string text, string by)
        {
            foreach (var (area, need) in needs)
                if (text.Contains($"{need}", StringComparison.Ordinal) != below!.Contains(area))
                    found.Add($"{told}: {by} of {on} is wrong about the need of {area}");
        }
        foreach (string list in Lists(on))
            CheckList(await Text(person, list), list);
        var program = service.Client(await person.KeyToken(on));
        foreach (string asked in new[] { "$filter=PublicNote eq 'oracle'", "$search=oracle" })
            CheckList(await program.GetStringAsync($"/odata/TeamRequests?$select=Id&{asked}"), asked);
        foreach (var area in Areas)
            if (
                (await program.GetStringAsync($"/api/areas/{area}/summary")).Contains(
                    "\"team\":[",
                    StringComparison.Ordinal
                ) != below!.Contains(area)
            )
                found.Add($"{told}: by a key of {on} the summary of {area} is wrong about its team");
        return found;
    }

    private static string[] Lists(Guid area) =>
        [$"/api/team/{area}/queues/all?q=oracle&limit=100", $"/api/areas/{area}/requests.csv"];

    private static async Task<int> Status(Person person, string path)
    {
        using var answer = await person.Get(path);
        return (int)answer.StatusCode;
    }

    private static async Task<string> Text(Person person, string path)
    {
        using var answer = await person.Get(path);
        return await answer.Content.ReadAsStringAsync();
    }
}
