using MutualAid.Server.Tests;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Browser.Tests;

/// <summary>Both sides of a match write to each other, on phones without script.</summary>
public sealed class ThreadTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task giver_and_receiver_write_to_each_other_and_see_what_is_new()
    {
        var scene = await Scene.InState(service, "onTheWay");
        await using var giver = await Phone.Open(chromium, service.Address);
        await giver.Go("/sign-in?return=/mine");
        await giver.SignIn(service, scene.Giver.Phone, scene.Giver.Phone);
        await giver.Follow("Tin nhắn");
        await giver.Sees("Chưa có tin nào");
        await giver.Sees("Đừng chuyển khoản cho ai");
        await giver.Fill("Viết tin", "Tôi đang ở đầu ngõ");
        await giver.Inspect(chromium, "thread-empty");
        await giver.Press("Gửi");
        await giver.Sees("Tôi đang ở đầu ngõ");

        await using var receiver = await Phone.Open(chromium, service.Address);
        await receiver.Go("/sign-in?return=/mine");
        await receiver.SignIn(service, scene.Receiver.Phone, scene.Receiver.Phone);
        await receiver.Sees("Đang có người mang đến cho bạn");
        await receiver.Sees(Scene.Code);
        await receiver.Sees("1 tin mới");
        await receiver.Inspect(chromium, "mine-coming");
        await receiver.Follow("Tin nhắn: 1 tin mới");
        await receiver.Sees("Tôi đang ở đầu ngõ");
        await receiver.Inspect(chromium, "thread");
        await receiver.Fill("Viết tin", "Vâng, tôi ra mở cửa");
        await receiver.Press("Gửi");
        await receiver.Sees("Vâng, tôi ra mở cửa");

        await giver.Go("/mine");
        await giver.Follow("Tin nhắn: 1 tin mới");
        await giver.Sees("Vâng, tôi ra mở cửa");
        await giver.Sees("Đã đọc");
        await giver.Press("Tôi đã đọc");
        await giver.Go("/mine");
        string shown = await giver.Page.Locator("main").InnerTextAsync();
        Assert.DoesNotContain("tin mới", shown);
        await receiver.Go($"/matches/{scene.Id}/contact");
        await receiver.Sees("Đừng chuyển khoản cho ai");
    }
}
