using System.Net;

namespace MutualAid.Server.Tests.Requests;

/// <summary>A need posted by pages: one question each, and nothing that was typed is lost on the way.</summary>
public sealed class PostPagesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly (string, string)[] Walked =
    [
        ("needs[0].category", "food"),
        ("needs[0].quantity", "4"),
        ("needs[0].urgency", "soon"),
        ("needs[0].details", "sữa cho bé"),
        ("whom", "self"),
        ("people", "3"),
        ("ward", "phuong song"),
        ("address", "12 ngõ 3 phố Thử"),
        ("publicNote", "nhà có bé"),
        ("note", "gọi cửa sau"),
    ];

    [Fact]
    public async Task each_page_asks_one_question_and_the_answers_are_posted_with_eight_taps()
    {
        var person = await service.NewPerson();
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck();
        Kept(browser);
        await browser.Press("post");
        string id = browser.Page.Location!.Split('/', '?')[2];
        var seen = await person.Http.ReadAt($"/api/requests/{id}");
        Assert.Equal(("food", 4, 3), (seen.Text("category"), seen.Number("quantity"), seen.Number("people")));
        Assert.Equal("gọi cửa sau", seen["private"]!.Text("note"));
    }

    [Fact]
    public async Task back_goes_to_every_question_again_and_keeps_what_was_typed_even_when_it_will_not_do()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.Get("/requests/new");
        Assert.Equal(0, browser.Page.Html.QuerySelectorAll("button[value=back]").Length);
        await browser.Answer("much", ("needs[0].category", "medicine"));
        await browser.Answer("who", ("needs[0].quantity", "2"), ("needs[0].urgency", "urgent"));
        await browser.Answer(
            "where",
            ("whom", "other"),
            ("onBehalfOf.name", "Bà Tư"),
            ("onBehalfOf.phone", "0905555111"),
            ("onBehalfOf.consent", "yes")
        );
        Assert.Contains("Where are they?", browser.Page.Text, StringComparison.Ordinal);
        await browser.Press("back", ("ward", "no such ward"), ("address", "1 phố Xa"));
        await browser.Press("back", ("people", "nobody"));
        await browser.Press("back", ("needs[0].quantity", "many"));
        Assert.Equal("what", browser.Step());
        Assert.Equal("medicine", browser.Page["needs[0].category"]);
        foreach (
            var (field, value) in new[]
            {
                ("needs[0].quantity", "many"),
                ("needs[0].urgency", "urgent"),
                ("people", "nobody"),
                ("onBehalfOf.name", "Bà Tư"),
                ("onBehalfOf.consent", "yes"),
                ("ward", "no such ward"),
                ("address", "1 phố Xa"),
            }
        )
            Assert.Equal(value, browser.Page[field]);
    }

    [Theory]
    [InlineData("what", "needs[0].category", "nonsense", "needs[0].category")]
    [InlineData("much", "needs[0].quantity", "0", "needs[0].quantity")]
    [InlineData("much", "needs[0].urgency", "now", "needs[0].urgency")]
    [InlineData("who", "people", "5000", "people")]
    [InlineData("where", "ward", "quan tay", "ward")]
    [InlineData("where", "lon", "500", "lon", "lat")]
    [InlineData("notes", "publicNote", null, "publicNote")]
    public async Task a_question_tells_what_is_wrong_with_its_own_answer_and_no_other(
        string step,
        string field,
        string? value,
        params string[] wrong
    )
    {
        using var browser = await Visitor.Of(service, null);
        await browser.Get("/requests/new");
        string? key = browser.Page["key"];
        string typed = value ?? new string('a', 201);
        // What is asked elsewhere is not answered yet.
        (string, string?)[] right =
            step == "much" ? [("needs[0].quantity", "2"), ("needs[0].urgency", "soon")] : [];
        await browser.SendMain([
            .. right.Where(one => one.Item1 != field),
            ("step", step),
            ("do", "next"),
            (field, typed),
        ]);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page.Status);
        Assert.Equal(step, browser.Step());
        Assert.Equal(
            wrong.Select(one => $"#{one}"),
            browser.Page.Html.QuerySelectorAll(".summary a").Select(link => link.GetAttribute("href"))
        );
        foreach (string one in wrong)
            Assert.NotNull(browser.Page.Html.GetElementById(one));
        Assert.Equal(key, browser.Page["key"]);
        if (browser.Page.Html.GetElementById(field)!.GetAttribute("type") != "radio")
            Assert.Equal(typed, browser.Page[field]);
    }

    [Fact]
    public async Task a_ride_asks_where_to_and_another_kind_does_not_carry_that_along()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.Get("/requests/new");
        await browser.Answer("much", ("needs[0].category", "transport"));
        await browser.Press("next", ("needs[0].quantity", "1"));
        Assert.Contains("For a ride, write where to.", browser.Page.Text, StringComparison.Ordinal);
        await browser.Answer("who", ("needs[0].destination.address", "bệnh viện"));
        await browser.Answer("where");
        await browser.Answer("notes", ("ward", "phuong song"));
        await browser.Answer("check");
        Assert.Contains("Where to: bệnh viện", browser.Page.Text, StringComparison.Ordinal);
        await browser.Press("change.what.0");
        await browser.Answer("much", ("needs[0].category", "food"));
        Assert.Null(browser.Page.Html.QuerySelector("[name='needs[0].destination.address']"));
        await browser.Answer("check");
    }

    [Fact]
    public async Task each_answer_is_changed_from_the_check_and_leads_back_to_it()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.WalkToCheck();
        foreach (
            var (step, field, value) in new[]
            {
                ("much.0", "needs[0].quantity", "7"),
                ("who", "people", "9"),
                ("where", "ward", "phuong gao"),
                ("notes", "note", "gọi cửa trước"),
            }
        )
        {
            await browser.Press($"change.{step}");
            Assert.Equal(step.Split('.')[0], browser.Step());
            await browser.Answer("check", (field, value));
            Assert.Equal(value, browser.Page[field]);
        }
        await browser.Press("change.what.0");
        // Another kind is counted in another unit.
        await browser.Answer("much", ("needs[0].category", "medicine"));
        await browser.Answer("check");
        Assert.Contains("Medicine: 7 packs", browser.Page.Text, StringComparison.Ordinal);
        Assert.Contains("Phường Gạo", browser.Page.Text, StringComparison.Ordinal);
        await browser.Press("change.who");
        await browser.Press("back");
        Assert.Equal("check", browser.Step());
    }

    [Fact]
    public async Task ten_needs_are_added_one_may_be_taken_out_and_the_rest_are_posted()
    {
        var person = await service.NewPerson();
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck();
        for (int i = 1; i < 10; i++)
        {
            await browser.Press("add");
            await browser.Answer("much", ($"needs[{i}].category", "food"));
            await browser.Answer("check", ($"needs[{i}].quantity", $"{i + 10}"));
        }
        Assert.Null(browser.Page.Html.QuerySelector("button[value=add]"));
        await browser.SendMain(("do", "add"));
        Assert.Equal(("check", "10"), (browser.Step(), browser.Page["count"]));
        await browser.Press("remove.1");
        Assert.Equal(("9", "12"), (browser.Page["count"], browser.Page["needs[1].quantity"]));
        // One more, which is then not wanted after all.
        await browser.Press("add");
        await browser.Press("back");
        Assert.Equal(("check", "9"), (browser.Step(), browser.Page["count"]));
        await browser.Press("post");
        Assert.Equal("/mine?posted", browser.Page.Location);
        Assert.Equal(
            9,
            await service.Look<int>(
                "select count(*)::int from request where account_id = @Id",
                new { person.Id }
            )
        );
    }

    [Fact]
    public async Task the_other_language_in_mid_form_keeps_the_question_and_all_that_was_typed()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.WalkToCheck();
        await browser.SendMain(("locale", "vi"));
        Assert.Contains("Mọi thứ đã đúng chưa?", browser.Page.Text, StringComparison.Ordinal);
        Kept(browser);
        await browser.Press("change.who");
        await browser.SendMain(("people", "x"), ("locale", "en"));
        Assert.Equal(("who", "x"), (browser.Step(), browser.Page["people"]));
        Assert.Empty(browser.Page.Html.QuerySelectorAll(".summary"));
        await browser.Press("next", ("people", "3"));
        Assert.Contains("Is everything right?", browser.Page.Text, StringComparison.Ordinal);
        Kept(browser);
    }

    [Theory]
    [InlineData("step", "never")]
    [InlineData("step", "all")]
    [InlineData("step", "")]
    [InlineData("need", "77")]
    [InlineData("need", "-1")]
    [InlineData("count", "x")]
    [InlineData("count", "99999999999999999999")]
    [InlineData("then", "nowhere")]
    [InlineData("all", "maybe")]
    [InlineData("do", "never")]
    [InlineData("do", "")]
    [InlineData("do", "remove.77")]
    [InlineData("do", "remove")]
    [InlineData("do", "change.never.x")]
    [InlineData("do", "change.much.10")]
    [InlineData("do", "change")]
    [InlineData("do", "....")]
    public async Task nonsense_in_the_forms_own_fields_loses_nothing_of_what_was_typed(
        string field,
        string value
    )
    {
        using var browser = await Visitor.Of(service, null);
        await browser.WalkToCheck();
        var check = browser.Page.Form;
        (string, string?)[] Sent(string act) =>
            field == "do" ? [(field, value)] : [("do", act), (field, value)];
        foreach (string act in new[] { "next", "back", "check", "add", "remove.0", "change.what.0", "post" })
        {
            await browser.Post("/requests/new", [.. check.Where(one => one.Name != field), .. Sent(act)]);
            if (browser.Step() is "phone")
                continue; // to sign in, with the form beside
            Kept(browser);
        }
    }

    [Fact]
    public async Task who_signs_in_to_post_posts_just_what_was_written()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.WalkToCheck(quantity: "6");
        await browser.Press("post");
        Assert.Equal("phone", browser.Step());
        await browser.SignIn(service, "+84911000601");
        Assert.StartsWith("/requests/", browser.Page.Location, StringComparison.Ordinal);
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from request join account_private using (account_id) where phone = '+84911000601' and quantity = 6"
            )
        );
    }

    [Fact]
    public async Task the_last_page_sent_twice_posts_once_and_changed_after_it_asks_whether_it_is_another_need()
    {
        var person = await service.NewPerson();
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck();
        var last = browser.Page;
        await Send();
        string? made = browser.Page.Location;
        await Send();
        Assert.Equal(made, browser.Page.Location);
        Assert.Equal(1, await Households(person));
        await Send(("needs[0].quantity", "5"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Page.Status);
        Assert.Contains(
            "If this is a new need, press the button once more.",
            browser.Page.Text,
            StringComparison.Ordinal
        );
        await browser.Press("post");
        Assert.StartsWith("/requests/", browser.Page.Location, StringComparison.Ordinal);
        Assert.Equal(2, await Households(person));

        Task<Shown> Send(params (string, string?)[] changed) =>
            browser.Send(last, "/requests/new", [.. changed, ("do", "post")]);
    }

    [Fact]
    public async Task a_page_that_was_open_for_too_long_shows_the_answers_once_more_and_posts_nothing()
    {
        var person = await service.NewPerson();
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck();
        await browser.SendMain(("__RequestVerificationToken", "old"), ("do", "post"));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Page.Status);
        Assert.Contains("Nothing is lost", browser.Page.Text, StringComparison.Ordinal);
        Kept(browser);
        Assert.Equal(0, await Households(person));
    }

    [Fact]
    public async Task the_one_page_form_stands_by_itself_shows_all_that_is_wrong_and_leads_to_the_same_check()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.Get("/requests/new/all");
        Assert.True(Guid.TryParse(browser.Page["key"], out _));
        await browser.Press("check", ("needs[0].quantity", "0"), ("note", "gọi cửa sau"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page.Status);
        Assert.Equal("yes", browser.Page["all"]);
        Assert.Equal(
            ["#needs[0].category", "#needs[0].quantity", "#ward"],
            browser.Page.Html.QuerySelectorAll(".summary a").Select(link => link.GetAttribute("href"))
        );
        await browser.Press("add", ("needs[0].category", "food"));
        Assert.Equal(("2", "gọi cửa sau"), (browser.Page["count"], browser.Page["note"]));
        await browser.Press("remove.1");
        await browser.Press(
            "check",
            ("needs[0].quantity", "4"),
            ("needs[0].details", "sữa cho bé"),
            ("people", "3"),
            ("ward", "phuong song"),
            ("address", "12 ngõ 3 phố Thử"),
            ("publicNote", "nhà có bé")
        );
        Assert.Equal("check", browser.Step());
        Kept(browser);
        await browser.Press("change.notes");
        Assert.Equal("notes", browser.Step());
    }

    [Fact]
    public async Task the_ward_that_somebody_comes_from_is_filled_in_by_its_id()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.Get($"/requests/new?ward={Places.NorthEast}");
        Assert.Equal("Phường Sông", browser.Page["ward"]);
        await browser.Get($"/requests/new?ward={Guid.NewGuid()}");
        Assert.Null(browser.Page["ward"]);
    }

    [Fact]
    public async Task a_question_may_be_kept_by_the_phone_that_shows_it_and_by_nobody_between()
    {
        using var browser = await Visitor.Of(service, null);
        await browser.WalkToCheck();
        Assert.True(
            browser.Page.Answer.Headers.CacheControl is { Private: true, NoCache: true, NoStore: false }
        );
    }

    private static void Kept(Visitor browser)
    {
        foreach (var (field, value) in Walked)
            if (!(field == "ward" && browser.Page["ward"] == "Phường Sông"))
                Assert.True(
                    browser.Page[field] == value,
                    $"{field} is {browser.Page[field]}: {browser.Page.Text}"
                );
    }

    private Task<int> Households(Person person) =>
        service.Look<int>("select count(*)::int from household where account_id = @Id", new { person.Id });
}
