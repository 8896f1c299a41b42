using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

/// <summary>Getting in without the authenticator: ten codes, each once.</summary>
public sealed class RecoveryCodeTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task ten_codes_come_with_the_enrolment_and_each_opens_once_and_its_owner_is_told()
    {
        const string phone = "+84916000001";
        var (_, _, codes) = await Enrol(phone);
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[A-Z2-9]{5}-[A-Z2-9]{5}$", code));

        var challenge = await service.SignIn(phone);
        int known = service.SentTo(phone).Count;
        var signedIn = await service
            .UseSecond(challenge.Text("challenge"), codes[3].ToLowerInvariant().Replace("-", " "))
            .Is(HttpStatusCode.OK);
        Assert.Single(signedIn["account"]!["roles"]!.AsArray());
        // They are not shown a second time.
        Assert.Null(signedIn["recoveryCodes"]);
        Assert.Contains("Còn 9 mã", await service.NextTo(phone, known), StringComparison.Ordinal);

        challenge = await service.SignIn(phone);
        await service.UseSecond(challenge.Text("challenge"), codes[3]).IsProblem(422, "codeWrong");
        await service.UseSecond(challenge.Text("challenge"), codes[4]).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task wrong_ones_cost_the_same_five_tries_and_those_of_others_are_wrong()
    {
        var (_, _, others) = await Enrol("+84916000002");
        var (_, _, codes) = await Enrol("+84916000003");
        var challenge = await service.SignIn("+84916000003");
        for (int i = 0; i < 4; i++)
            await service.UseSecond(challenge.Text("challenge"), others[i]).IsProblem(422, "codeWrong");
        await service.UseSecond(challenge.Text("challenge"), others[4]).IsProblem(422, "codeTries");
        await service.UseSecond(challenge.Text("challenge"), codes[0]).IsProblem(422, "challengeSpent");
        await service.UseSecond(challenge.Text("challenge"), "ABCDE").IsProblem(400, "invalid");
        // Nor do they enrol anybody.
        await Grant("+84916000004");
        challenge = await service.SignIn("+84916000004");
        await service.UseSecond(challenge.Text("challenge"), others[0]).IsProblem(422, "codeWrong");
    }

    [Fact]
    public async Task new_ones_are_made_with_the_second_factor_at_hand_and_the_old_are_worth_nothing()
    {
        const string phone = "+84916000005";
        var (secret, token, codes) = await Enrol(phone);
        using var client = service.Client(token);
        await Renew(client, SigningIn.Wrong(Now(secret))).IsProblem(422, "codeWrong");
        // The one that signed in is spent.
        await Renew(client, Now(secret)).IsProblem(422, "codeSeen");
        await service.Clock.Advance(TimeSpan.FromSeconds(30));
        var made = await Renew(client, Now(secret)).Is(HttpStatusCode.OK);
        string[] fresh = [.. made["recoveryCodes"]!.AsArray().Select(code => (string)code!)];
        Assert.Empty(fresh.Intersect(codes));
        Assert.Equal(
            10,
            (await client.GetAsync("/api/me/second-factor").Is(HttpStatusCode.OK)).Number("recoveryCodes")
        );
        var challenge = await service.SignIn(phone);
        await service.UseSecond(challenge.Text("challenge"), codes[0]).IsProblem(422, "codeWrong");
        await service.UseSecond(challenge.Text("challenge"), fresh[0]).Is(HttpStatusCode.OK);
        for (int i = 0; i < 4; i++)
            await Renew(client, codes[i]).IsProblem(422, "codeWrong");
        await Renew(client, codes[5]).IsProblem(422, "codeTries");
        // The session's tries are spent, also for the right one.
        await Renew(client, fresh[1]).IsProblem(422, "codeTries");
        var plain = await service.NewPerson();
        await Renew(plain.Http, fresh[1]).IsProblem(403, "noSecondFactor");
    }

    [Fact]
    public async Task they_cannot_be_read_in_the_database_and_go_with_the_account()
    {
        const string phone = "+84916000006";
        var (_, token, codes) = await Enrol(phone);
        string stored = (
            await service.Look<string>(
                "select string_agg(encode(code_hash, 'escape'), ' ') from recovery_code"
            )
        )!;
        Assert.All(codes, code => Assert.DoesNotContain(code[..5], stored, StringComparison.Ordinal));
        using var client = service.Client(token);
        var account = (await client.GetAsync("/api/me").Is(HttpStatusCode.OK)).Id();
        var export = await client.GetAsync("/api/me/export").Is(HttpStatusCode.OK);
        Assert.Equal(10, export["account"]!.Number("recoveryCodes"));
        await client.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from recovery_code where account_id = @account",
                new { account }
            )
        );
    }

    [Fact]
    public async Task a_page_shows_them_once_and_goes_on_to_where_one_was_going()
    {
        const string phone = "+84916000007";
        await Grant(phone);
        using var visitor = await Visitor.Of(service, null);
        await visitor.Get("/sign-in?return=/me/blocks");
        var page = await visitor.SignIn(service, phone);
        byte[] secret = Base32(page.Value("secret")!);
        page = (await visitor.SendMain(("code", Now(secret)))).Is(HttpStatusCode.OK);
        Assert.Equal(10, page.Html.QuerySelectorAll("main code").Length);
        string code = page.Html.QuerySelector("main code")!.TextContent;
        (await visitor.Send(page, "/sign-in")).Leads("/me/blocks");

        page = await visitor.Get("/me/second-factor");
        Assert.Empty(page.Html.QuerySelectorAll("main code"));
        Assert.Contains("10 recovery codes", page.Text, StringComparison.Ordinal);
        page = await visitor.Press("make", ("code", code));
        Assert.Equal(10, page.Is(HttpStatusCode.OK).Html.QuerySelectorAll("main code").Length);
        page = (await visitor.Press("make", ("code", code))).Is(HttpStatusCode.UnprocessableEntity);
        Assert.NotNull(page.Html.QuerySelector(".summary a[href='#code']"));
    }

    private static Task<HttpResponseMessage> Renew(HttpClient client, string code) =>
        client.PostAsJsonAsync("/api/me/second-factor/recovery-codes", new { code });

    private async Task<(byte[] Secret, string Token, string[] Codes)> Enrol(string phone)
    {
        await Grant(phone);
        var challenge = await service.SignIn(phone);
        byte[] secret = Base32(challenge["enrol"]!.Text("secret"));
        var done = await service.UseSecond(challenge.Text("challenge"), Now(secret)).Is(HttpStatusCode.OK);
        return (
            secret,
            done.Text("token"),
            [.. done["recoveryCodes"]!.AsArray().Select(code => (string)code!)]
        );
    }

    private Task<string> Grant(string phone) =>
        GrantCommand.Run(
            service.App.Services.GetRequiredService<ServiceDatabase>(),
            phone,
            "teamLead",
            Places.NorthWest.ToString(),
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );

    private string Now(byte[] secret) => Totp.Code(secret, Totp.Step(service.Clock.GetUtcNow()));

    private static byte[] Base32(string text)
    {
        string bits = string.Concat(
            text.Select(c =>
                Convert
                    .ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2)
                    .PadLeft(5, '0')
            )
        );
        return
        [
            .. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)),
        ];
    }
}
