using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Web;

/// <summary>A browser without script: keeps cookies, fills in the form of the page it shows, and presses its buttons.</summary>
internal sealed class PlainBrowser : IDisposable
{
    private readonly HttpClient http;
    private readonly HtmlParser parser = new();

    public PlainBrowser(ServiceFixture service, Person? person = null, string language = "en")
    {
        http = new HttpClient(
            new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }
        )
        {
            BaseAddress = service.Address,
        };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        if (person is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
    }

    public IHtmlDocument Page { get; private set; } = null!;

    public HttpStatusCode Status { get; private set; }

    /// <summary>Where the last answer sends the browser; null when it is a page.</summary>
    public string? Location { get; private set; }

    public HttpResponseHeaders Headers { get; private set; } = null!;

    public string Text =>
        string.Join(' ', Page.QuerySelector("main")!.TextContent.Split().Where(word => word.Length > 0));

    public Task Go(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>What the form of the page would send, without a button.</summary>
    public Dictionary<string, string> Form =>
        Page.QuerySelectorAll("#form [name]")
            .Where(one =>
                one is not IHtmlButtonElement
                && one is not IHtmlInputElement { Type: "radio" or "checkbox", IsChecked: false }
            )
            .ToDictionary(one => one.GetAttribute("name")!, Value);

    public string? this[string field] => Form.GetValueOrDefault(field);

    /// <summary>Fills in these fields and presses the button of this act; null leaves a field out.</summary>
    public Task Press(string act, params (string Field, string? Value)[] typed)
    {
        Assert.True(
            Page.QuerySelector($"button[name=do][value='{act}']") is not null,
            $"no button {act}: {Text}"
        );
        return Post([.. typed, ("do", act)]);
    }

    /// <summary>Sends the page's form with these changes, whether the page has such a button or not.</summary>
    public Task Post(params (string Field, string? Value)[] typed)
    {
        var fields = Form;
        foreach (var (field, value) in typed)
            if (value is null)
                fields.Remove(field);
            else
                fields[field] = value;
        return Send(fields, Page.QuerySelector("#form")!.GetAttribute("action")!);
    }

    public Task Send(IReadOnlyDictionary<string, string> fields, string action) =>
        Send(new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields) });

    /// <summary>From the page that asks for the number to what comes after the code.</summary>
    public async Task SignIn(ServiceFixture service, string phone)
    {
        int known = service.SentTo(phone).Count;
        await Post(("phone", phone));
        string message = await service.NextTo(phone, known);
        await Post(
            (
                "code",
                new string([.. message.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)])
            )
        );
    }

    public void Dispose() => http.Dispose();

    private async Task Send(HttpRequestMessage message)
    {
        using var answer = await http.SendAsync(message);
        Status = answer.StatusCode;
        Location = answer.Headers.Location?.ToString();
        Headers = answer.Headers;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)Status < 500, body);
        Page = await parser.ParseDocumentAsync(body, CancellationToken.None);
    }

    private static string Value(IElement element) =>
        element switch
        {
            IHtmlInputElement input => input.Value,
            IHtmlSelectElement select => select.Value ?? "",
            IHtmlTextAreaElement area => area.Value,
            _ => "",
        };
}
