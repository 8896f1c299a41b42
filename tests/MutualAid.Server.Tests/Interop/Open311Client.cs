using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace MutualAid.Server.Tests.Interop;

/// <summary>Another system that speaks Open311: forms out, XML or JSON in, and no header of ours.</summary>
internal sealed class Open311Client(ServiceFixture service, string? apiKey = null) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = new Uri(service.Address, "/open311/v2/"),
        DefaultRequestHeaders = { { "Accept-Language", "en" } },
    };

    /// <summary>A form that keeps every rule: four parcels in the south-east ward.</summary>
    public static Dictionary<string, string> Form(params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string>
        {
            ["service_code"] = "food",
            ["lat"] = "21.0148",
            ["long"] = "105.8712",
            ["address_string"] = "12 ngõ 3 phố Thử",
            ["description"] = "người già sống một mình",
            ["attribute[quantity]"] = "4",
            ["attribute[urgency]"] = "urgent",
            ["attribute[consent]"] = "true",
        };
        foreach (var (name, value) in changes)
            if (value is null)
                form.Remove(name);
            else
                form[name] = value;
        return form;
    }

    public async Task<HttpResponseMessage> Send(
        Dictionary<string, string> form,
        string address = "requests.json",
        string? idempotencyKey = null
    )
    {
        if (apiKey is not null)
            form.TryAdd("api_key", apiKey);
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(form),
        };
        if (idempotencyKey is not null)
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.SendAsync(message);
    }

    /// <summary>Posts and gives the number of what was made.</summary>
    public async Task<Guid> Posted(params (string Name, string? Value)[] changes) =>
        Guid.Parse((await Send(Form(changes)).Is(HttpStatusCode.Created))[0]!.Text("service_request_id"));

    public Task<HttpResponseMessage> Get(string address) => http.GetAsync(address);

    public Task<JsonNode> Json(string address) => Get(address).Is(HttpStatusCode.OK);

    public Task<XElement> Xml(string address) => ReadXml(Get(address), HttpStatusCode.OK);

    public static async Task<XElement> ReadXml(Task<HttpResponseMessage> answering, HttpStatusCode status)
    {
        using var answer = await answering;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("text/xml; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", body, StringComparison.Ordinal);
        return XDocument.Parse(body).Root!;
    }

    public void Dispose() => http.Dispose();
}
