using System.Net;
using AngleSharp.Html.Parser;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Tests.Web;

public sealed class PagesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/openapi")]
    [InlineData("/no-such-page")]
    [InlineData("/api/categories")]
    [InlineData("/api/no-such-thing")]
    public async Task every_answer_allows_nothing_from_elsewhere_and_no_frame(string path)
    {
        var answer = await Get(path);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task a_page_has_no_script_and_no_style_of_its_own_and_its_sheet_is_kept_for_ever()
    {
        var page = await new HtmlParser().ParseDocumentAsync(
            await (await Get("/")).Content.ReadAsStringAsync(),
            CancellationToken.None
        );
        Assert.Empty(page.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload]"));
        Assert.All(
            page.QuerySelectorAll("script"),
            script => Assert.StartsWith("/made/", script.GetAttribute("src")!, StringComparison.Ordinal)
        );
        string sheet = page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;
        var answer = await Get(sheet);
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Equal("text/css", answer.Content.Headers.ContentType!.MediaType);
        // Another address may not be kept: it could be an old page's.
        Assert.Equal("no-cache", (await Get("/site.css?v=old")).Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task a_failure_is_a_page_to_who_reads_pages_and_a_problem_to_a_program()
    {
        var page = await Get("/no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var problem = await service.Anonymous.GetAsync("/no-such-page");
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/requests/new?a=b", "/requests/new?a=b")]
    [InlineData("//evil.example/x", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: b=c", "/")]
    [InlineData("/đây", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void the_way_back_leads_to_a_page_of_ours_only(string? asked, string allowed) =>
        Assert.Equal(allowed, Pages.LocalPath(asked));

    [Fact]
    public async Task the_language_is_chosen_by_a_button_and_kept()
    {
        using var form = new FormUrlEncodedContent([new("locale", "vi"), new("return", "/?q=gao")]);
        var answer = await service.Anonymous.PostAsync("/locale", form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/?q=gao", answer.Headers.Location!.ToString());
        Assert.Contains("locale=vi", Assert.Single(answer.Headers.GetValues("Set-Cookie")));
    }

    private Task<HttpResponseMessage> Get(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
        return service.Anonymous.SendAsync(request);
    }
}
