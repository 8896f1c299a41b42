using Microsoft.Playwright;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>The map: on request, by keyboard too, and nothing on it that the list does not say.</summary>
public sealed class MapTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_map_shows_the_lists_needs_by_name_and_focus_goes_both_ways()
    {
        var owner = await service.NewPerson();
        var near = await service.GivenRequest(
            owner,
            quantity: 4,
            urgency: "soon",
            lon: 105.826,
            lat: 21.0155
        );
        for (int i = 0; i < 7; i++)
            await service.GivenRequest(await service.NewPerson(), quantity: 1, lon: 105.832, lat: 21.021);
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Go($"/?ward={Places.SouthWest}");
        int scripts = await Loaded(phone);
        await phone.Press("Xem bản đồ");
        var one = phone.Page.Locator(".cluster", new() { HasText = "1" }).First;
        await one.WaitForAsync();
        Assert.True(await Loaded(phone) > scripts, "the map was loaded before it was asked for");
        Assert.StartsWith(
            "1 nhu cầu, Phường",
            await one.GetAttributeAsync("aria-label"),
            StringComparison.Ordinal
        );
        Assert.Equal("7", await phone.Page.Locator(".cluster[aria-label^='7 nhu cầu']").InnerTextAsync());
        Assert.True(await phone.Page.Locator("path.ward").CountAsync() > 0, "no ward is drawn");
        await phone.Picture("map");

        // From the list to the map, and from the map to the list.
        await phone.Page.Locator($"[data-need='{near}'] a").FocusAsync();
        await phone.Page.Locator(".cluster.here[aria-label^='1 nhu cầu']").WaitForAsync();
        await one.FocusAsync();
        await phone.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(
            $"/requests/{near}",
            await phone.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')")
        );

        // What the list is filtered by, the map is.
        await phone.Unfold("Lọc danh sách");
        await phone.Page.Locator("#urgency").SelectOptionAsync("soon");
        await phone.Page.Locator(".filters button").ClickAsync();
        await phone.Press("Xem bản đồ");
        await phone.Page.Locator(".cluster").First.WaitForAsync();
        Assert.Equal(1, await phone.Page.Locator(".cluster").CountAsync());
    }

    [Fact]
    public async Task a_place_is_picked_by_the_arrow_keys()
    {
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.SignInAs(service, await service.NewPerson());
        await phone.Go("/offers/new");
        await phone.Page.Locator("summary").First.ClickAsync();
        await phone.Press("Chọn trên bản đồ");
        await phone.Page.Locator(".map-place.leaflet-container").FocusAsync();
        await phone.Page.Keyboard.PressAsync("ArrowRight");
        await Task.Delay(600);
        await phone.Press("Lấy nơi này");
        double lon = double.Parse(
            await phone.Page.Locator("[name=lon]").InputValueAsync(),
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.InRange(lon, 106.701, 106.72);
    }

    private static async Task<int> Loaded(Phone phone) =>
        await phone.Page.EvaluateAsync<int>(
            "() => performance.getEntriesByType('resource').filter(one => one.name.includes('/made/map')).length"
        );
}
