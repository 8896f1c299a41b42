using System.Net;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;

namespace MutualAid.Server.Tests.Accounts;

public sealed class CommandTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private ServiceDatabase Database => service.App.Services.GetRequiredService<ServiceDatabase>();

    [Fact]
    public async Task a_role_is_granted_by_code_or_id_and_a_second_time_changes_nothing()
    {
        Assert.Contains(
            "is now operator",
            await Grant("0919 000 001", "operator", "01"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "was already operator",
            await Grant("+84919000001", "operator", Places.Province.ToString()),
            StringComparison.Ordinal
        );
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*) from role_grant g join account_private p using (account_id) where phone = '+84919000001'"
            )
        );
    }

    [Theory]
    [InlineData("09190", "operator", "01", "not a Vietnamese mobile number")]
    [InlineData("0919000002", "king", "01", "teamLead")]
    [InlineData("0919000002", "operator", "nowhere", "no area")]
    public async Task what_is_wrong_with_a_grant_is_said(string phone, string role, string area, string says)
    {
        var refused = await Assert.ThrowsAsync<CommandException>(() => Grant(phone, role, area));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            0,
            await service.Look<int>("select count(*) from account_private where phone = '+84919000002'")
        );
    }

    [Fact]
    public async Task on_the_private_demo_the_printed_codes_sign_in_also_at_a_page_that_waits()
    {
        await Grant("0919000003", "teamLead", "00002");
        var waiting = await service.AskCode("0919000003");
        var printed = await Code("0919000003");
        await service.UseCode("0919000003", waiting.Code, waiting.Attempt).IsProblem(422, "codeWrong");
        foreach (var attempt in (Guid[])[waiting.Attempt, printed.Attempt])
        {
            var challenge = await service.UseCode("0919000003", printed.Code, attempt).Is(HttpStatusCode.OK);
            Assert.Null(challenge["enrol"]);
            string totp = (await Code("0919000003")).Totp!;
            await service.UseSecond(challenge.Text("challenge"), totp).Is(HttpStatusCode.OK);
            printed = printed with { Code = (await Code("0919000003")).Code };
        }
        Assert.Null((await Code("0919000004")).Totp);
    }

    [Fact]
    public async Task elsewhere_no_code_is_printed()
    {
        await Assert.ThrowsAsync<CommandException>(() =>
            CodeCommand.Run(
                service.Settings,
                Database,
                "0919000005",
                service.Clock.GetUtcNow(),
                CancellationToken.None
            )
        );
    }

    private Task<string> Grant(string phone, string role, string area) =>
        GrantCommand.Run(Database, phone, role, area, service.Clock.GetUtcNow(), CancellationToken.None);

    private Task<DemoCodes> Code(string phone) =>
        CodeCommand.Run(
            service.Settings with
            {
                PrivateDemo = true,
            },
            Database,
            phone,
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
}
