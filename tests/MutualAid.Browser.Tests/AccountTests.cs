using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>Everything about oneself on a phone without script, and a link that another phone opens.</summary>
public sealed class AccountTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task from_ones_own_page_to_who_looked_whom_one_blocks_and_the_copy_and_a_link_for_the_family()
    {
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.Go("/me");
        await phone.SignIn(service, "0912 777 001", "+84912777001");
        await phone.Sees("091 277 7001");
        await phone.Fill("Tên của bạn (có thể bỏ trống)", "Bà Tư");
        await phone.Press("Lưu");
        await phone.Sees("Đã lưu.");
        await phone.Inspect(chromium, "me");

        var owner = new Person(
            await service.Look<Guid>("select account_id from account_private where phone = '+84912777001'"),
            "+84912777001",
            "",
            service.Anonymous
        );
        var giver = await service.NewPerson("Anh Ba");
        var request = await service.GivenRequest(owner);
        var match = await service.GivenProposal(await service.GivenOffer(giver), request, 3);
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "123123"));
        await giver.Get($"/api/matches/{match}/contact").Is(System.Net.HttpStatusCode.OK);

        await phone.Follow("Ai đã xem thông tin của tôi");
        await phone.Sees("Anh Ba (người mang đến)");
        await phone.Inspect(chromium, "me-seen");
        await phone.Follow("Lương thực, thực phẩm: 4 phần");

        await phone.Press("Tạo liên kết");
        await phone.Sees("Liên kết đây");
        await phone.Inspect(chromium, "share-made");
        string url = await phone.Page.Locator("#url").InputValueAsync();
        await using var family = await Phone.Open(chromium, service.Address);
        await family.Go(url[service.Settings.PublicUrl.TrimEnd('/').Length..]);
        await family.Sees("Lương thực, thực phẩm: 4 phần");
        await family.Sees("Đang chờ người giúp");
        await family.Inspect(chromium, "status-shared");
        await phone.Press("Hủy liên kết này");
        await phone.Sees("Đã hủy. Liên kết ấy không mở được nữa.");
        await phone.Inspect(chromium, "share");

        await phone.Go($"/requests/{request}");
        await phone.Inspect(chromium, "request-owner");
        await phone.Follow("Báo có điều không ổn");
        await phone.Inspect(chromium, "report");
        await phone.Press("Gửi");
        await phone.Sees("Hãy chọn một lý do.");
        await phone.Inspect(chromium, "report-wrong");
        await phone.Tick("Đòi tiền");
        await phone.Tick("Chặn người này");
        await phone.Press("Gửi");
        await phone.Sees("Cảm ơn bạn");
        await phone.Go("/report/call");
        await phone.Inspect(chromium, "report-call");

        await phone.Go("/me/blocks");
        await phone.Sees("Người mang đến cho bạn: 3 phần, Lương thực, thực phẩm");
        await phone.Inspect(chromium, "me-blocks");
        await phone.Press("Bỏ chặn");
        await phone.Sees("Bạn không chặn ai.");
        await phone.Follow("Về trang của tôi");
        await phone.Follow("Tải dữ liệu của tôi về");
        await phone.Inspect(chromium, "me-export");
        var download = await phone.Page.RunAndWaitForDownloadAsync(() => phone.Follow("Tải về"));
        Assert.Contains(
            "Bà Tư",
            await File.ReadAllTextAsync(await download.PathAsync()),
            StringComparison.Ordinal
        );

        await phone.Go("/me/keys");
        await phone.Press("Tạo khóa");
        await phone.Sees("Hãy đặt tên cho khóa.");
        await phone.Page.Locator("#name").FillAsync("Tổng đài");
        await phone.Press("Tạo khóa");
        await phone.Sees("khóa chỉ hiện một lần này");
        await phone.Inspect(chromium, "me-keys");
        await phone.Press("Hủy khóa này");
        await phone.Sees("Đã hủy. Khóa ấy không mở được gì nữa.");

        await phone.Go("/me/phone");
        await phone.Inspect(chromium, "me-phone");
        await phone.Go("/me/erase");
        await phone.Inspect(chromium, "me-erase");
        await phone.Press("Xóa tài khoản của tôi");
        await phone.Sees("Hãy đánh dấu ô này nếu bạn thật sự muốn xóa.");
        await phone.Tick("Tôi hiểu là không lấy lại được.");
        await phone.Press("Xóa tài khoản của tôi");
        await phone.Sees("Đã xóa. Tạm biệt bạn!");
        await phone.Inspect(chromium, "me-erased");
    }
}
