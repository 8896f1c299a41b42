using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MutualAid.Server.Tests.Keys;

namespace MutualAid.Server.Tests.Interop;

/// <summary>The shapes of GeoReport v2: each answer has the standard's names in the standard's order, in XML and in JSON.</summary>
public sealed class Open311FormTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Discovery = ["changeset", "contact", "key_service", "endpoints"];
    private static readonly string[] Endpoint = ["specification", "url", "changeset", "type", "formats"];
    private static readonly string[] Service =
    [
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    ];
    private static readonly string[] Definition = ["service_code", "attributes"];
    private static readonly string[] Attribute =
    [
        "variable",
        "code",
        "datatype",
        "required",
        "datatype_description",
        "order",
        "description",
    ];
    private static readonly string[] Made = ["service_request_id", "service_notice", "account_id"];
    private static readonly string[] Token = ["service_request_id", "token"];
    private static readonly string[] Request =
    [
        "service_request_id",
        "status",
        "status_notes",
        "service_name",
        "service_code",
        "description",
        "agency_responsible",
        "service_notice",
        "requested_datetime",
        "updated_datetime",
        "expected_datetime",
        "address",
        "address_id",
        "zipcode",
        "lat",
        "long",
        "media_url",
    ];

    [Fact]
    public async Task discovery_says_where_and_in_which_forms()
    {
        using var client = new Open311Client(service);
        var xml = await client.Xml("discovery.xml");
        Has(xml, "discovery", Discovery);
        var endpoint = Assert.Single(xml.Element("endpoints")!.Elements());
        Has(endpoint, "endpoint", Endpoint);
        Assert.Equal("http://wiki.open311.org/GeoReport_v2", endpoint.Element("specification")!.Value);
        Assert.Equal("http://localhost:5080/open311/v2", endpoint.Element("url")!.Value);
        Assert.Equal("production", endpoint.Element("type")!.Value);
        Assert.Equal(
            ["text/xml", "application/json"],
            endpoint.Element("formats")!.Elements("format").Select(format => format.Value)
        );
        Assert.Contains("client_request_id", xml.Element("key_service")!.Value, StringComparison.Ordinal);
        var json = await client.Json("discovery.json");
        Has(json, Discovery);
        Has(json["endpoints"]![0]!, Endpoint);
        Same(xml, json);
    }

    [Fact]
    public async Task services_are_the_categories_in_the_readers_language()
    {
        using var client = new Open311Client(service);
        var xml = await client.Xml("services.xml");
        Assert.Equal("services", xml.Name);
        foreach (var each in xml.Elements())
            Has(each, "service", Service);
        Assert.Equal(
            ["food", "necessities", "medicine", "medical-supplies", "health-advice", "transport", "other"],
            xml.Elements().Select(each => each.Element("service_code")!.Value)
        );
        Assert.Equal("Food", xml.Elements().First().Element("service_name")!.Value);
        Assert.Equal(
            ("true", "realtime"),
            (xml.Elements().First().Element("metadata")!.Value, xml.Elements().First().Element("type")!.Value)
        );
        var json = await client.Json("services.json");
        foreach (var each in json.AsArray())
            Has(each!, Service);
        Assert.True((bool)json[0]!["metadata"]!);
        Same(xml, json);
        using var vietnamese = service.Client(null, "vi");
        Assert.Contains(
            "Lương thực, thực phẩm",
            await vietnamese.GetStringAsync("/open311/v2/services.xml"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("food", "quantity,urgency,people,neededBy,divisible,note,consent")]
    [InlineData("transport", "quantity,urgency,destination,people,neededBy,note,consent")]
    [InlineData("health-advice", "quantity,urgency,people,neededBy,note,consent")]
    public async Task a_definition_asks_what_a_need_of_its_category_is_asked(string code, string asked)
    {
        string[] datatypes = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"];
        using var client = new Open311Client(service);
        var xml = await client.Xml($"services/{code}.xml");
        Has(xml, "service_definition", Definition);
        Assert.Equal(code, xml.Element("service_code")!.Value);
        var attributes = xml.Element("attributes")!.Elements().ToList();
        Assert.Equal(asked.Split(','), attributes.Select(each => each.Element("code")!.Value));
        foreach (var (each, order) in attributes.Select((each, index) => (each, index + 1)))
        {
            bool list = each.Element("datatype")!.Value == "singlevaluelist";
            Has(each, "attribute", list ? [.. Attribute, "values"] : Attribute);
            Assert.Contains(each.Element("datatype")!.Value, datatypes);
            Assert.Equal($"{order}", each.Element("order")!.Value);
            foreach (var value in each.Element("values")?.Elements() ?? [])
                Has(value, "value", ["key", "name"]);
        }
        Assert.Equal(
            ["routine", "soon", "urgent"],
            attributes[1].Element("values")!.Elements().Select(value => value.Element("key")!.Value)
        );
        Same(xml, await client.Json($"services/{code}.json"));
    }

    [Fact]
    public async Task what_is_posted_and_what_is_read_has_the_standards_fields()
    {
        var maker = await service.NewPerson();
        using var client = new Open311Client(service, await maker.KeyToken());
        var xml = await Open311Client.ReadXml(
            client.Send(Open311Client.Form(), "requests.xml"),
            HttpStatusCode.Created
        );
        Assert.Equal("service_requests", xml.Name);
        Has(Assert.Single(xml.Elements()), "request", Made);
        Has(
            Assert.Single((await client.Send(Open311Client.Form()).Is(HttpStatusCode.Created)).AsArray())!,
            Made
        );
        string id = xml.Element("request")!.Element("service_request_id")!.Value;

        xml = await client.Xml($"tokens/{id}.xml");
        Assert.Equal("service_requests", xml.Name);
        Has(Assert.Single(xml.Elements()), "request", Token);
        var json = await client.Json($"tokens/{id}.json");
        Has(Assert.Single(json.AsArray())!, Token);
        Same(xml, json);

        foreach (string address in new[] { $"requests/{id}", "requests" })
        {
            xml = await client.Xml($"{address}.xml");
            json = await client.Json($"{address}.json");
            Assert.Equal("service_requests", xml.Name);
            Assert.NotEmpty(xml.Elements());
            foreach (var each in xml.Elements())
                Has(each, "request", Request);
            foreach (var each in json.AsArray())
                Has(each!, Request);
            Same(xml, json);
        }
        json = json.AsArray().Single(each => each!.Text("service_request_id") == id)!;
        Assert.Equal("open", json.Text("status"));
        Assert.Equal("Still needed: 4 parcels", json.Text("status_notes"));
        Assert.Equal(("Food", "food"), (json.Text("service_name"), json.Text("service_code")));
        Assert.Equal("2026-11-23T02:00:00Z", json.Text("requested_datetime"));
        Assert.Equal("Phường Hoà Bình, Quận Đông, Tỉnh Thử", json.Text("address"));
        Assert.Null(json["media_url"]);
    }

    [Fact]
    public async Task errors_are_a_list_of_codes_and_descriptions()
    {
        using var client = new Open311Client(service);
        foreach (
            var (address, status) in new[]
            {
                ("services/nothing", 404),
                ("services", 404),
                ($"requests/{Guid.NewGuid()}", 404),
                ("requests/12345", 404),
                ($"tokens/{Guid.NewGuid()}", 404),
                ("nothing", 404),
                ("requests", 400),
            }
        )
        {
            string query = address switch
            {
                "services" => "?jurisdiction_id=elsewhere.gov",
                "requests" => "?status=lost&start_date=yesterday",
                _ => "",
            };
            var xml = await Open311Client.ReadXml(
                client.Get($"{address}.xml{query}"),
                (HttpStatusCode)status
            );
            Assert.Equal("errors", xml.Name);
            foreach (var each in xml.Elements())
            {
                Has(each, "error", ["code", "description"]);
                Assert.Equal($"{status}", each.Element("code")!.Value);
                Assert.NotEmpty(each.Element("description")!.Value);
            }
            var json = await client.Get($"{address}.json{query}").Is((HttpStatusCode)status);
            Assert.Equal(status, (int)json[0]!["code"]!);
            Assert.Equal(address == "requests" ? 2 : 1, json.AsArray().Count);
            Same(xml, json);
        }
        // A parameter's name that no XML can hold, a method that is none, a body that is no form, a token that nobody has.
        await Open311Client.ReadXml(client.Get("requests.xml?%01%EF%BF%BE=1"), HttpStatusCode.BadRequest);
        using var http = service.Client("nobody's token, long enough to be looked up at all");
        var refused = await Open311Client.ReadXml(
            http.GetAsync("/open311/v2/requests.xml"),
            HttpStatusCode.Unauthorized
        );
        Assert.Equal("401", refused.Element("error")!.Element("code")!.Value);
        await Open311Client.ReadXml(
            service.Anonymous.DeleteAsync("/open311/v2/requests.xml"),
            HttpStatusCode.MethodNotAllowed
        );
        await Open311Client.ReadXml(
            service.Anonymous.PostAsync("/open311/v2/requests.xml", new StringContent("{}")),
            HttpStatusCode.UnsupportedMediaType
        );
    }

    private static void Has(XElement element, string name, string[] fields)
    {
        Assert.Equal(name, element.Name);
        Assert.Equal(fields, element.Elements().Select(field => field.Name.LocalName));
    }

    private static void Has(JsonNode node, string[] fields) =>
        Assert.Equal(fields, node.AsObject().Select(field => field.Key));

    // One answer in two forms: the same values in the same places.
    private static void Same(XElement xml, JsonNode? json)
    {
        switch (json)
        {
            case JsonArray items:
                Assert.Equal(items.Count, xml.Elements().Count());
                foreach (var (element, item) in xml.Elements().Zip(items))
                    Same(element, item);
                break;
            case JsonObject fields:
                foreach (var (name, value) in fields)
                    Same(xml.Element(name)!, value);
                break;
            default:
                Assert.Equal(json?.ToString() ?? "", xml.Value);
                break;
        }
    }
}
