using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>Where one is signed in, and out.</summary>
public sealed class SessionListTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Android =
        "Mozilla/5.0 (Linux; Android 14; SM-A057F Build/UP1A) AppleWebKit/537.36 Chrome/131.0.6778.39 Mobile Safari/537.36";

    [Theory]
    [InlineData(Android, "Chrome, Android")]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
        "Safari, iPhone"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Zalo iOS/650",
        "Zalo, iPhone"
    )]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
        "Edge, Windows"
    )]
    [InlineData("<script>alert(1)</script>", null)]
    [InlineData("", null)]
    public void a_device_is_named_as_its_owner_knows_it(string userAgent, string? words) =>
        Assert.Equal(words, Device.Of(userAgent));

    [Fact]
    public async Task each_session_stands_there_by_its_device_and_is_ended_at_once()
    {
        const string phone = "+84916100001";
        var (attempt, code) = await service.AskCode(phone);
        using var mobile = service.Client(null);
        mobile.DefaultRequestHeaders.UserAgent.ParseAdd(Android);
        var answer = await mobile
            .PostAsJsonAsync(
                "/api/sign-in",
                new
                {
                    phone,
                    code,
                    attempt,
                }
            )
            .Is(HttpStatusCode.OK);
        using var first = service.Client(answer.Text("token"));
        await service.Clock.Advance(TimeSpan.FromMinutes(90));
        using var second = service.Client((await service.SignIn(phone)).Text("token"));

        var items = (await second.GetAsync("/api/me/sessions").Is(HttpStatusCode.OK))["items"]!.AsArray();
        Assert.Equal(2, items.Count);
        Assert.True((bool)items[0]!["current"]!);
        Assert.Equal(
            ("Chrome, Android", "app", false),
            (items[1]!.Text("device"), items[1]!.Text("kind"), (bool)items[1]!["current"]!)
        );
        // To the hour.
        Assert.All(
            items,
            item => Assert.EndsWith(":00:00Z", item!.Text("lastUsedAt"), StringComparison.Ordinal)
        );
        // The header itself is nowhere.
        Assert.Equal(
            0,
            await service.Look<int>("select count(*)::int from session s where s::text ~ 'SM-A057F|Mozilla'")
        );

        var stranger = await service.NewPerson();
        await stranger.Http.DeleteAsync($"/api/me/sessions/{items[1]!.Id()}").IsProblem(404, "notFound");
        await first.GetAsync("/api/me").Is(HttpStatusCode.OK);
        await second.DeleteAsync($"/api/me/sessions/{items[1]!.Id()}").Is(HttpStatusCode.NoContent);
        await first.GetAsync("/api/me").IsProblem(401, "tokenUnknown");
        await second.DeleteAsync($"/api/me/sessions/{items[1]!.Id()}").IsProblem(404, "notFound");
    }

    [Fact]
    public async Task all_others_are_ended_by_one_button_and_this_one_stays()
    {
        var person = await service.NewPerson("Lan");
        using var one = await Visitor.Of(service, person);
        using var two = await Visitor.Of(service, person);
        var page = (await one.Get("/me/sessions")).Is(HttpStatusCode.OK);
        Assert.Equal(3, page.Html.QuerySelectorAll("main li.card").Length);
        (await one.Press("others")).Leads("/me/sessions?ended");
        Assert.Single((await one.Get("/me/sessions")).Html.QuerySelectorAll("main li.card"));
        (await two.Get("/me/sessions")).Leads("/sign-in?return=%2Fme%2Fsessions");
        await person.Get("/api/me").IsProblem(401, "tokenUnknown");
    }

    [Fact]
    public async Task the_last_use_is_written_at_most_once_an_hour()
    {
        var person = await service.NewPerson();
        string before = (await Row(person))!;
        await service.Clock.Advance(TimeSpan.FromMinutes(59));
        await person.Get("/api/me").Is(HttpStatusCode.OK);
        Assert.Equal(before, await Row(person));
        await service.Clock.Advance(TimeSpan.FromMinutes(2));
        await person.Get("/api/me").Is(HttpStatusCode.OK);
        Assert.NotEqual(before, await Row(person));
    }

    private Task<string?> Row(Person person) =>
        service.Look<string>("select ctid::text from session where account_id = @Id", new { person.Id });
}
