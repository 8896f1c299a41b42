using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

public sealed class NearTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_ward_typed_without_diacritics_shows_its_needs_nearest_first_and_links_to_each()
    {
        var owner = await service.NewPerson();
        await service.GivenRequest(owner, quantity: 4, urgency: "soon", lon: 105.83, lat: 21.01);
        await service.GivenRequest(owner, quantity: 2, category: "medicine", lon: 105.826, lat: 21.0155);
        await service.Clock.Advance(TimeSpan.FromHours(3));
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/");
        await phone.Inspect(chromium, "home");
        await phone.Fill("Xem nhu cầu quanh", "phuong gao");
        await phone.Press("Tìm");
        await phone.Sees("Cần giúp quanh Phường Gạo");
        Assert.Equal(
            ["Thuốc men: 2 phần thuốc", "Lương thực, thực phẩm: 4 phần"],
            await phone.Page.Locator("h3").AllInnerTextsAsync()
        );
        await phone.Sees("3 giờ trước");
        await phone.Inspect(chromium, "near");

        await phone.Unfold("Lọc danh sách");
        await phone.Page.GetByLabel("Loại giúp đỡ").SelectOptionAsync("food");
        await phone.Press("Xem");
        Assert.Equal(["Lương thực, thực phẩm: 4 phần"], await phone.Page.Locator("h3").AllInnerTextsAsync());

        await phone.Press("English");
        await phone.Sees("Needs near Phường Gạo");
        await phone.Sees("4 parcels");
        await phone.Inspect(chromium, "near-en");
    }

    [Fact]
    public async Task a_name_that_several_wards_answer_to_is_asked_back_and_an_unknown_one_says_what_to_do()
    {
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/?q=quan+tay");
        await phone.Sees("Bạn muốn nói nơi nào?");
        await phone.Inspect(chromium, "which-ward");
        await phone.Follow("Phường Đèn");
        await phone.Sees("Cần giúp quanh Phường Đèn");

        await phone.Go("/?q=xyzxyz");
        await phone.Sees("Không tìm thấy phường, xã nào tên “xyzxyz”");
    }

    [Fact]
    public async Task where_nobody_waits_the_page_says_what_to_do_and_a_wrong_address_is_told_kindly()
    {
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/?lon=106.7&lat=10.77");
        await phone.Sees("Quanh đây không ai đang chờ giúp.");
        await phone.Inspect(chromium, "near-none");
        await phone.Go("/no-such-page");
        await phone.Sees("Trang này không còn ở đây");
        await phone.Inspect(chromium, "not-found");
    }

    [Fact]
    public async Task the_api_is_there_to_read()
    {
        await using var phone = await Phone.Open(chromium, service.Address, "en");
        await phone.Go("/openapi");
        await phone.Sees("/api/areas/{id}/summary");
        await phone.Inspect(chromium, "openapi");
    }
}
