using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Tests.Accounts;

public sealed class ForgeryTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    // Guard: without it another site's form is posted in the name of whoever signs in on the page that it led to.
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Origin", "https://elsewhere.example", false)]
    [InlineData("Origin", "null", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    public async Task a_form_of_another_site_does_not_wait_for_whoever_signs_in(
        string header,
        string value,
        bool waits
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([
                KeyValuePair.Create("step", "phone"),
                KeyValuePair.Create("phone", "0912 345 678"),
                KeyValuePair.Create("return", "/requests/new"),
                KeyValuePair.Create("draft", """{"note":"waiting","do":"post"}"""),
            ]),
        };
        message.Headers.TryAddWithoutValidation(header, value);
        message.Headers.Accept.ParseAdd("text/html");
        using var answer = await service.Anonymous.SendAsync(message);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("0912", page, StringComparison.Ordinal);
        Assert.Equal(waits, page.Contains("waiting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task signing_lefttells_the_browser_to_forget_the_pages_that_it_kept()
    {
        using var visitor = await Visitor.Of(service, await service.NewPerson());
        var left = (await visitor.Send(await visitor.Get("/me"), "/sign-out")).Leads("/");
        // Not its storage: what was written without a network waits there.
        Assert.Equal("\"cache\"", Assert.Single(left.Answer.Headers.GetValues("Clear-Site-Data")));
    }

    [Fact]
    public async Task who_acts_by_cookie_shows_a_token_of_the_same_session()
    {
        var person = await service.NewPerson();
        string cookie = await Cookie(person);

        await Send(HttpMethod.Delete, "/api/me", cookie, null).IsProblem(403, "antiforgery");
        await Send(HttpMethod.Post, "/api/sign-out", cookie, null).IsProblem(403, "antiforgery");
        await Send(HttpMethod.Patch, "/api/me", cookie, null, new { name = "x" })
            .IsProblem(403, "antiforgery");
        await Send(HttpMethod.Get, "/api/me", cookie, null).Is(HttpStatusCode.OK);

        var (token, forgeryCookie) = await Token(cookie);
        await Send(HttpMethod.Post, "/api/sign-out", $"{cookie}; {forgeryCookie}", "made up")
            .IsProblem(403, "antiforgery");
        await Send(HttpMethod.Post, "/api/sign-out", cookie, token).IsProblem(403, "antiforgery");

        string other = await Cookie(await service.NewPerson());
        await Send(HttpMethod.Post, "/api/sign-out", $"{other}; {forgeryCookie}", token)
            .IsProblem(403, "antiforgery");
        var (signedOut, signedOutCookie) = await Token("");
        await Send(HttpMethod.Post, "/api/sign-out", $"{cookie}; {signedOutCookie}", signedOut)
            .IsProblem(403, "antiforgery");

        var done = await Send(HttpMethod.Post, "/api/sign-out", $"{cookie}; {forgeryCookie}", token);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        string cleared = Assert.Single(
            done.Headers.GetValues("Set-Cookie"),
            value => value.StartsWith("mutualaid=;", StringComparison.Ordinal)
        );
        Assert.Contains("httponly", cleared, StringComparison.OrdinalIgnoreCase);
        await Send(HttpMethod.Get, "/api/me", cookie, null).IsProblem(401, "signIn");
    }

    [Fact]
    public async Task a_form_without_a_token_is_refused_even_signed_out()
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("phone", "0912345678")]);
        await service.Anonymous.PostAsync("/api/sign-out", form).IsProblem(403, "antiforgery");
    }

    [Fact]
    public async Task a_bearer_token_is_proof_enough_even_beside_a_cookie()
    {
        var person = await service.NewPerson();
        person.Http.DefaultRequestHeaders.Add("Cookie", await Cookie(await service.NewPerson()));
        await person.Post("/api/sign-out").Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task the_token_of_one_server_is_good_at_another_and_the_keys_are_sealed()
    {
        var person = await service.NewPerson();
        string cookie = await Cookie(person);
        var (token, forgeryCookie) = await Token(cookie);

        await using var second = Service.Create(service.Settings with { Messages = "log" }, service.Clock);
        await second.StartAsync();
        using var there = new HttpClient { BaseAddress = new Uri(second.Urls.First()) };
        using var request = Request(HttpMethod.Post, "/api/sign-out", $"{cookie}; {forgeryCookie}", token);
        Assert.Equal(HttpStatusCode.NoContent, (await there.SendAsync(request)).StatusCode);

        Assert.Equal(1, await service.Look<int>("select count(*) from data_protection_key"));
        string xml = (await service.Look<string>("select xml from data_protection_key"))!;
        Assert.Contains("<sealed", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", xml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public void the_cookie_is_out_of_scripts_reach_and_secure_over_https(string scheme, bool secure)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme } };
        SessionCookie.Set(context, "token");
        string cookie = context.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("mutualaid=token;", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(secure, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<string> Cookie(Person person)
    {
        await using var connection = await service.Open();
        return $"{Sessions.Cookie}="
            + await Sessions.Open(
                connection,
                person.Id,
                "cookie",
                false,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
    }

    private async Task<(string Token, string Cookie)> Token(string cookie)
    {
        var answer = await Send(HttpMethod.Get, "/api/antiforgery", cookie, null);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("X-Antiforgery", body.Text("header"));
        string set = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        return (body.Text("token"), set.Split(';')[0]);
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method,
        string path,
        string cookie,
        string? token,
        object? body = null
    )
    {
        using var request = Request(method, path, cookie, token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await service.Anonymous.SendAsync(request);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string cookie, string? token)
    {
        var request = new HttpRequestMessage(method, path);
        if (cookie.Length > 0)
            request.Headers.Add("Cookie", cookie);
        if (token is not null)
            request.Headers.Add("X-Antiforgery", token);
        return request;
    }
}
