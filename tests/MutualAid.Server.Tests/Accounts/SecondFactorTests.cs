using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;

namespace MutualAid.Server.Tests.Accounts;

public sealed class SecondFactorTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_first_right_code_enrols_and_only_then_the_session_has_its_role()
    {
        var challenge = await Grant("0915000001");
        Assert.Equal("totp", challenge.Text("secondFactor"));
        Assert.Null(challenge["token"]);
        byte[] secret = Secret(challenge);
        Assert.StartsWith(
            "otpauth://totp/MutualAid:%2B84915000001?secret=" + challenge["enrol"]!.Text("secret"),
            challenge["enrol"]!.Text("uri"),
            StringComparison.Ordinal
        );

        var signedIn = await service
            .UseSecond(challenge.Text("challenge"), Now(secret))
            .Is(HttpStatusCode.OK);
        var role = Assert.Single(signedIn["account"]!["roles"]!.AsArray())!;
        Assert.Equal(("teamLead", Places.NorthWest.ToString()), (role.Text("role"), role.Text("areaId")));

        using var client = service.Client(signedIn.Text("token"));
        Assert.Single((await client.GetAsync("/api/me").Is(HttpStatusCode.OK))["roles"]!.AsArray());

        // From now on the secret is not shown again.
        await NextStep();
        var again = await service.SignIn("0915000001");
        Assert.Null(again["enrol"]);
        await service.UseSecond(again.Text("challenge"), Now(secret)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_code_that_was_used_is_refused_in_its_own_step_and_an_older_one_too()
    {
        var challenge = await Grant("0915000002");
        byte[] secret = Secret(challenge);
        string code = Now(secret);
        await service.UseSecond(challenge.Text("challenge"), code).Is(HttpStatusCode.OK);

        var again = await service.SignIn("0915000002");
        await service.UseSecond(again.Text("challenge"), code).IsProblem(422, "codeSeen");
        string older = Totp.Code(secret, Totp.Step(service.Clock.GetUtcNow()) - 1);
        await service.UseSecond(again.Text("challenge"), older).IsProblem(422, "codeSeen");
        await NextStep();
        await service.UseSecond(again.Text("challenge"), Now(secret)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task of_many_with_one_right_code_one_gets_in()
    {
        var first = await Grant("0915000003");
        byte[] secret = Secret(first);
        await service.UseSecond(first.Text("challenge"), Now(secret)).Is(HttpStatusCode.OK);
        await NextStep();
        var challenges = new List<string>();
        for (int i = 0; i < 8; i++)
            challenges.Add((await service.SignIn("0915000003")).Text("challenge"));
        string code = Now(secret);
        var answers = await Task.WhenAll(challenges.Select(one => service.UseSecond(one, code)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task five_wrong_codes_spend_the_challenge()
    {
        var challenge = await Grant("0915000004");
        byte[] secret = Secret(challenge);
        for (int i = 0; i < 4; i++)
            await service
                .UseSecond(challenge.Text("challenge"), SigningIn.Wrong(Now(secret)))
                .IsProblem(422, "codeWrong");
        await service
            .UseSecond(challenge.Text("challenge"), SigningIn.Wrong(Now(secret)))
            .IsProblem(422, "codeTries");
        await service.UseSecond(challenge.Text("challenge"), Now(secret)).IsProblem(422, "challengeSpent");
        await service.UseSecond("nonsense", "123456").IsProblem(422, "challengeSpent");
    }

    [Fact]
    public async Task of_two_enrolments_the_first_that_is_confirmed_stands()
    {
        var one = await Grant("0915000005");
        var two = await service.SignIn("0915000005");
        Assert.NotEqual(one["enrol"]!.Text("secret"), two["enrol"]!.Text("secret"));
        await service.UseSecond(one.Text("challenge"), Now(Secret(one))).Is(HttpStatusCode.OK);
        await service.UseSecond(two.Text("challenge"), Now(Secret(two))).IsProblem(422, "challengeSpent");
    }

    [Fact]
    public async Task a_session_from_before_the_grant_never_gains_the_role()
    {
        string before = (await service.SignIn("0915000006")).Text("token");
        await Grant("0915000006");
        using var client = service.Client(before);
        Assert.Empty((await client.GetAsync("/api/me").Is(HttpStatusCode.OK))["roles"]!.AsArray());
    }

    [Fact]
    public async Task the_secret_cannot_be_read_in_the_database()
    {
        var challenge = await Grant("0915000007");
        byte[] secret = Secret(challenge);
        await service.UseSecond(challenge.Text("challenge"), Now(secret)).Is(HttpStatusCode.OK);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from account_private where position(@secret in totp_secret) > 0",
                new { secret }
            )
        );
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from sign_in_challenge where used_at is not null and enrol_secret is not null"
            )
        );
    }

    private async Task<JsonNode> Grant(string phone)
    {
        await GrantCommand.Run(
            service.App.Services.GetRequiredService<ServiceDatabase>(),
            phone,
            "teamLead",
            Places.NorthWest.ToString(),
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
        return await service.SignIn(phone);
    }

    private static byte[] Secret(JsonNode challenge) => Base32(challenge["enrol"]!.Text("secret"));

    private string Now(byte[] secret) => Totp.Code(secret, Totp.Step(service.Clock.GetUtcNow()));

    private Task NextStep() => service.Clock.Advance(TimeSpan.FromSeconds(30));

    // As an authenticator reads it.
    private static byte[] Base32(string text)
    {
        var bits = string.Concat(
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
