using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests.Clients;

/// <summary><c>/odata</c>, read by a client that odata2ts makes of <c>$metadata</c>, and by OpenUI5's ODataModel V4 in a browser.</summary>
public sealed class ODataClientsTests(ServiceFixture service, Chromium chromium)
    : IClassFixture<ServiceFixture>
{
    // What makes pages of UI5: sources as npm has them, at an address of the service, which has none there.
    private const string Ui5 = "/ui5/";

    private const double Lon = 106.70,
        Lat = 10.77;

    [Fact]
    public async Task a_client_made_of_the_model_compiles_and_lists_filters_orders_pages_and_expands()
    {
        var needs = await Needs();
        string made = Path.Combine(OtherProgram.Folder, "obj");
        if (Directory.Exists(made))
            Directory.Delete(made, recursive: true);
        await OtherProgram.Node(
            "node_modules/@odata2ts/odata2ts/lib/run-cli.js",
            "--source-url",
            $"{service.Address}odata/",
            "--source",
            "obj/metadata.xml",
            "--refresh-file",
            "--output",
            "obj/model",
            "--emit-mode",
            "ts",
            "--mode",
            "all",
            "--service-name",
            "MutualAid",
            "--allow-renaming"
        );
        await OtherProgram.Node("node_modules/typescript/bin/tsc", "--project", OtherProgram.Folder);
        var told = JsonNode.Parse(
            await OtherProgram.Node("obj/js/needs.js", $"{service.Address}", "106.70", "10.77", "3000")
        )!;

        Assert.Equal(needs.Select(need => $"{need}"), Ids(told["every"]!["ids"]!));
        Assert.Equal((5, 3), (told["every"]!.Number("count"), told["every"]!.Number("pages")));
        // The second and third, with where they are.
        var nearest = told["nearest"]!.AsArray();
        Assert.Equal(needs[1..3].Select(need => $"{need}"), nearest.Select(need => need!.Text("id")));
        Assert.All(nearest, need => Assert.Equal("Phường Khác", need!["area"]!.Text("name")));
        var api = await service.Anonymous.GetAsync($"/api/requests/{needs[1]}").Is(HttpStatusCode.OK);
        foreach (
            string fact in new[]
            {
                "category",
                "quantity",
                "unmet",
                "unit",
                "divisible",
                "urgency",
                "status",
                "location",
            }
        )
            Assert.True(JsonNode.DeepEquals(api[fact], told["one"]![fact]), $"{fact}: {told["one"]![fact]}");
        Assert.Equal((DateTimeOffset)api["expiresAt"]!, (DateTimeOffset)told["one"]!["expiresAt"]!);
        Assert.Equal(Places.OtherWard, told["area"]!.Id());
        Assert.Equal(
            ["Phường Gạo", "Phường Đèn", "Phường Hoà Bình", "Phường Sông", "Phường Khác"],
            told["wards"]!.AsArray().Select(name => (string)name!)
        );
    }

    [Fact]
    public async Task openui5_reads_by_batch_lists_filters_sorts_by_distance_pages_and_expands()
    {
        var needs = await Needs();
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        await phone.Page.Context.RouteAsync($"**{Ui5}**", Serve);
        var asked = new List<string>();
        phone.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.StartsWith("/odata/", StringComparison.Ordinal))
                asked.Add($"{request.Method} {new Uri(request.Url).AbsolutePath}");
        };
        await phone.Go($"{Ui5}ui5.html");
        var told = JsonNode.Parse(
            await phone.Page.EvaluateAsync<string>(
                "async ([lon, lat, within]) => JSON.stringify(await window.read(lon, lat, within))",
                new[] { Lon, Lat, 3000 }
            )
        )!;

        Assert.Equal(5, told.Number("count"));
        JsonNode[] first = [.. told["first"]!.AsArray().Select(need => need!)];
        Assert.Equal(needs[..2].Select(need => $"{need}"), first.Select(need => need.Text("Id")));
        Assert.Equal(
            needs[2..4].Select(need => $"{need}"),
            told["second"]!.AsArray().Select(need => need!.Text("Id"))
        );
        Assert.All(first, need => Assert.Equal("Phường Khác", need["Area"]!.Text("Name")));
        var api = await service.Anonymous.GetAsync($"/api/requests/{needs[0]}").Is(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(api["location"], first[0]["Location"]), $"{first[0]["Location"]}");
        Assert.Equal(api.Number("unmet"), told["one"]!.Number("Unmet"));
        Assert.Equal(Places.OtherWard, Guid.Parse(told["one"]!["Area"]!.Text("Id")));
        Assert.Equal("Phường Khác", told.Text("name"));
        Assert.Equal("Edm.GeographyPoint", told.Text("type"));
        Assert.Equal(
            ["Phường Khác", "Phường Sông", "Phường Hoà Bình", "Phường Đèn", "Phường Gạo"],
            told["wards"]!.AsArray().Select(name => (string)name!)
        );
        Assert.Equal("GET /odata/$metadata", asked[0]);
        Assert.All(asked[1..], call => Assert.Equal("POST /odata/$batch", call));
    }

    // Five needs of food nearest first, and what no list of them may have: others farther off, of another kind, met already.
    private async Task<Guid[]> Needs()
    {
        var owner = await service.NewPerson();
        await service.Look<int>(
            "with gone as (update request set hidden_at = clock() returning 1) select count(*)::int from gone"
        );
        var near = new List<Guid>();
        for (int i = 0; i < 5; i++)
            near.Add(await service.GivenRequest(owner, quantity: 1 + i, lon: Lon + 0.004 * i, lat: Lat));
        await service.GivenRequest(owner, category: "medicine", lon: Lon, lat: Lat);
        await service.GivenRequest(owner, lon: Lon + 0.05, lat: Lat);
        return [.. near];
    }

    private static async Task Serve(IRoute route)
    {
        string path = new Uri(route.Request.Url).AbsolutePath[Ui5.Length..];
        string file = path.StartsWith("resources/", StringComparison.Ordinal)
            ? Path.Combine(
                OtherProgram.Folder,
                "node_modules/@openui5/sap.ui.core/src",
                path["resources/".Length..]
            )
            : Path.Combine(OtherProgram.Folder, path);
        await (
            File.Exists(file)
                ? route.FulfillAsync(new() { Path = file })
                : route.FulfillAsync(new() { Status = 404 })
        );
    }

    private static IEnumerable<string> Ids(JsonNode ids) => ids.AsArray().Select(id => (string)id!);
}
