using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Requests;

/// <summary>What is there already is shown before a need is posted, and never stands in its way.</summary>
public sealed class PostRepeatsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task ones_own_of_lately_is_shown_with_a_link_and_posting_goes_on()
    {
        var person = await service.NewPerson();
        var earlier = await service.GivenRequest(person, quantity: 8, expiresIn: TimeSpan.FromDays(30));
        await service.GivenRequest(person, category: "medicine");
        await service.GivenRequest(await service.NewPerson(), quantity: 9);
        await service.Clock.Advance(TimeSpan.FromDays(1.5));
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck(ward: "phuong gao");
        Assert.Contains(
            "You posted: Food – 8 parcels, 1 day ago",
            browser.Page.Text,
            StringComparison.Ordinal
        );
        Assert.Equal([$"/requests/{earlier}"], Links(browser, "own"));
        await browser.Press("post");
        Assert.StartsWith("/requests/", browser.Page.Location, StringComparison.Ordinal);
        // It says so for a fortnight.
        await service.Clock.Advance(TimeSpan.FromDays(13));
        await browser.WalkToCheck(ward: "phuong gao");
        Assert.DoesNotContain($"/requests/{earlier}", Links(browser, "own"));
    }

    [Fact]
    public async Task what_was_posted_for_one_person_is_no_repeat_for_another()
    {
        var person = await service.NewPerson();
        using var browser = await Visitor.Of(service, person);
        await Posted(browser, "0905 555 201");
        string id = browser.Page.Location!.Split('?')[0];
        await WalkFor(browser, "+84905555201");
        Assert.Equal([id], Links(browser, "own"));
        await WalkFor(browser, "0905 555 202");
        Assert.Empty(Links(browser, "own"));
        await browser.WalkToCheck();
        Assert.Empty(Links(browser, "own"));
        // The writer's own, not somebody else's for the same phone.
        using var other = await Visitor.Of(service, await service.NewPerson());
        await WalkFor(other, "0905 555 201");
        Assert.Empty(Links(other, "own"));
    }

    [Fact]
    public async Task what_everybody_sees_at_the_same_spot_is_shown_to_anybody_and_no_more_than_three()
    {
        // The point that a typed ward stands for.
        double lon = await service.Look<double>(
            "select st_x(st_pointonsurface(boundary::geometry)) from area where id = @SouthEast",
            new { Places.SouthEast }
        );
        double lat = await service.Look<double>(
            "select st_y(st_pointonsurface(boundary::geometry)) from area where id = @SouthEast",
            new { Places.SouthEast }
        );
        var there = await service.GivenRequest(await service.NewPerson(), lon: lon, lat: lat);
        await service.GivenRequest(await service.NewPerson(), category: "medicine", lon: lon, lat: lat);
        // A neighbour's door is another point of the same cell: it is the cell that is asked with.
        await service.Execute(
            "update request_private set place = st_setsrid(st_makepoint(@lon + 0.0004, @lat), 4326)::geography where request_id = @there",
            new
            {
                lon,
                lat,
                there,
            }
        );
        await service.GivenRequest(await service.NewPerson(), lon: lon + 0.005, lat: lat);
        var hidden = await service.GivenRequest(await service.NewPerson(), lon: lon, lat: lat);
        await service.Execute("update request set hidden_at = created_at where id = @hidden", new { hidden });
        using var nobody = await Visitor.Of(service, null);
        await nobody.WalkToCheck(ward: "phuong hoa binh");
        Assert.Equal([$"/requests/{there}"], Links(nobody, "here"));
        Assert.Contains("Food: 4 parcels", nobody.Page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "ngõ 3",
            nobody.Page.Html.QuerySelector("[aria-labelledby=here]")!.TextContent,
            StringComparison.Ordinal
        );

        for (int i = 0; i < 4; i++)
            await service.GivenRequest(await service.NewPerson(), lon: lon, lat: lat);
        await nobody.WalkToCheck(ward: "phuong hoa binh");
        Assert.Equal(3, Links(nobody, "here").Length);
        // One's own is told once.
        var person = await service.NewPerson();
        var own = await service.GivenRequest(person, lon: lon, lat: lat);
        using var browser = await Visitor.Of(service, person);
        await browser.WalkToCheck(ward: "phuong hoa binh");
        Assert.Equal([$"/requests/{own}"], Links(browser, "own"));
        Assert.DoesNotContain($"/requests/{own}", Links(browser, "here"));
    }

    private static async Task WalkFor(Visitor browser, string phone)
    {
        await browser.WalkToCheck();
        await browser.Press("change.who");
        await browser.Answer(
            "check",
            ("whom", "other"),
            ("onBehalfOf.name", "Bà Tư"),
            ("onBehalfOf.phone", phone),
            ("onBehalfOf.consent", "yes")
        );
    }

    private static async Task Posted(Visitor browser, string phone)
    {
        await WalkFor(browser, phone);
        await browser.Press("post");
    }

    private static string[] Links(Visitor browser, string section) =>
        [
            .. browser
                .Page.Html.QuerySelectorAll($"[aria-labelledby={section}] a")
                .Select(link => link.GetAttribute("href")!),
        ];
}
