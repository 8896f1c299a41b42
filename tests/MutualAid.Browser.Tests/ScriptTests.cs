using System.Net;
using Microsoft.Playwright;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>What pages do beyond their plain selves where scripts run.</summary>
public sealed class ScriptTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_owners_page_shows_that_somebody_took_the_need_without_being_asked_again()
    {
        await using var owner = await Phone.Open(chromium, service.Address, script: true);
        var person = await service.NewPerson();
        var need = await service.GivenRequest(person);
        await owner.SignInAs(service, person);
        await owner.Go($"/requests/{need}");
        await owner.Sees("Đang chờ giúp");
        await Claim(await service.NewPerson(), need, 4);
        await owner.WaitsFor("Chỉ đọc mã này khi bạn đã nhận được đồ:");
        await owner.WaitsFor("Trang vừa được cập nhật.");
        await owner.Inspect(chromium, "request-followed");
    }

    [Fact]
    public async Task whoever_stands_on_a_link_stands_on_it_still_when_the_need_has_changed()
    {
        await using var owner = await Phone.Open(chromium, service.Address, script: true);
        var person = await service.NewPerson();
        var need = await service.GivenRequest(person);
        await owner.SignInAs(service, person);
        await owner.Go($"/requests/{need}");
        // One part is replaced, the other is as it was.
        await owner.Page.Locator($"main [data-follow] a[href='/requests/{need}']").FocusAsync();
        await owner.Page.EvaluateAsync(
            "() => { document.querySelector('[aria-labelledby=share]').met = true }"
        );
        await Claim(await service.NewPerson(), need, 1);
        await owner.WaitsFor("Trang vừa được cập nhật.");
        Assert.Equal(
            $"/requests/{need}",
            await owner.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')")
        );
        await owner.Page.Locator("details > summary").First.FocusAsync();
        await Claim(await service.NewPerson(), need, 1);
        await owner.Page.WaitForFunctionAsync(
            "() => document.querySelector('.counts dd').textContent === '2'"
        );
        Assert.True(
            await owner.Page.EvaluateAsync<bool>(
                "() => document.querySelector('[aria-labelledby=share]').met === true"
            )
        );
        Assert.Equal(
            "SUMMARY",
            await owner.Page.EvaluateAsync<string>("() => document.activeElement.tagName")
        );
    }

    [Fact]
    public async Task a_page_that_was_just_opened_is_not_asked_for_again()
    {
        var person = await service.NewPerson();
        var giver = await service.NewPerson();
        var need = await service.GivenRequest(person);
        await Claim(giver, need, 2);
        foreach (var reader in new[] { person, giver, await service.NewPerson() })
        {
            Assert.Equal(1, await Asked(reader));
            // A look at private facts is told to whose they are: one look, one line.
            var log = await person.Get("/api/me/access-log").Is(HttpStatusCode.OK);
            Assert.Equal(reader == person ? 0 : 1, log["items"]!.AsArray().Count);
        }
        await person
            .Post($"/api/requests/{need}/withdraw", new { reason = "notNeeded" })
            .Is(HttpStatusCode.OK);
        Assert.Equal(1, await Asked(person));

        async Task<int> Asked(Person reader)
        {
            await using var phone = await Phone.Open(chromium, service.Address, script: true);
            await phone.SignInAs(service, reader);
            int asked = 0;
            phone.Page.Request += (_, request) =>
                asked += request.Url.EndsWith($"/requests/{need}", StringComparison.Ordinal) ? 1 : 0;
            await phone.Go($"/requests/{need}");
            await phone.Page.WaitForTimeoutAsync(1_500);
            return asked;
        }
    }

    [Fact]
    public async Task what_somebody_is_typing_is_not_taken_away_when_the_need_changes()
    {
        var need = await service.GivenRequest(await service.NewPerson());
        await using var reader = await Phone.Open(chromium, service.Address, script: true);
        await reader.SignInAs(service, await service.NewPerson());
        await reader.Go($"/requests/{need}");
        await reader.Page.Locator("[name=units]").FillAsync("3");
        await Claim(await service.NewPerson(), need, 1);
        await reader.WaitsFor("Có thay đổi.");
        Assert.Equal("3", await reader.Page.Locator("[name=units]").InputValueAsync());
    }

    [Fact]
    public async Task the_phone_says_where_it_is_when_it_is_asked_and_not_before()
    {
        await service.GivenRequest(
            await service.NewPerson(),
            quantity: 2,
            urgency: "soon",
            lon: 105.826,
            lat: 21.0155
        );
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Go("/");
        Assert.DoesNotContain("lon=", phone.Page.Url);
        await phone.Press("Dùng vị trí của điện thoại");
        await phone.Page.WaitForURLAsync(url => url.Contains("lon=105.82600", StringComparison.Ordinal));
        await phone.Sees("2 phần");
    }

    [Fact]
    public async Task what_telex_puts_together_letter_by_letter_arrives_whole()
    {
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Go("/");
        await phone.Page.Locator("#q").FocusAsync();
        var keys = await phone.Page.Context.NewCDPSessionAsync(phone.Page);
        // As an input method does it: p h u o w n g, then g a o j; each key rewrites what the word is so far.
        foreach (var word in new[] { "p,ph,phu,phuo,phươ,phươn,phương", "g,ga,gao,gạo" })
        {
            string[] soFar = word.Split(',');
            foreach (string text in soFar)
                await keys.SendAsync(
                    "Input.imeSetComposition",
                    new()
                    {
                        ["text"] = text,
                        ["selectionStart"] = text.Length,
                        ["selectionEnd"] = text.Length,
                    }
                );
            await keys.SendAsync("Input.insertText", new() { ["text"] = soFar[^1] + " " });
        }
        Assert.Equal("phương gạo ", await phone.Page.Locator("#q").InputValueAsync());
        await phone.Page.Keyboard.PressAsync("Enter");
        await phone.Page.WaitForURLAsync(url => url.Contains("q=ph", StringComparison.Ordinal));
        Assert.Equal("phương gạo", await phone.Page.Locator("#q").InputValueAsync());
    }

    [Fact]
    public async Task a_need_is_shared_by_its_address()
    {
        var need = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 2,
            urgency: "soon",
            lon: 105.826,
            lat: 21.0155
        );
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Go($"/requests/{need}");
        await phone.Press("Chia sẻ nhu cầu này");
        await phone.WaitsFor("Đã chép địa chỉ");
        Assert.Equal(
            new Uri(service.Address, $"/requests/{need}").ToString(),
            await phone.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")
        );
    }

    [Fact]
    public async Task escape_three_times_leads_away_and_the_way_back_does_not_lead_here()
    {
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Go("/help");
        await phone.Go("/privacy");
        phone.LeavesFor = await phone.Page.Locator("[data-leave]").GetAttributeAsync("href");
        // Another site's page, without another site.
        await phone.Page.RouteAsync(
            "https://www.google.com/**",
            route => route.FulfillAsync(new() { Body = "weather", ContentType = "text/plain" })
        );
        int way = await phone.Page.EvaluateAsync<int>("() => history.length");
        for (int i = 0; i < 3; i++)
            await phone.Page.Keyboard.PressAsync("Escape");
        await phone.Page.GetByText("weather").WaitForAsync();
        Assert.Equal(phone.LeavesFor, phone.Page.Url);
        // Put in this page's place, not after it.
        Assert.Equal(way, await phone.Page.EvaluateAsync<int>("() => history.length"));
    }

    [Fact]
    public async Task pages_that_explain_hold_what_every_page_holds_in_both_languages()
    {
        await using var phone = await Phone.Open(chromium, service.Address, Languages.Now);
        foreach (string name in new[] { "help", "privacy", "accessibility", "offline" })
        {
            await phone.Go($"/{name}");
            await phone.Inspect(chromium, name);
        }
    }

    private static Task Claim(Person giver, Guid need, int units) =>
        giver.Post($"/api/requests/{need}/claims", new { units }).Is(HttpStatusCode.Created);
}
