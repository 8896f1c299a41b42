using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Floods;

/// <summary>
/// Thousands of numbers are asked for from thousands of addresses, each once, so that no limit of a number or an address is
/// touched. Decision 18 says who is served then.
/// </summary>
public sealed class CodeFloodTests(FloodFixture service) : IClassFixture<FloodFixture>
{
    // In a short run a tenth of the budget, and a fifth of the flood.
    private static readonly int ADay = Seeds.Long ? 20_000 : 2_000;
    private static readonly int Unjudged = Seeds.Long ? 1_000 : 100;
    private static readonly int Asks = Seeds.Long ? 10_000 : 2_000;

    // Guards, each seen to fail: without Alarm the flood takes all of the open part; with nothing sent from the part for
    // accounts, the resident in the flooded network waits in vain.
    [Fact]
    public async Task a_flood_of_invented_numbers_spends_little_and_residents_and_quiet_newcomers_still_sign_in()
    {
        await service.NewDay(ADay, Unjudged);
        var resident = await service.NewPerson();
        var random = new Random(Seeds.Of("MUTUALAID_FLOOD_SEED"));
        long began = Stopwatch.GetTimestamp();
        var answers = await service.AskAll(Enumerable.Range(0, Asks).Select(i => Botnet(random, i)));
        var took = Stopwatch.GetElapsedTime(began);
        int spent = await service.Spent();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Asks} asks in {took.TotalSeconds:N1} s: {spent} of {ADay} codes spent"
        );
        // Twenty networks, each with its fifty unjudged; in a short run the hour's share of the quiet part is less than that.
        Assert.InRange(spent, Unjudged, Unjudged + Math.Min(20 * 50, ADay / 5 / 6 + 1));
        Assert.Equal(spent, answers.Count(answer => answer.Status == HttpStatusCode.Accepted));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Accepted),
            answer =>
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
                Assert.True(answer.RetryAfter > TimeSpan.Zero);
            }
        );

        // The alarm is raised: said, measured, and shown.
        Assert.Contains(
            service.Warnings,
            line => line.Contains($"of {Unjudged} sign-in codes sent lately only 0 were used")
        );
        Assert.Contains("mutualaid_codes_alarm 1\n", await service.Anonymous.GetStringAsync("/metrics"));
        var shown = JsonNode.Parse(await service.Anonymous.GetStringAsync("/health/codes"))!;
        Assert.True((bool)shown["alarm"]!);
        Assert.Equal(spent, shown.Number("sentLately"));

        // In the midst of the flood a number with an account is answered like one without, and is sent its code.
        var known = await service.Ask("113.160.77.7", resident.Phone);
        var unknown = await service.Ask("113.160.77.8", "0988000001");
        Assert.Equal(HttpStatusCode.TooManyRequests, known.Status);
        Assert.Equal(unknown.Seen, known.Seen);
        await SignIn(resident.Phone, known.Attempt);
        Assert.Empty(service.SentTo("+84988000001"));

        // From where nobody floods everybody is served, once the hour's share has come round.
        await service.Clock.Advance(TimeSpan.FromHours(1));
        foreach (string address in (string[])["222.252.3.4", "2405:4800:1:2::3"])
        {
            string phone = $"09770{address.Length:D5}";
            var fresh = await service.Ask(address, phone);
            Assert.Equal(HttpStatusCode.Accepted, fresh.Status);
            await SignIn(phone, fresh.Attempt);
        }

        await service.Clock.Advance(TimeSpan.FromHours(6));
        Assert.Equal(HttpStatusCode.Accepted, (await service.Ask("113.160.77.9", "0988000002")).Status);
        Assert.False(
            (bool)JsonNode.Parse(await service.Anonymous.GetStringAsync("/health/codes"))!["alarm"]!
        );
    }

    // Nothing tells these from honest newcomers, who must wait for a while: what is left to save is the money, and the residents.
    // Seen to fail: without the hour's share the quiet part of the whole day is gone at once.
    [Fact]
    public async Task a_flood_from_everywhere_takes_an_hours_share_of_the_newcomers_part_and_nothing_of_the_residents()
    {
        await service.NewDay(400, unjudged: 50);
        var resident = await service.NewPerson();
        await service.AskAll(
            Enumerable
                .Range(0, 300)
                .Select(i => ($"{1 + i % 200}.{10 + i / 200}.1.1", $"09{10_000 + i * 37 % 89_999:D5}123"))
        );
        // Of 400: 50 before the alarm, then a sixth of the 80 for quiet places.
        Assert.Equal(50 + 14, await service.Spent());
        var known = await service.Ask("210.9.1.1", resident.Phone);
        Assert.Equal((await service.Ask("210.9.1.2", "0988100001")).Seen, known.Seen);
        await SignIn(resident.Phone, known.Attempt);

        await service.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Accepted, (await service.Ask("210.10.1.1", "0988200001")).Status);
    }

    // Seen to fail: without the budget's lock some are sent beyond it.
    [Fact]
    public async Task the_days_budget_is_never_passed_however_many_ask_at_once_and_whoever_they_are()
    {
        await service.NewDay(40, unjudged: 1_000);
        var residents = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => service.NewPerson()));
        var answers = await service.AskAll(
            residents.SelectMany(
                (person, i) => new[] { ($"103.{i}.1.1", person.Phone), ($"104.{i}.1.1", $"0966{i:D2}1234") }
            )
        );
        // Twenty for all, twelve for accounts, and an hour's share of the eight for quiet places.
        Assert.Equal(20 + 12 + 2, await service.Spent());
        // For as long as residents' codes last they are on their way although the answer is 429.
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), 20, 34);
        var refused = await service.Ask("105.1.1.1", residents[0].Phone);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
    }

    // Seen to fail: with an attempt written only for codes that are sent, the fourth ask is answered otherwise where there is an account.
    [Fact]
    public async Task asking_again_and_again_tells_nobody_whether_a_number_has_an_account()
    {
        await service.NewDay(10_000, unjudged: 0);
        var resident = await service.NewPerson();
        // A place that is not quiet: five codes that nobody uses.
        await service.AskAll(Enumerable.Range(0, 20).Select(i => ($"14.160.9.{i}", $"0955{i:D2}1234")));
        for (int i = 0; i < 5; i++)
            Assert.Equal(
                (await service.Ask($"14.160.9.{100 + i}", "0944000001")).Seen,
                (await service.Ask($"14.160.9.{200 + i}", resident.Phone)).Seen
            );
        Assert.Equal(3, service.SentTo(resident.Phone).Count);
    }

    // The rows of sign_in_attempt, which were counted before, go with the account.
    [Fact]
    public async Task whoever_erases_themselves_is_given_nothing_back_of_what_was_spent()
    {
        await service.NewDay(10_000, unjudged: 0);
        var person = await service.NewPerson();
        var asked = await service.Ask("203.113.1.1", person.Phone);
        await SignIn(person.Phone, asked.Attempt);
        int spent = await service.Spent();
        await person.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(spent, await service.Spent());
    }

    // Seen to fail: with the new number known because its asker is, the account is a way round the budget.
    [Fact]
    public async Task an_account_that_asks_for_codes_to_new_numbers_is_served_no_more_than_strangers_are()
    {
        await service.NewDay(10_000, unjudged: 0);
        await service.AskAll(Enumerable.Range(0, 20).Select(i => ($"171.224.9.{i}", $"0933{i:D2}1234")));
        var person = await service.NewPerson();
        person.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "171.224.9.99");
        int spent = await service.Spent();
        var refused = await person.Post("/api/me/phone/codes", new { phone = "0933991234" });
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await Task.FromResult(refused).IsProblem(429, "tooMany");
        Assert.Equal(spent, await service.Spent());
    }

    [Fact]
    public async Task codes_that_are_used_make_room_for_more_however_few_are_unjudged()
    {
        await service.NewDay(10_000, unjudged: 2);
        for (int i = 0; i < 12; i++)
        {
            string phone = $"09220{i:D5}";
            var asked = await service.Ask("42.112.5.5", phone);
            Assert.Equal(HttpStatusCode.Accepted, asked.Status);
            await SignIn(phone, asked.Attempt);
        }
        Assert.Equal(
            12,
            await service.Look<int>(
                "select count(*)::int from code_sent where share = 'open' and used and sent_at = @now",
                new { now = service.Clock.GetUtcNow() }
            )
        );
    }

    // Seen to fail: where every place is called quiet, nobody is refused.
    [Fact]
    public async Task the_page_of_whoever_is_refused_takes_the_code_all_the_same_and_does_not_say_that_it_was_sent()
    {
        await service.NewDay(10_000, unjudged: 0);
        var resident = await service.NewPerson();
        await service.AskAll(Enumerable.Range(0, 20).Select(i => ($"27.64.9.{i}", $"0911{i:D2}1234")));
        using var browser = service.From("27.64.9.200");
        using var given = await browser.GetAsync("/api/antiforgery");
        var token = JsonNode.Parse(await given.Content.ReadAsStringAsync())!;
        browser.DefaultRequestHeaders.Add(
            "Cookie",
            given.Headers.GetValues("Set-Cookie").First().Split(';')[0]
        );
        Task<HttpResponseMessage> Send(params (string Name, string Value)[] fields) =>
            browser.PostAsync(
                "/sign-in",
                new FormUrlEncodedContent([
                    KeyValuePair.Create(token.Text("field"), token.Text("token")),
                    .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
                ])
            );

        var refused = await Send(("step", "phone"), ("phone", resident.Phone));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        string page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        Assert.Contains("If this number already has an account", page);
        Assert.DoesNotContain("A code was sent to", page);
        var taken = await Send(
            ("step", "code"),
            ("phone", resident.Phone),
            ("attempt", Regex.Match(page, "name=\"attempt\" value=\"([^\"]+)\"").Groups[1].Value),
            ("code", SigningIn.CodeIn(await service.NextTo(resident.Phone)))
        );
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
    }

    // Twenty networks of operators and, half the time, numbers counted up from one.
    private static (string Address, string Phone) Botnet(Random random, int i)
    {
        string address =
            i % 4 == 3
                ? $"2001:ee0:{i:x}:{random.Next(65_536):x}::1"
                : $"{(i % 2 == 0 ? 113 : 14)}.{160 + i / 4 % 10}.{random.Next(256)}.{random.Next(1, 255)}";
        return (address, i % 2 == 0 ? $"0981{i:D6}" : $"09{random.Next(1, 7)}{random.Next(10_000_000):D7}");
    }

    private async Task SignIn(string phone, Guid attempt)
    {
        string number = MutualAid.Server.Accounts.Phone.Parse(phone, "phone").E164;
        await service
            .UseCode(phone, SigningIn.CodeIn(await service.NextTo(number)), attempt)
            .Is(HttpStatusCode.OK);
    }
}
