using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Accounts;

public sealed class SignInTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_first_right_code_makes_the_account_and_the_next_one_finds_it_in_another_spelling()
    {
        var first = await service.SignIn("0912 345 678");
        var account = first["account"]!;
        Assert.Equal("+84912345678", account.Text("phone"));
        Assert.Equal("en", account.Text("locale"));
        Assert.Empty(account["roles"]!.AsArray());

        using var client = service.Client(first.Text("token"));
        var me = await client.GetAsync("/api/me").Is(HttpStatusCode.OK);
        Assert.Equal(account.Id(), me.Id());

        var second = await service.SignIn("+84 (0) 912-345-678");
        Assert.Equal(account.Id(), second["account"]!.Id());
        Assert.NotEqual(first.Text("token"), second.Text("token"));
    }

    [Fact]
    public async Task five_wrong_codes_spend_the_attempt_and_then_the_right_one_is_refused_too()
    {
        var (attempt, code) = await service.AskCode("0912000001");
        for (int left = 4; left >= 1; left--)
        {
            var problem = await service
                .UseCode("0912000001", SigningIn.Wrong(code), attempt)
                .IsProblem(422, "codeWrong");
            Assert.Equal(left, problem.Number("triesLeft"));
            Assert.NotNull(problem["errors"]!["code"]);
        }
        await service.UseCode("0912000001", SigningIn.Wrong(code), attempt).IsProblem(422, "codeTries");
        await service.UseCode("0912000001", code, attempt).IsProblem(422, "codeTries");
    }

    [Fact]
    public async Task a_code_is_good_for_ten_minutes()
    {
        var (early, earlyCode) = await service.AskCode("0912000002");
        await service.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await service.UseCode("0912000002", earlyCode, early).Is(HttpStatusCode.OK);

        var (late, lateCode) = await service.AskCode("0912000002");
        await service.Clock.Advance(TimeSpan.FromMinutes(10));
        await service.UseCode("0912000002", lateCode, late).IsProblem(422, "codeExpired");
    }

    [Fact]
    public async Task a_code_is_good_once()
    {
        var (attempt, code) = await service.AskCode("0912000003");
        await service.UseCode("0912000003", code, attempt).Is(HttpStatusCode.OK);
        await service.UseCode("0912000003", code, attempt).IsProblem(422, "codeUsed");
    }

    [Fact]
    public async Task a_code_belongs_to_its_attempt_and_its_number()
    {
        var (one, oneCode) = await service.AskCode("0912000004");
        var (two, twoCode) = await service.AskCode("0912000004");
        if (oneCode != twoCode)
            await service.UseCode("0912000004", oneCode, two).IsProblem(422, "codeWrong");
        await service.UseCode("0912000005", oneCode, one).IsProblem(422, "codeExpired");
        await service.UseCode("0912000004", oneCode, Guid.NewGuid()).IsProblem(422, "codeExpired");
        await service.UseCode("0912000004", oneCode, one).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task of_many_with_the_one_right_code_one_gets_in()
    {
        var (attempt, code) = await service.AskCode("0912000006");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => service.UseCode("0912000006", code, attempt))
        );
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.StatusCode != HttpStatusCode.OK),
            answer => Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode)
        );
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*) from session s join account_private p using (account_id) where p.phone = '+84912000006'"
            )
        );
    }

    [Fact]
    public async Task two_right_codes_of_one_new_number_at_once_make_one_account()
    {
        var asked = new List<(Guid Attempt, string Code)>();
        for (int i = 0; i < 6; i++)
            asked.Add(await service.AskCode("0912000007"));
        var answers = await Task.WhenAll(
            asked.Select(one => service.UseCode("0912000007", one.Code, one.Attempt).Is(HttpStatusCode.OK))
        );
        Assert.Single(answers.Select(answer => answer["account"]!.Id()).Distinct());
    }

    [Fact]
    public async Task a_known_and_an_unknown_number_are_answered_alike()
    {
        var known = await service.NewPerson();
        int before = service.SentTo(known.Phone).Count;
        var toKnown = await service.Anonymous.PostAsJsonAsync(
            "/api/sign-in/codes",
            new { phone = known.Phone }
        );
        var toUnknown = await service.Anonymous.PostAsJsonAsync(
            "/api/sign-in/codes",
            new { phone = "0912000008" }
        );
        Assert.Equal(toKnown.StatusCode, toUnknown.StatusCode);
        Assert.Equal(
            toKnown.Headers.Concat(toKnown.Content.Headers).Select(header => header.Key).Order(),
            toUnknown.Headers.Concat(toUnknown.Content.Headers).Select(header => header.Key).Order()
        );
        var bodies = new[]
        {
            await toKnown.Content.ReadAsStringAsync(),
            await toUnknown.Content.ReadAsStringAsync(),
        };
        Assert.Equal(bodies[0].Length, bodies[1].Length);
        await service.NextTo(known.Phone, before);
        await service.NextTo("+84912000008");

        await Wrong(known.Phone, toKnown);
        await Wrong("0912000008", toUnknown);

        async Task Wrong(string phone, HttpResponseMessage asked)
        {
            var attempt = Guid.Parse(
                (string)
                    System.Text.Json.Nodes.JsonNode.Parse(await asked.Content.ReadAsStringAsync())![
                        "attempt"
                    ]!
            );
            string code = SigningIn.CodeIn(
                service.SentTo(Server.Accounts.Phone.Parse(phone, "phone").E164)[^1]
            );
            var problem = await service
                .UseCode(phone, SigningIn.Wrong(code), attempt)
                .IsProblem(422, "codeWrong");
            Assert.Equal(4, problem.Number("triesLeft"));
        }
    }

    [Theory]
    [InlineData("024 3825 3536", "mobile")]
    [InlineData("+1 202 555 0123", "+84")]
    [InlineData("091234", "0912 345 678")]
    [InlineData("09123456\u0000", "0912 345 678")]
    public async Task a_number_that_receives_no_code_is_refused_with_what_would_be_right(
        string phone,
        string says
    )
    {
        var problem = await service
            .Anonymous.PostAsJsonAsync("/api/sign-in/codes", new { phone })
            .IsProblem(400, "invalid");
        Assert.Contains(says, (string)problem["errors"]!["phone"]![0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"phone\":null}")]
    [InlineData("{\"phone\":912345678}")]
    [InlineData("{\"phone\":\"0912345678\",\"admin\":true}")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task a_body_that_is_not_as_asked_is_a_400(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await service.Anonymous.PostAsync("/api/sign-in/codes", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task a_code_may_be_typed_with_spaces_and_in_other_digits_but_not_with_letters()
    {
        var (attempt, code) = await service.AskCode("0912000009");
        await service.UseCode("0912000009", "12345x", attempt).IsProblem(400, "invalid");
        await service.UseCode("0912000009", "1234567", attempt).IsProblem(400, "invalid");
        string typed = string.Concat(code.Select(c => (char)('０' + (c - '0')))).Insert(3, " ");
        await service.UseCode("0912000009", typed, attempt).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task messages_come_in_the_language_of_the_account_and_else_of_the_reader()
    {
        using var vietnamese = service.Client(null, "vi");
        await service.AskCode("0912000010", vietnamese);
        Assert.Contains("mã đăng nhập", service.SentTo("+84912000010")[0], StringComparison.Ordinal);
        await service.AskCode("0912000011");
        Assert.Contains("sign-in code", service.SentTo("+84912000011")[0], StringComparison.Ordinal);

        var person = await service.NewPerson(); // its account says vi
        await service.AskCode(person.Phone);
        Assert.Contains("mã đăng nhập", service.SentTo(person.Phone)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task codes_and_tokens_do_not_stand_in_the_database()
    {
        var (attempt, code) = await service.AskCode("0912000012");
        string row = (
            await service.Look<string>(
                "select a::text from sign_in_attempt a where id = @attempt",
                new { attempt }
            )
        )!;
        Assert.DoesNotContain(code, row, StringComparison.Ordinal);
        var signedIn = await service.UseCode("0912000012", code, attempt).Is(HttpStatusCode.OK);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from session s where s::text like '%' || @token || '%'",
                new { token = signedIn.Text("token") }
            )
        );
    }

    [Fact]
    public async Task a_token_that_is_unknown_signed_out_or_past_its_time_is_refused()
    {
        using var made_up = service.Client(new string('x', 43));
        await made_up.GetAsync("/api/me").IsProblem(401, "tokenUnknown");
        await service.Anonymous.GetAsync("/api/me").IsProblem(401, "signIn");

        var person = await service.NewPerson();
        await person.Post("/api/sign-out").Is(HttpStatusCode.NoContent);
        await person.Get("/api/me").IsProblem(401, "tokenUnknown");

        var other = await service.NewPerson();
        await service.Clock.Advance(TimeSpan.FromDays(90));
        await other.Get("/api/me").IsProblem(401, "tokenUnknown");
    }

    [Fact]
    public async Task signing_out_twice_is_signing_out()
    {
        await service.Anonymous.PostAsync("/api/sign-out", null).Is(HttpStatusCode.NoContent);
    }
}
