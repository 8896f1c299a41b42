using System.Globalization;
using Dapper;
using Microsoft.Playwright;
using MutualAid.Server.Jobs;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>A day in a ward: what its lead does at the desk, on a phone without script and at a table by keys alone, and what the district sees of it.</summary>
public sealed class DeskDayTests(Cluster cluster, Chromium chromium) : IAsyncLifetime
{
    // A ward of its own for each: their needs are counted.
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    private const int Needs = 500;
    private const int AtOnce = 200;
    private const int Heaviest = 60 * 1024;

    private static readonly Guid Ward = Places.NorthEast;

    [Fact]
    public async Task a_lead_works_through_five_hundred_needs_and_the_district_sees_it()
    {
        var owners = new List<Person>();
        for (int i = 0; i < 10; i++)
            owners.Add(await service.NewPerson());
        await service.GivenNeeds(
            owners,
            new Random(11),
            Needs,
            random => 105.852 + random.NextDouble() * 0.045,
            random => 21.033 + random.NextDouble() * 0.025
        );
        var giver = await service.NewPerson("Anh Ba");
        await service.GivenOffer(giver, capacity: 400, reach: 9000);
        await service.GivenOffer(giver, capacity: 400, category: "necessities", reach: 9000);
        await service.GivenOffer(giver, capacity: 400, category: "medicine", reach: 9000);
        var lead = await Leading("Cô Trưởng", Ward);
        var above = await Leading("Chú Quận", Places.EastDistrict);
        await Fold();

        await using var phone = await Phone.Open(chromium, service.Address);
        await SignIn(phone, lead);
        await using var table = await Phone.Open(chromium, service.Address, keyboard: true, width: 1280);
        await SignIn(table, lead);
        await using var district = await Phone.Open(chromium, service.Address);
        await SignIn(district, above);
        Assert.Equal((Needs, 0), await Below(district));
        await district.Inspect(chromium, "desk-district");

        // Morning: what waits.
        await phone.Go("/team");
        await phone.Sees("Phường Sông");
        await phone.Inspect(chromium, "desk-areas");
        await phone.Follow(phone.Words("queues.view"));
        await phone.Page.WaitForURLAsync($"**/team/{Ward}");
        Assert.Equal(Needs, await Count(phone, phone.Words("desk.view.waiting")));
        await phone.Inspect(chromium, "desk-view");
        await VerifyAtOnce(table);
        await phone.Go($"/team/{Ward}/queues/verify");
        await phone.Inspect(chromium, "desk-verify");

        // Noon: one by one, on the phone.
        await Duplicates(phone);
        await Pin(phone);
        await Assign(phone, giver);
        await Close(phone);
        await HandOver(phone);
        await Fold();

        // Afternoon: three are over, one is helped, one is the neighbours' ward's.
        Assert.Equal((Needs - 4, 1), await Below(district));
        await phone.Go($"/team/{Ward}");
        Assert.Equal(Needs - 4, await Count(phone, phone.Words("desk.view.waiting")));
        await Others(phone, table);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task the_view_of_a_busy_area_weighs_little()
    {
        var owner = await service.NewPerson();
        await service.GivenNeeds(
            [owner],
            new Random(12),
            Needs,
            Spread(105.803, 0.094),
            Spread(21.003, 0.054)
        );
        var lead = await Leading("Lãnh đạo", Places.Province);
        await Fold();
        foreach (var area in new[] { Places.Province, Places.EastDistrict, Ward })
        {
            await using var phone = await Phone.Open(chromium, service.Address, script: true);
            await SignIn(phone, lead);
            var answers = new List<IResponse>();
            phone.Page.Response += (_, answer) =>
            {
                lock (answers)
                    answers.Add(answer);
            };
            await phone.Page.GotoAsync($"/team/{area}", new() { WaitUntil = WaitUntilState.NetworkIdle });
            IResponse[] came;
            lock (answers)
                came = [.. answers];
            var weights = new Dictionary<string, int>();
            foreach (
                var answer in came.Where(one =>
                    one.Request.ResourceType is "document" or "stylesheet" or "script"
                )
            )
                weights[new Uri(answer.Url).AbsolutePath] = (await answer.BodyAsync()).Length;
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{weights.Values.Sum()}: {string.Join(' ', weights)}"
            );
            Assert.True(weights.Count >= 3, string.Join(' ', weights));
            Assert.True(weights.Values.Sum() <= Heaviest, string.Join(' ', weights));
        }
    }

    // Two hundred by keys alone, taken back in one, and done again.
    private async Task VerifyAtOnce(Phone table)
    {
        for (int time = 1; time <= 2; time++)
        {
            await table.Go($"/team/{Ward}/queues/verify");
            await table.Follow(table.Words("queues.many", AtOnce));
            Assert.Equal(AtOnce, await table.Page.Locator("[name=ids]").CountAsync());
            await table.Tick(table.Words("queues.all"));
            await table.Page.JumpByKey(
                table.Page.GetByRole(AriaRole.Link, new() { Name = table.Words("queues.toActs") })
            );
            await table.Choose(table.Words("queues.how"), table.Words("desk.how.visited"));
            await table.Press(table.Words("queues.act.verify"));
            await table.Sees(table.Words("queues.done.verify.other", AtOnce));
            Assert.Equal((AtOnce, time), await Verified());
            await Looks(table);
            if (time == 2)
                return;
            await table.Press(table.Words("queues.undo"));
            await table.Sees(table.Words("desk.undone.other", AtOnce));
            Assert.Equal((0, 1), await Verified());
            await Looks(table);
        }
    }

    private async Task Duplicates(Phone phone)
    {
        await service.Look<int>(
            """
            insert into duplicate_suggestion (request_id, other_id, root_area_id, score, reasons, found_at)
            select b.id, a.id, a.root_area_id, 9,
              '{"metres":0,"phone":"unsaid","door":"same","flat":"unsaid","street":"same","near":"60","name":"other"}', @now
            from request a join request b on b.household_id = a.household_id and b.id > a.id order by a.id limit 1 returning 1
            """,
            new { now = service.Clock.GetUtcNow() }
        );
        await phone.Go($"/team/{Ward}");
        await phone.Follow(phone.Words("desk.view.duplicates"));
        await phone.Inspect(chromium, "desk-duplicates");
        await phone.Press(phone.Words("desk.duplicates.duplicate"));
        await phone.Sees(phone.Words("desk.duplicates.done.duplicate"));
    }

    private async Task Pin(Phone phone)
    {
        var need = await Open(phone);
        await phone.Inspect(chromium, "desk-need");
        await phone.Unfold(phone.Words("desk.act.pin"));
        await phone.Type(phone.Page.Locator("#lon-pin"), "105.8712");
        await phone.Type(phone.Page.Locator("#lat-pin"), "21.0411");
        await phone.Type(phone.Page.Locator("#reason-pin"), "Đã đến tận cửa");
        await phone.Press(phone.Words("desk.do.pin"));
        await phone.Sees(phone.Words("desk.did.pin"));
        Assert.Equal(
            "105.8712 21.0411",
            await service.Look<string>(
                "select st_x(place::geometry) || ' ' || st_y(place::geometry) from request_private where request_id = @need",
                new { need }
            )
        );
    }

    private async Task Assign(Phone phone, Person giver)
    {
        var need = await Open(phone);
        await phone.Unfold(phone.Words("desk.act.assign"));
        await phone.Press(phone.Words("desk.do.assign"));
        await phone.Sees(phone.Words("desk.did.assign"));
        var match = await service.Look<Guid>("select id from match where request_id = @need", new { need });
        await giver.Post($"/api/matches/{match}/accept").Is(System.Net.HttpStatusCode.OK);
        await phone.Go($"/team/needs/{need}");
        await phone.Sees(phone.Words("desk.step.accepted"));
    }

    private async Task Close(Phone phone)
    {
        await Open(phone);
        await phone.Unfold(phone.Words("desk.act.close"));
        await phone.Tick(phone.Words("desk.reason.helpedElsewhere"));
        await phone.Press(phone.Words("desk.do.close"));
        await phone.Sees(phone.Words("desk.did.close"));
        await phone.Sees(phone.Words("desk.reason.helpedElsewhere"));
    }

    private async Task HandOver(Phone phone)
    {
        var need = await Open(phone);
        await phone.Unfold(phone.Words("desk.act.hand-over"));
        await phone.Choose(phone.Words("desk.area"), "Phường Hoà Bình");
        await phone.Press(phone.Words("desk.do.hand-over"));
        await phone.Sees(phone.Words("desk.did.handOver"));
        await phone.Inspect(chromium, "desk-act");
        Assert.Equal(404, (await phone.Page.GotoAsync($"/team/needs/{need}"))!.Status);
    }

    // What else lies on the desk, on the phone and on the table.
    private async Task Others(Phone phone, Phone table)
    {
        foreach (
            var (name, path) in new[]
            {
                ("givers", $"/team/{Ward}/givers"),
                ("roles", $"/team/{Ward}/roles"),
                ("access-log", $"/team/{Ward}/access-log"),
                ("gaps", $"/team/{Ward}/gaps"),
                ("round", $"/team/{Ward}/round?queue=verify"),
                ("waiting", $"/team/{Ward}/queues/waiting"),
                ("risk", $"/team/{Ward}/queues/risk"),
                ("all", $"/team/{Ward}/queues/all"),
            }
        )
        {
            await phone.Go(path);
            Assert.Equal(new Uri(service.Address, path), new Uri(phone.Page.Url));
            await phone.Inspect(chromium, $"desk-{name}");
            await table.Go(path);
            await Looks(table);
        }
        var need = await service.Look<Guid>(
            "select id from request where responsible_area_id = @Ward and status = 'open' limit 1",
            new { Ward }
        );
        foreach (
            string path in new[]
            {
                "/team",
                $"/team/{Ward}",
                $"/team/{Ward}/duplicates",
                $"/team/needs/{need}",
            }
        )
        {
            await table.Go(path);
            await Looks(table);
        }
        await phone.Go($"/team/{Ward}/round?queue=verify");
        await phone.Fill(phone.Words("export.reason"), "đi thăm từng nhà chiều nay");
        await phone.Press(phone.Words("queues.round.make"));
        await phone.Sees(phone.Words("queues.round.destroy"));
        await phone.Inspect(chromium, "desk-round-sheet");
    }

    // At a table: no complaint, and nothing to scroll sideways.
    private static async Task Looks(Phone table)
    {
        Assert.Empty(
            (await table.Page.Axe()).Violations.Select(violation => $"{table.Page.Url}: {violation}")
        );
        Assert.True(
            await table.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth")
        );
    }

    // The next of the queue that nobody has looked at yet.
    private async Task<Guid> Open(Phone phone)
    {
        var need = await service.Look<Guid>(
            """
            select r.id from request r
            where r.responsible_area_id = @Ward and r.status = 'open' and r.category_id = (select id from category where code = 'food')
              and not exists (select from need_act a where a.request_id = r.id and a.act not in ('verify', 'unverify'))
            order by r.id limit 1
            """,
            new { Ward }
        );
        await phone.Go($"/team/needs/{need}");
        return need;
    }

    // How many wait in the ward and in the other one of its district, as the district's own page has it.
    private static async Task<(int Ward, int Other)> Below(Phone district)
    {
        await district.Go($"/team/{Places.EastDistrict}");
        async Task<int> Row(string name) =>
            Number(
                await district
                    .Page.Locator("tr", new() { HasText = name })
                    .First.Locator("td")
                    .First.InnerTextAsync()
            );
        var below = (await Row("Phường Sông"), await Row("Phường Hoà Bình"));
        Assert.Equal(below.Item1 + below.Item2, await Count(district, district.Words("desk.view.waiting")));
        return below;
    }

    private static async Task<int> Count(Phone phone, string of) =>
        Number(
            await phone
                .Page.Locator("dl.counts div", new() { HasText = of })
                .First.Locator("dd")
                .InnerTextAsync()
        );

    private static int Number(string shown) =>
        int.Parse(shown.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    // How many are verified, and by how many batches of two hundred.
    private async Task<(int Needs, int Batches)> Verified()
    {
        await using var connection = await service.Open();
        return await connection.QuerySingleAsync<(int, int)>(
            """
            select (select count(*) from request where verified_at is not null)::int,
                   (select count(*) from (select batch_id from need_act where act = 'verify' group by 1 having count(*) = @AtOnce) b)::int
            """,
            new { AtOnce }
        );
    }

    private async Task<Person> Leading(string name, Guid area)
    {
        var lead = await service.NewPerson(name, ("teamLead", area));
        await service.Look<int>(
            "update account_private set totp_secret = 'x', totp_enrolled_at = now() where account_id = @Id",
            new { lead.Id }
        );
        return lead;
    }

    private async Task SignIn(Phone phone, Person lead)
    {
        await phone.SignInAs(service, lead);
        await service.Look<int>(
            "update session set second_factor = true where account_id = @Id",
            new { lead.Id }
        );
    }

    private async Task Fold()
    {
        foreach (var sweep in service.App.Services.GetServices<ISweep>())
            if (sweep.Name is "fold-desk" or "find-gaps")
                await sweep.Sweep(service.Clock.GetUtcNow(), CancellationToken.None);
    }

    private static Func<Random, double> Spread(double from, double wide) =>
        random => from + random.NextDouble() * wide;
}
