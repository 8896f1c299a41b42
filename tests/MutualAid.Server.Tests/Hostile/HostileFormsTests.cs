using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>
/// Wanders through the pages as somebody signed in, following their own links, and fills their forms with what no form should
/// hold: 1,000 steps, 20,000 with <c>./test --all</c>.
/// </summary>
public sealed partial class HostileFormsTests(ServiceFixture service, ITestOutputHelper output)
    : IClassFixture<ServiceFixture>
{
    private const int MostOfOneKind = 6;
    private readonly HtmlParser parser = new();
    private readonly List<string> addresses = [];
    private readonly SortedDictionary<string, int> answers = [];

    // Seen to fail without UseReadable (a U+0000 in the address was a 500 by the database) and without the 413 for a form that its
    // reader refuses.
    [Fact]
    public async Task whatever_a_form_is_filled_with_the_answer_is_a_page_and_no_failure_of_ours()
    {
        int seed = Seeds.Of("MUTUALAID_HOSTILE_SEED");
        var random = new Random(seed);
        using var http = Browser();
        int steps = Seeds.Long ? 20_000 : 1_000;
        for (int step = 0; step < steps; step++)
        {
            if (step % 100 == 0)
                await Begin(http, step % 200 == 0);
            string address = addresses[random.Next(addresses.Count)];
            if (random.Next(5) == 0)
                address +=
                    $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Name(random)}={Escaped(random)}";
            var page = await Read(http, new HttpRequestMessage(HttpMethod.Get, address));
            Learn(page);
            var forms = page
                .Forms.OfType<IHtmlFormElement>()
                .Where(form =>
                    form.GetAttribute("action") is not ("/sign-out" or "/locale") || random.Next(30) == 0
                )
                .ToList();
            if (forms.Count > 0)
                Learn(await Read(http, Filled(forms[random.Next(forms.Count)], address, random)));
        }
        output.WriteLine($"{string.Join(", ", answers.Select(one => $"{one.Key}: {one.Value}"))}");
        Assert.True(answers.Keys.Count(answer => answer.StartsWith("POST", StringComparison.Ordinal)) > 5);
        await service.InvariantsHold();
    }

    // Somebody new, with a match to answer or to wait for: those before have been erased or signed out by now.
    private async Task Begin(HttpClient http, bool asGiver)
    {
        var scene = (await HostileWorld.Make(service)).Scene;
        var person = asGiver ? scene.Giver : scene.Receiver;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        addresses.Clear();
        addresses.AddRange([
            "/",
            "/mine",
            $"/requests/{scene.Request}",
            "/requests/new",
            "/requests/new/all",
            "/offers/new",
            "/sign-in",
            "/me",
            $"/report?request={scene.Request}",
            $"/report?match={scene.Id}",
        ]);
    }

    private HttpClient Browser()
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
        {
            BaseAddress = service.Address,
        };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return http;
    }

    private async Task<IHtmlDocument> Read(HttpClient http, HttpRequestMessage message)
    {
        string asked = $"{message.Method} {Kind(message.RequestUri!.ToString())}"; // a redirect is followed, and changes the message
        using var answer = await http.SendAsync(message);
        string body = await answer.Content.ReadAsStringAsync();
        string status = $"{asked} {(int)answer.StatusCode}";
        answers[status] = answers.GetValueOrDefault(status) + 1;
        string sent = message.Content is null ? "" : await message.Content.ReadAsStringAsync();
        Assert.True(
            (int)answer.StatusCode < 500,
            $"{status} {message.RequestUri} with {(sent.Length > 2000 ? sent[..2000] : sent)}"
        );
        return await parser.ParseDocumentAsync(body, CancellationToken.None);
    }

    // Whatever is named by an id, and however it was asked for.
    private static string Kind(string address) => Named().Replace(address.Split('?', '#')[0], "{id}");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Named();

    // A few addresses of each kind: the list of needs links to more pages than all others together.
    private void Learn(IHtmlDocument page)
    {
        foreach (var link in page.Links.OfType<IHtmlAnchorElement>())
            if (
                link.GetAttribute("href") is ['/', not '/', ..] address
                && !addresses.Contains(address)
                && addresses.Count(known => Kind(known) == Kind(address)) < MostOfOneKind
            )
                addresses.Add(address);
    }

    private static HttpRequestMessage Filled(IHtmlFormElement form, string address, Random random)
    {
        var fields = form
            .Elements.Select(element => (Name: element.GetAttribute("name"), Value: Value(element)))
            .Where(field => field.Name is not null)
            .Select(field =>
                KeyValuePair.Create(
                    field.Name!,
                    Kept(field.Name!, random) ? field.Value : HostileValues.WellFormed(random)
                )
            )
            .ToList();
        if (random.Next(8) == 0)
            fields.Add(KeyValuePair.Create(HostileValues.WellFormed(random), "1"));
        if (fields.Count > 0 && random.Next(8) == 0)
            fields.Add(fields[random.Next(fields.Count)]);
        if (fields.Count > 0 && random.Next(8) == 0)
            fields.RemoveAt(random.Next(fields.Count));
        string action = form.GetAttribute("action") is { Length: > 0 } given ? given : address;
        if (form.Method == "get")
            return new HttpRequestMessage(
                HttpMethod.Get,
                $"{action.Split('?')[0]}?{string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Short(Uri.EscapeDataString(field.Value))}"))}"
            );
        return new HttpRequestMessage(HttpMethod.Post, action)
        {
            Content = new FormUrlEncodedContent(fields),
        };
    }

    // The form's token stays, mostly: a form that is refused for its token is read no further.
    private static bool Kept(string name, Random random) =>
        random.Next(name.StartsWith("__", StringComparison.Ordinal) ? 40 : 2) > 0;

    private static string Value(AngleSharp.Dom.IElement element) =>
        element switch
        {
            IHtmlInputElement input => input.Value,
            IHtmlSelectElement select => select.Value ?? "",
            IHtmlTextAreaElement area => area.Value,
            _ => element.GetAttribute("value") ?? "",
        };

    private static string Name(Random random) => random.Next(2) == 0 ? "q" : Escaped(random);

    private static string Escaped(Random random) =>
        Short(Uri.EscapeDataString(HostileValues.WellFormed(random)));

    // A longer address ends at the web server.
    private static string Short(string text) => text.Length <= 900 ? text : text[..900].TrimEnd('%');
}
