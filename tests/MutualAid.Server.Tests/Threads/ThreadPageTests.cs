using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Matches;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Threads;

public sealed class ThreadPageTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private readonly HtmlParser parser = new();

    [Fact]
    public async Task nothing_typed_is_lost_with_an_old_token_and_it_is_sent_at_the_second_press()
    {
        var scene = await Scene.InState(service, "accepted");
        using var browser = await Browser(scene.Giver);
        var page = await Open(browser, $"/matches/{scene.Id}/messages");
        Assert.Contains("Đừng chuyển khoản cho ai", page.Body!.TextContent, StringComparison.Ordinal);
        var fields = Fields(page, "#form");
        fields["text"] = "Tôi gõ nhiều chữ ở đây";
        fields["__RequestVerificationToken"] = "old";
        var again = await Send(browser, $"/matches/{scene.Id}/messages", fields, HttpStatusCode.Forbidden);
        Assert.Equal("Tôi gõ nhiều chữ ở đây", Fields(again, "#form")["text"]);
        Assert.Equal(0, await Count(scene));
        var sent = await Send(browser, $"/matches/{scene.Id}/messages", Fields(again, "#form"));
        Assert.Equal("Tôi gõ nhiều chữ ở đây", Text(sent.QuerySelector("li.own > p:last-child")!));
        Assert.Equal("", Fields(sent, "#form")["text"]);
        Assert.Equal(1, await Count(scene));

        // Gone back to the page from before, and another text typed: its key is spent, the text is not.
        var spent = Fields(again, "#form");
        spent["text"] = "Câu thứ hai";
        var refused = await Send(
            browser,
            $"/matches/{scene.Id}/messages",
            spent,
            HttpStatusCode.UnprocessableEntity
        );
        await Send(browser, $"/matches/{scene.Id}/messages", Fields(refused, "#form"));
        Assert.Equal(2, await Count(scene));
    }

    [Fact]
    public async Task what_was_typed_waits_while_its_writer_signs_in_again_and_is_sent_by_them_alone()
    {
        var scene = await Scene.InState(service, "accepted");
        using var browser = await Browser(scene.Receiver);
        var page = await Open(browser, $"/matches/{scene.Id}/messages");
        var fields = Fields(page, "#form");
        fields["text"] = "Nhà có chó, xin gọi trước";
        await service.Look<int>(
            "update session set revoked_at = @now where account_id = @Id",
            new { now = service.Clock.GetUtcNow(), scene.Receiver.Id }
        );
        var asked = await Send(browser, $"/matches/{scene.Id}/messages", fields);
        var signIn = Fields(asked, "#form");
        Assert.Contains("Nhà có chó", signIn["draft"], StringComparison.Ordinal);
        int known = service.SentTo(scene.Receiver.Phone).Count;
        signIn["phone"] = scene.Receiver.Phone;
        signIn["do"] = "go";
        signIn = Fields(await Send(browser, "/sign-in", signIn), "#form");
        signIn["code"] = SigningIn.CodeIn(await Code(scene.Receiver, known));
        signIn["do"] = "go";
        var back = await Send(browser, "/sign-in", signIn);
        Assert.Equal(0, await Count(scene));
        Assert.Equal("Nhà có chó, xin gọi trước", Fields(back, "#form")["text"]);
        var sent = await Send(browser, $"/matches/{scene.Id}/messages", Fields(back, "#form"));
        Assert.Equal("Nhà có chó, xin gọi trước", Text(sent.QuerySelector("li.own > p:last-child")!));
        Assert.Equal(1, await Count(scene));
    }

    [Fact]
    public async Task looking_reads_nothing_the_button_does_and_others_find_no_page()
    {
        var scene = await Scene.InState(service, "onTheWay");
        using var giver = await Browser(scene.Giver);
        var fields = Fields(await Open(giver, $"/matches/{scene.Id}/messages"), "#form");
        fields["text"] = "<b>Tôi</b> đến rồi";
        await Send(giver, $"/matches/{scene.Id}/messages", fields);
        using var receiver = await Browser(scene.Receiver);
        foreach (string path in new[] { "/mine", $"/requests/{scene.Request}" })
        {
            var shown = await Open(receiver, path);
            string all = shown.Body!.TextContent;
            Assert.Contains("1 tin mới", all, StringComparison.Ordinal);
            Assert.Contains("Đang có người mang đến cho bạn", all, StringComparison.Ordinal);
            Assert.Contains("Chậm nhất", all, StringComparison.Ordinal);
            Assert.Equal(Scene.Code, Text(shown.QuerySelector(".handover")!));
        }
        var page = await Open(receiver, $"/matches/{scene.Id}/messages");
        Assert.Equal("<b>Tôi</b> đến rồi", Text(page.QuerySelector("li.letter:not(.own) > p:last-child")!));
        Assert.Equal(
            $"/report?match={scene.Id}",
            page.QuerySelector("a[href^='/report']")!.GetAttribute("href")
        );
        await Open(receiver, $"/matches/{scene.Id}/messages");
        Assert.Contains(
            "1 tin mới",
            (await Open(receiver, "/mine")).Body!.TextContent,
            StringComparison.Ordinal
        );
        await Send(
            receiver,
            $"/matches/{scene.Id}/messages/read",
            Fields(page, "form[action$='/messages/read']")
        );
        Assert.DoesNotContain(
            "1 tin mới",
            (await Open(receiver, "/mine")).Body!.TextContent,
            StringComparison.Ordinal
        );

        using var stranger = await Browser(scene.Stranger);
        using var none = await stranger.GetAsync($"/matches/{scene.Id}/messages");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        // To the public there are counts, and no word of who comes when.
        string seen = await service.Anonymous.GetStringAsync($"/requests/{scene.Request}");
        Assert.DoesNotContain("on the way to you", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(Scene.Code, seen, StringComparison.Ordinal);
    }

    private Task<int> Count(Scene scene) =>
        service.Look<int>("select count(*)::int from match_message where match_id = @Id", new { scene.Id });

    private async Task<string> Code(Person person, int known)
    {
        for (int at = known; ; at++)
        {
            string message = await service.NextTo(person.Phone, at);
            if (SigningIn.CodeIn(message).Length == 6)
                return message;
        }
    }

    private async Task<HttpClient> Browser(Person person)
    {
        await using var connection = await service.Open();
        string token = await Sessions.Open(
            connection,
            person.Id,
            "cookie",
            false,
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
        var cookies = new CookieContainer();
        cookies.Add(service.Address, new Cookie(Sessions.Cookie, token));
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies })
        {
            BaseAddress = service.Address,
        };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("vi");
        return http;
    }

    private async Task<IHtmlDocument> Open(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {body}");
        return await parser.ParseDocumentAsync(body, CancellationToken.None);
    }

    private async Task<IHtmlDocument> Send(
        HttpClient http,
        string path,
        Dictionary<string, string> fields,
        HttpStatusCode expected = HttpStatusCode.OK
    )
    {
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await http.PostAsync(path, form);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode} {body}");
        return await parser.ParseDocumentAsync(body, CancellationToken.None);
    }

    private static string Text(AngleSharp.Dom.IElement element) => element.TextContent.Trim();

    private static Dictionary<string, string> Fields(IHtmlDocument page, string form) =>
        page.QuerySelectorAll($"{form} input[name], {form} textarea[name]")
            .GroupBy(field => field.GetAttribute("name")!)
            .ToDictionary(
                group => group.Key,
                group =>
                    group.First() is IHtmlTextAreaElement area
                        ? area.Value
                        : group.First().GetAttribute("value") ?? ""
            );
}
