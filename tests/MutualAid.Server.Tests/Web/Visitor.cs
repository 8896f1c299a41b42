using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MutualAid.Server.Accounts;

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
    public static async Task<Visitor> Of(ServiceFixture service, Person? person, string language = "en")
    {
        var cookies = new CookieContainer();
        if (person is not null)
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
            cookies.Add(service.Address, new Cookie(Sessions.Cookie, token));
        }
        return new Visitor(service, cookies, language);
    }

    public Task<Shown> Get(string path) => Read(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends the page's form with this action, as it stands there but for these fields; null takes one out.</summary>
    public Task<Shown> Send(Shown page, string action, params (string Name, string? Value)[] fields)
    {
        var form = page.Html.Forms.OfType<IHtmlFormElement>().First(f => f.GetAttribute("action") == action);
        return Post(
            action,
            [.. Standing(form).Where(f => fields.All(given => given.Name != f.Name)), .. fields]
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

    private static IEnumerable<(string Name, string? Value)> Standing(IHtmlFormElement form) =>
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

    private async Task<Shown> Read(HttpRequestMessage message)
    {
        using (message)
        {
            var answer = await http.SendAsync(message);
            string body = await answer.Content.ReadAsStringAsync();
            return new Shown(answer, await new HtmlParser().ParseDocumentAsync(body, CancellationToken.None));
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
    public string Text => Html.QuerySelector("main")?.TextContent ?? "";

    /// <summary>What stands in a field.</summary>
    public string? Value(string name) =>
        Html.QuerySelector($"[name='{name}']") switch
        {
            IHtmlInputElement input => input.Value,
            IHtmlTextAreaElement area => area.Value,
            IHtmlSelectElement select => select.Value,
            _ => null,
        };

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
