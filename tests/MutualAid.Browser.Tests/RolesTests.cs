using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>Roles, the access log, sessions and recovery codes on a phone without script.</summary>
public sealed class RolesTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_lead_gives_and_ends_a_role_and_sees_who_looked()
    {
        var lead = await service.NewPerson("Cô Trưởng", ("teamLead", Places.NorthEast));
        var giver = await service.NewPerson("Anh Ba");
        var request = await service.GivenRequest(await service.NewPerson("Bà Tư"));
        var match = await service.GivenProposal(await service.GivenOffer(giver), request, 3);
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "123123"));
        await giver.Get($"/api/matches/{match}/contact").Is(System.Net.HttpStatusCode.OK);
        await service.Look<int>(
            "update account_private set totp_secret = 'x', totp_enrolled_at = now() where account_id = @Id",
            new { lead.Id }
        );

        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.SignInAs(service, lead);
        await service.Look<int>(
            "update session set second_factor = true where account_id = @Id",
            new { lead.Id }
        );
        await phone.Go($"/team/{Places.NorthEast}/roles");
        await phone.Fill("Số điện thoại", "0912 777 009");
        await phone.Press("Giao vai trò");
        await phone.Sees("Đã giao vai trò.");
        await phone.Sees("số cuối 009");
        await phone.Inspect(chromium, "team-roles");
        await phone.Press("Thu hồi vai trò");
        await phone.Sees("Đã thu hồi vai trò.");

        await phone.Follow("Nhật ký truy cập: Phường Sông");
        await phone.Sees("Anh Ba, số cuối");
        await phone.Inspect(chromium, "team-access-log");
        await phone.Go("/me/sessions");
        await phone.Inspect(chromium, "me-sessions");
        await phone.Press("Đăng xuất mọi máy khác");
        await phone.Sees("Đã đăng xuất.");
        await phone.Go("/me/second-factor");
        await phone.Inspect(chromium, "me-second-factor");
        await phone.Go("/privacy/retention");
        await phone.Inspect(chromium, "privacy-retention");
    }
}
