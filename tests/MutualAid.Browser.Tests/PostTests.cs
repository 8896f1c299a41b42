using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

public sealed class PostTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task what_is_wrong_is_said_beside_the_field_and_everything_typed_stays()
    {
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.Go("/requests/new");
        await phone.Follow("All questions on one page");
        await phone.Inspect(chromium, "post-all");
        await phone.Fill("How much", "0");
        await phone.Fill("Ward or commune", "quan tay");
        await phone.Tick("For somebody else");
        await phone.Fill("Their phone number", "12345");
        await phone.Page.Locator("[name=note]").FillAsync("gọi cửa sau");
        await phone.Press("Go on: check");
        await phone.Sees("Please look at these once more");
        foreach (
            string said in new[]
            {
                "Choose what is needed.",
                "How many? A number from 1 to 10,000.",
                "Several places have this name. Choose yours.",
                "Write the name of the one in need.",
                "Enter a Vietnamese telephone number",
                "Ask them first, then tick this box.",
            }
        )
            await phone.Sees(said);
        Assert.Equal("0", await phone.Page.GetByLabel("How much").InputValueAsync());
        Assert.Equal("12345", await phone.Page.GetByLabel("Their phone number").InputValueAsync());
        Assert.Equal("gọi cửa sau", await phone.Page.Locator("[name=note]").InputValueAsync());
        await phone.Inspect(chromium, "post-errors");
        // From the summary to the field.
        await phone.Follow("How many? A number");
        Assert.Contains("needs", phone.Page.Url, StringComparison.Ordinal);

        await phone.Tick("Phường Đèn, Quận Tây, Tỉnh Thử");
        await phone.Tick("For myself or my household");
        await phone.Choose("Kind of help", "Medicine (in packs)");
        await phone.Fill("How much", "2");
        await phone.Press("Go on: check");
        await phone.Sees("Is everything right?");
        await phone.Sees("Phường Đèn, Quận Tây, Tỉnh Thử");
        await phone.Press("Change: Notes");
        Assert.Equal("gọi cửa sau", await phone.Page.Locator("[name=note]").InputValueAsync());
    }

    [Fact]
    public async Task a_question_says_what_is_wrong_and_several_wards_of_a_name_are_asked_back()
    {
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/requests/new");
        await phone.Press("Tiếp tục");
        await phone.Sees("Hãy chọn thứ cần giúp.");
        await phone.Inspect(chromium, "post-what-wrong");
        await phone.Tick("Đưa đón (tính theo chuyến)");
        await phone.Press("Tiếp tục");
        await phone.Press("Tiếp tục");
        await phone.Sees("Nếu cần đưa đón, hãy ghi nơi đến.");
        await phone.Inspect(chromium, "post-much-wrong");
        await phone.Fill("Bao nhiêu", "1");
        await phone.Fill("Đến đâu", "Bệnh viện Thử");
        await phone.Press("Tiếp tục");
        await phone.Press("Tiếp tục");
        await phone.Fill("Phường, xã", "quan tay");
        await phone.Press("Tiếp tục");
        await phone.Inspect(chromium, "post-where-which");
        await phone.Tick("Phường Đèn, Quận Tây, Tỉnh Thử");
        await phone.Press("Tiếp tục");
        await phone.Press("Tiếp tục: xem lại");
        await phone.Sees("Đến đâu: Bệnh viện Thử");
    }

    [Fact]
    public async Task another_language_in_mid_form_and_one_more_need_lose_nothing()
    {
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/requests/new");
        await phone.Tick("Thuốc men (tính theo phần thuốc)");
        await phone.Press("English");
        await phone.Sees("What do you need?");
        Assert.True(await phone.Page.GetByLabel("Medicine (in packs)").IsCheckedAsync());
        await phone.Go("/requests/new/all");
        await phone.Fill("How much", "3");
        await phone.Press("Tiếng Việt");
        Assert.Equal("3", await phone.Page.GetByLabel("Bao nhiêu", new() { Exact = true }).InputValueAsync());
        await phone.Press("English");
        await phone.Press("Add another need");
        await phone.Page.Locator("[name='needs[1].quantity']").FillAsync("7");
        await phone.Press("Add another need");
        await phone.Inspect(chromium, "post-three-needs");
        await phone.Press("Remove need 1");
        Assert.Equal("7", await phone.Page.Locator("[name='needs[0].quantity']").InputValueAsync());
        await phone.Sees("Need 2");
        // Enter in a field goes on; it neither changes the language nor adds a need.
        await phone.Page.Locator("[name=ward]").PressAsync("Enter");
        await phone.Sees("Please look at these once more");
    }

    [Fact]
    public async Task the_phones_own_back_shows_each_question_as_it_was_and_posting_goes_on_from_there()
    {
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.WalksToCheck("Food (in parcels)", "4", "phuong song");
        await phone.Page.GoBackAsync();
        await phone.Sees("Anything to add?");
        await phone.Page.GoBackAsync();
        await phone.Sees("Where are you?");
        await phone.Page.GoBackAsync();
        await phone.Page.GoBackAsync();
        await phone.Sees("How much, and how urgent?");
        await phone.Fill("How much", "6");
        foreach (int _ in Enumerable.Range(0, 2))
            await phone.Press("Go on");
        await phone.Fill("Ward or commune", "phuong song");
        await phone.Press("Go on");
        await phone.Press("Go on: check");
        await phone.Sees("6 parcels");
    }

    [Fact]
    public async Task whoever_is_signed_in_posts_for_themselves_with_eight_taps_and_is_shown_it_when_they_come_again()
    {
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.Go("/sign-in");
        await phone.SignIn(service, "0911 222 335", "+84911222335");
        int before = phone.Taps;
        await phone.Follow("I need help");
        await phone.AnswersToCheck("Food (in parcels)", "4", "phuong song");
        await phone.Press("Post it");
        await phone.Sees("Posted.");
        Assert.Equal(8, phone.Taps - before);

        await phone.WalksToCheck("Food (in parcels)", "2", "phuong song");
        await phone.Sees("You posted: Food – 4 parcels, ");
        await phone.Inspect(chromium, "post-check-repeat");
        await phone.Press("Add another need");
        await phone.Inspect(chromium, "post-what-more");
        await phone.Press("Back");
        await phone.Follow("You posted: Food – 4 parcels, ");
        await phone.Sees("4 parcels");
    }

    [Fact]
    public async Task a_form_sent_twice_posts_once_and_one_from_an_old_page_is_kept_and_asks_again()
    {
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.Go("/sign-in?return=%2Frequests%2Fnew%3Fward%3Dphuong%2520song");
        await phone.SignIn(service, "0911 222 333", "+84911222333");
        await phone.AnswersToCheck("Food (in parcels)", "2", ward: null);
        var form = await phone
            .Page.Locator("#form input")
            .EvaluateAllAsync<string[][]>("all => all.map(one => [one.name, one.value])");
        // Both at once, as an impatient thumb on a slow network does.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Send(phone, form, "post")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.All(answers, answer => Assert.Contains("/requests/", answer.Url, StringComparison.Ordinal));
        Assert.Equal(1, await Households());
        await phone.Press("Post it");
        await phone.Sees("Posted.");
        Assert.Equal(1, await Households());

        form =
        [
            .. form.Select(field =>
                field[0].StartsWith("__", StringComparison.Ordinal) ? [field[0], "old"] : field
            ),
        ];
        var kept = await Send(
            phone,
            [.. form.Select(field => field[0] == "key" ? ["key", "another"] : field)],
            "post"
        );
        Assert.Equal(403, kept.Status);
        Assert.Contains("Nothing is lost", await kept.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await Households());
    }

    [Fact]
    public async Task who_can_bring_it_claims_it_calls_it_off_and_the_owner_takes_it_down()
    {
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 5);
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.Go($"/requests/{request}");
        await phone.Inspect(chromium, "request-public");
        await phone.Follow("Sign in");
        await phone.SignIn(service, "0911 222 444", "+84911222444");
        Assert.EndsWith($"/requests/{request}", phone.Page.Url, StringComparison.Ordinal);
        await phone.Page.Locator("[name=units]").FillAsync("9");
        await phone.Press("I bring it");
        await phone.Sees("Somebody else was first: 5 left.");
        Assert.Equal("9", await phone.Page.Locator("[name=units]").InputValueAsync());
        await phone.Inspect(chromium, "request-claim-refused");
        await phone.Page.Locator("[name=units]").FillAsync("2");
        await phone.Press("I bring it");
        await phone.Sees("Thank you. The address and the phone number are below.");
        await phone.Inspect(chromium, "mine-claimed");
        await phone.Unfold("Call it off");
        await phone
            .Page.Locator("details[open] select[name=reason]")
            .SelectOptionAsync(new Microsoft.Playwright.SelectOptionValue { Label = "Plans have changed" });
        await phone.Press("Call it off");
        await phone.Unfold("1 earlier one");
        await phone.Sees("Plans have changed");
        Assert.Equal(
            5,
            await service.Look<int>("select unmet from request where id = @request", new { request })
        );
        await phone.Follow("Account");
        await phone.Press("Sign out");
        await phone.Go("/mine");
        await phone.Sees("Your phone number");
    }

    private Task<int> Households() =>
        service.Look<int>(
            "select count(*)::int from household h join account_private p using (account_id) where p.phone = '+84911222333'"
        );

    private static Task<Microsoft.Playwright.IAPIResponse> Send(Phone phone, string[][] form, string act)
    {
        var data = phone.Page.Context.APIRequest.CreateFormData();
        foreach (string[] field in form)
            data.Set(field[0], field[1]);
        data.Set("do", act);
        return phone.Page.Context.APIRequest.PostAsync("/requests/new", new() { Form = data });
    }
}
