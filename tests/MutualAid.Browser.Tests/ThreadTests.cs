using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>Both sides of a match write to each other, on phones without script.</summary>
public sealed class ThreadTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task giver_and_receiver_write_to_each_other_and_see_what_is_new()
    {
        var owner = await service.NewPerson();
        var neighbour = await service.NewPerson();
        var request = await service.GivenRequest(owner);
        var match = await service.GivenProposal(await service.GivenOffer(neighbour), request, 2);
        Assert.Equal("done", await service.Step(match, "accept", "giver", neighbour.Id, "246810"));
        Assert.Equal("done", await service.Step(match, "setOut", "giver", neighbour.Id));
        await using var giver = await Phone.Open(chromium, service.Address);
        await giver.Go("/sign-in?return=/mine");
        await giver.SignIn(service, neighbour.Phone, neighbour.Phone);
        await giver.Follow("Tin nhắn");
        await giver.Sees("Chưa có tin nào");
        await giver.Sees("Đừng chuyển khoản cho ai");
        await giver.Fill("Viết tin", "Tôi đang ở đầu ngõ");
        await giver.Inspect(chromium, "thread-empty");
        await giver.Press("Gửi");
        await giver.Sees("Tôi đang ở đầu ngõ");

        await using var receiver = await Phone.Open(chromium, service.Address);
        await receiver.Go("/sign-in?return=/mine");
        await receiver.SignIn(service, owner.Phone, owner.Phone);
        await receiver.Sees("Đang có người mang đến cho bạn");
        await receiver.Sees("246810");
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
        await receiver.Go($"/matches/{match}/contact");
        await receiver.Sees("Đừng chuyển khoản cho ai");
    }
}
