using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>What comes to a team by the door and by word: a household's need taken down, a report read and dealt with, on a phone without script.</summary>
public sealed class DeskPostTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_need_is_taken_down_for_a_household_and_a_report_on_it_is_dealt_with()
    {
        var lead = await service.NewPerson("Cô Trưởng", ("teamLead", Places.NorthEast));
        await using var phone = await Phone.Open(chromium, service.Address);
        await phone.SignInAs(service, lead);
        await service.Look<int>(
            "update session set second_factor = true where account_id = @Id",
            new { lead.Id }
        );

        await phone.Go($"/team/{Places.NorthEast}");
        await phone.Follow(phone.Words("desk.view.post"));
        await phone.Page.Locator("[value=food]").CheckAsync();
        await phone.Press(phone.Words("post.next"));
        await phone.Fill(phone.Words("post.quantity"), "4");
        await phone.Press(phone.Words("post.next"));
        await phone.Inspect(chromium, "desk-post-who");
        await phone.Fill(phone.Words("post.otherName"), "Bà Tư");
        await phone.Fill(phone.Words("post.otherPhone"), "0987 654 321");
        await phone.Tick(phone.Words("post.consent"));
        await phone.Press(phone.Words("post.next"));
        await phone.Fill(phone.Words("place.ward"), "phuong song");
        await phone.Press(phone.Words("post.next"));
        await phone.Press(phone.Words("post.check"));
        await phone.Page.Locator("[name=verified]").SelectOptionAsync("visited");
        await phone.Inspect(chromium, "desk-post-check");
        await phone.Press(phone.Words("post.post"));
        await phone.Sees(phone.Words("desk.did.post"));

        var need = await service.Look<Guid>("select id from request");
        var neighbour = await service.NewPerson();
        await neighbour
            .Post(
                "/api/reports",
                new
                {
                    subject = new { kind = "request", id = need },
                    reason = "money",
                    text = "Có người gọi đòi chuyển khoản trước",
                }
            )
            .Is(System.Net.HttpStatusCode.Created);
        await phone.Go($"/team/{Places.NorthEast}/queues/reports");
        await phone.Follow($"{phone.Words("queues.report.request")}: {phone.Words("queues.reason.money")}");
        await phone.Sees("Có người gọi đòi chuyển khoản trước");
        await phone.Inspect(chromium, "desk-report");
        await phone.Press(phone.Words("queues.closeReport"));
        await phone.Inspect(chromium, "desk-reports");
        Assert.Equal(0, await service.Look<int>("select count(*)::int from report where closed_at is null"));
    }
}
