using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests;

/// <summary>Somebody who reads pages: cookies, forms as they stand there, no script, no redirect followed unseen.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly HttpClient http;

    private Visitor(ServiceFixture service, CookieContainer cookies, string language)
    {
        http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false })
        {
            BaseAddress = service.Address,
        };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
    }

    /// <param name="person">Null: signed out.</param>
    /// <param name="secondFactor">Whether it was given: without it nobody has a role.</param>
    public static async Task<Visitor> Of(
        ServiceFixture service,
        Person? person,
        string language = "en",
        bool secondFactor = false
    )
    {
        var cookies = new CookieContainer();
        if (person is not null)
        {
            await using var connection = await service.Open();
            string token = await Sessions.Open(
                connection,
                person.Id,
                "cookie",
                secondFactor,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
            cookies.Add(service.Address, new Cookie(Sessions.Cookie, token));
        }
        return new Visitor(service, cookies, language);
    }

    /// <summary>The page that was shown last.</summary>
    public Shown Page { get; private set; } = null!;

    public Task<Shown> Get(string path) => Read(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends the page's form with this action, as it stands there but for these fields; null takes one out.</summary>
    public Task<Shown> Send(Shown page, string action, params (string Name, string? Value)[] fields)
    {
        var form = page.Html.Forms.OfType<IHtmlFormElement>().First(f => f.GetAttribute("action") == action);
        return Post(
            action,
            [.. Shown.Standing(form).Where(f => fields.All(given => given.Name != f.Name)), .. fields]
        );
    }

    /// <summary>Fills in the page's main form and presses the button of this act, which must be there; null leaves a field out.</summary>
    public Task<Shown> Press(string act, params (string Name, string? Value)[] typed)
    {
        Assert.True(
            Page.Html.QuerySelector($"button[name=do][value='{act}']") is not null,
            $"no button {act}: {Page.Text}"
        );
        return SendMain([.. typed, ("do", act)]);
    }

    /// <summary>Sends the page's main form with these changes, whether the page has such a button or not.</summary>
    public Task<Shown> SendMain(params (string Name, string? Value)[] typed) =>
        Send(Page, Page.Html.QuerySelector("#form")!.GetAttribute("action")!, typed);

    /// <summary>From the page that asks for the number to what comes after the code.</summary>
    public async Task<Shown> SignIn(ServiceFixture service, string phone)
    {
        int known = service.SentTo(phone).Count;
        await SendMain(("phone", phone));
        string message = await service.NextTo(phone, known);
        return await SendMain(
            (
                "code",
                new string([.. message.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)])
            )
        );
    }

    public Task<Shown> Post(string path, params (string Name, string? Value)[] fields) =>
        Read(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(
                    fields
                        .Where(field => field.Value is not null)
                        .Select(field => KeyValuePair.Create(field.Name, field.Value!))
                ),
            }
        );

    private async Task<Shown> Read(HttpRequestMessage message)
    {
        using (message)
        {
            var answer = await http.SendAsync(message);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode < 500, body);
            return Page = new Shown(
                answer,
                await new HtmlParser().ParseDocumentAsync(body, CancellationToken.None)
            );
        }
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A page as it was answered.</summary>
internal sealed record Shown(HttpResponseMessage Answer, IHtmlDocument Html)
{
    public HttpStatusCode Status => Answer.StatusCode;

    public string? Location => Answer.Headers.Location?.ToString();

    /// <summary>The words of the page's main part.</summary>
    public string Text =>
        string.Join(
            ' ',
            (Html.QuerySelector("main")?.TextContent ?? "").Split().Where(word => word.Length > 0)
        );

    /// <summary>What the page's main form would send, without a button.</summary>
    public IReadOnlyList<(string Name, string? Value)> Form =>
        [.. Standing((IHtmlFormElement)Html.QuerySelector("#form")!).Where(one => one.Value is not null)];

    /// <summary>What stands in a field of the main form; of buttons to choose from, the chosen one's.</summary>
    public string? this[string name] => Form.FirstOrDefault(one => one.Name == name).Value;

    /// <summary>What stands in a field.</summary>
    public string? Value(string name) =>
        Html.QuerySelector($"[name='{name}']") switch
        {
            IHtmlInputElement input => input.Value,
            IHtmlTextAreaElement area => area.Value,
            IHtmlSelectElement select => select.Value,
            _ => null,
        };

    public static IEnumerable<(string Name, string? Value)> Standing(IHtmlFormElement form) =>
        form
            .Elements.Where(element => element.GetAttribute("name") is not null)
            .Select(element =>
                (
                    element.GetAttribute("name")!,
                    element switch
                    {
                        IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => null,
                        IHtmlInputElement input => input.Value,
                        IHtmlSelectElement select => select.Value,
                        IHtmlTextAreaElement area => area.Value,
                        _ => null,
                    }
                )
            );

    public Shown Is(HttpStatusCode status)
    {
        Assert.True(status == Status, $"expected {(int)status}, was {(int)Status}: {Text}");
        return this;
    }

    public Shown Leads(string path)
    {
        Assert.Equal(HttpStatusCode.SeeOther, Status);
        Assert.Equal(path, Location);
        return this;
    }
}
