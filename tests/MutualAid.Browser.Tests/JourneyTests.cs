using MutualAid.Server.Rounds;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>From a need to a confirmed hand-over, by two phones without script.</summary>
public sealed class JourneyTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_need_posted_for_somebody_else_signed_out_is_proposed_accepted_delivered_with_the_code_and_confirmed()
    {
        await using var daughter = await Phone.Open(chromium, service.Address);
        await daughter.Go("/");
        await daughter.Follow("Tôi cần giúp");
        await daughter.Sees("Câu 1 trên 5");
        await daughter.Inspect(chromium, "post-what");
        await daughter.Tick("Lương thực, thực phẩm (tính theo phần)");
        await daughter.Press("Tiếp tục");
        await daughter.Inspect(chromium, "post-much");
        await daughter.Fill("Bao nhiêu", "4");
        await daughter.Tick("Khẩn cấp: ngay hôm nay");
        await daughter.Press("Tiếp tục");
        await daughter.Inspect(chromium, "post-who");
        await daughter.Tick("Cho người khác");
        await daughter.Fill("Tên người ấy", "Bà Tư");
        await daughter.Fill("Số điện thoại người ấy", "0905 555 111");
        await daughter.Tick("Người ấy đồng ý để tôi nhờ giúp, và sẽ nhận được tin nhắn.");
        await daughter.Press("Tiếp tục");
        await daughter.Sees("Người ấy ở đâu?");
        await daughter.Inspect(chromium, "post-where");
        await daughter.Fill("Phường, xã", "phuong gao");
        await daughter.Page.Locator("[name=address]").FillAsync("12 ngõ 3 phố Thử");
        await daughter.Press("Tiếp tục");
        await daughter.Page.Locator("[name=publicNote]").FillAsync("Nhà có người già, gọi 0905 555 111");
        await daughter.Inspect(chromium, "post-notes");
        await daughter.Press("Tiếp tục: xem lại");
        await daughter.Sees("Mọi người sẽ thấy");
        await daughter.Sees("Lương thực, thực phẩm: 4 phần");
        await daughter.Sees("Phường Gạo, Quận Tây, Tỉnh Thử");
        string shown = await daughter.Page.Locator(".seen").InnerTextAsync();
        Assert.DoesNotContain("555 111", shown);
        Assert.DoesNotContain("ngõ 3", shown);
        await daughter.Inspect(chromium, "post-check");
        await daughter.Press("Đăng");
        await daughter.Sees("Điều bạn đã viết vẫn còn nguyên");
        await daughter.Inspect(chromium, "sign-in");
        await daughter.SignIn(service, "0912.345.678", "+84912345678");
        await daughter.Sees("Đã đăng.");
        await daughter.Sees("Bà Tư");
        await daughter.Inspect(chromium, "request-posted");
        string request = new Uri(daughter.Page.Url).AbsolutePath;

        await using var neighbour = await Phone.Open(chromium, service.Address);
        await neighbour.Go("/offers/new");
        await neighbour.Inspect(chromium, "offer");
        await neighbour.Choose("Loại giúp đỡ", "Lương thực, thực phẩm (tính theo phần)");
        await neighbour.Page.Locator("[name=perDay]").FillAsync("20");
        await neighbour.Fill("Phường, xã", "Phường Gạo");
        await neighbour.Press("Để lại lời giúp");
        await neighbour.SignIn(service, "+84 987 654 321", "+84987654321");
        await neighbour.Sees("Cảm ơn bạn. Khi có người gần bạn cần, bạn sẽ được hỏi.");

        await service.App.Services.GetRequiredService<MatchingRound>().Run(CancellationToken.None);
        await neighbour.Go("/mine");
        await neighbour.Sees("Bạn giúp được không?");
        Assert.DoesNotContain("ngõ 3", await neighbour.Page.ContentAsync());
        await neighbour.Inspect(chromium, "mine-proposed");
        await neighbour.Press("Được, tôi mang đến");
        await neighbour.Sees("Đã nhận");
        await neighbour.Follow("Địa chỉ và điện thoại");
        await neighbour.Sees("12 ngõ 3 phố Thử");
        await neighbour.Sees("090 555 5111");
        await neighbour.Inspect(chromium, "contact");
        await neighbour.Follow("Quay lại");
        await neighbour.Press("Tôi đang trên đường");
        await neighbour.Inspect(chromium, "mine-on-the-way");

        await daughter.Go(request);
        await daughter.Sees("Đang mang đến");
        string code = await daughter.Page.Locator(".handover").InnerTextAsync();
        await daughter.Inspect(chromium, "request-on-the-way");

        await neighbour.Page.Locator("[name=code]").FillAsync(code == "000000" ? "111111" : "000000");
        await neighbour.Press("Đã trao");
        await neighbour.Sees("Còn 4 lần thử");
        await neighbour.Inspect(chromium, "mine-wrong-code");
        await neighbour.Page.Locator("[name=code]").FillAsync(code);
        await neighbour.Press("Đã trao");
        await neighbour.Unfold("1 lần trước");
        await neighbour.Sees("Đã nhận được");

        await daughter.Follow("Xem lại");
        await daughter.Sees("Đã xong");
        Assert.Equal("fulfilled", await service.Look<string>("select status from request"));
        await daughter.Inspect(chromium, "request-done");
        await using var stranger = await Phone.Open(chromium, service.Address, "en");
        await stranger.Go(request);
        await stranger.Sees("This page is not here any more");
    }
}
