using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MutualAid.Server.Tests.Tiles;
using Tables = MutualAid.Server.Tests.Interop.Exports.Tables;

namespace MutualAid.Server.Tests.Interop;

/// <summary>Public facts of a need; null is what a surface does not tell.</summary>
internal sealed record Facts
{
    public int? Quantity { get; init; }
    public int? Unmet { get; init; }
    public string? Category { get; init; }
    public string? Urgency { get; init; }
    public string? Status { get; init; }
    public string? Note { get; init; }
    public string? Area { get; init; }

    /// <summary>Degrees.</summary>
    public (double Lon, double Lat)? Place { get; init; }

    /// <summary>By how much a place may be off, in degrees: a tile's grid.</summary>
    public double Blur { get; init; } = 1e-7;
}

/// <summary>Where a need can be read, and how its facts stand there; null: it is not there.</summary>
internal sealed record Surface(string Path, Func<byte[], Facts?> Read)
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace GeoRss = "http://www.georss.org/georss";

    /// <summary>All that somebody may read who is not signed in.</summary>
    public static IEnumerable<Surface> Open(Guid id, Guid ward, string category, (double Lon, double Lat) at)
    {
        yield return new($"/api/requests/{id}", body => Api(Json(body)));
        yield return new(
            Invariant(
                $"/api/requests/nearby?lon={at.Lon:R}&lat={at.Lat:R}&within=400&category={category}&limit=100"
            ),
            body => One(Json(body)["items"]!, "id", id) is { } need ? Api(need) : null
        );
        yield return new($"/odata/Requests({id})?$expand=Area", body => OData(Json(body)));
        yield return new(
            Invariant(
                $"/odata/Requests?$filter=Category eq '{category}' and geo.distance(Location,geography'POINT({at.Lon:R} {at.Lat:R})') lt 300&$expand=Area&$count=true"
            ),
            body => One(Json(body)["value"]!, "Id", id) is { } need ? OData(need) : null
        );
        yield return new(
            $"/odata/Areas({ward})/Requests?$expand=Area",
            body => One(Json(body)["value"]!, "Id", id) is { } need ? OData(need) : null
        );
        yield return new($"/ogc/collections/requests/items/{id}", body => Feature(Json(body)));
        string box = Invariant(
            $"POLYGON(({at.Lon - 0.004:R} {at.Lat - 0.004:R},{at.Lon + 0.004:R} {at.Lat - 0.004:R},{at.Lon + 0.004:R} {at.Lat + 0.004:R},{at.Lon - 0.004:R} {at.Lat + 0.004:R},{at.Lon - 0.004:R} {at.Lat - 0.004:R}))"
        );
        foreach (string collection in new[] { "requests", "coverage-gaps" })
            yield return new(
                $"/ogc/collections/{collection}/items?limit=1000&filter={Uri.EscapeDataString($"category = '{category}' AND unmet > 0 AND S_INTERSECTS(geometry,{box})")}",
                body => One(Json(body)["features"]!, "id", id) is { } need ? Feature(need) : null
            );
        foreach (int zoom in new[] { 14, 18 })
        {
            var tile = TileReading.Tile(zoom, at.Lon, at.Lat);
            yield return new(
                $"/tiles/requests/{zoom}/{tile.X}/{tile.Y}.mvt",
                body => Tile(body, id, zoom, tile.X, tile.Y)
            );
        }
        foreach (string list in new[] { $"requests/{id}", $"requests.F?service_code={category}" })
        {
            string address =
                "/open311/v2/" + (list.Contains(".F", StringComparison.Ordinal) ? list : list + ".F");
            yield return new(
                address.Replace(".F", ".json", StringComparison.Ordinal),
                body =>
                    One(Json(body), "service_request_id", id) is { } need
                        ? Open311(name => $"{need[name]}")
                        : null
            );
            yield return new(
                address.Replace(".F", ".xml", StringComparison.Ordinal),
                body =>
                    XDocument
                        .Parse(Encoding.UTF8.GetString(body))
                        .Descendants("request")
                        .SingleOrDefault(one => one.Element("service_request_id")!.Value == $"{id}")
                        is { } need
                        ? Open311(name => need.Element(name)!.Value)
                        : null
            );
        }
        yield return new(
            $"/api/areas/{ward}/requests.geojson",
            body => One(Json(body)["features"]!, "id", id) is { } need ? Live(need) : null
        );
        yield return new($"/feeds/areas/{ward}.atom", body => Entry(body, id));
        yield return new(
            Invariant(
                $"/api/map/needs?box={at.Lon - 0.002:R},{at.Lat - 0.002:R},{at.Lon + 0.002:R},{at.Lat + 0.002:R}&zoom=17&category={category}"
            ),
            body => Spot(Json(body), id)
        );
        // The only one of its category in its ward.
        yield return new($"/api/areas/{ward}/counts.csv", body => Counted(body, category));
    }

    /// <summary>What its team takes out.</summary>
    public static IEnumerable<Surface> OfTeam(Guid id, Guid ward)
    {
        yield return new($"/api/areas/{ward}/requests.csv", body => Csv(body, id));
        yield return new($"/api/areas/{ward}/requests.xlsx", body => Xlsx(body, id));
    }

    private static Facts Api(JsonNode need) =>
        Named(need) with
        {
            Area = need["area"]!.Text("name"),
            Place = Point(need["location"]!),
        };

    private static Facts Live(JsonNode feature) =>
        Named(feature["properties"]!) with
        {
            Area = feature["properties"]!["area"]!.Text("name"),
            Place = Point(feature["geometry"]!),
        };

    private static Facts Feature(JsonNode feature) =>
        Named(feature["properties"]!) with
        {
            Area = feature["properties"]!.Text("area"),
            Place = Point(feature["geometry"]!),
        };

    private static Facts OData(JsonNode need) =>
        new()
        {
            Quantity = need.Number("Quantity"),
            Unmet = need.Number("Unmet"),
            Category = need.Text("Category"),
            Urgency = need.Text("Urgency"),
            Status = need.Text("Status"),
            Note = need.Text("PublicNote"),
            Area = need["Area"]!.Text("Name"),
            Place = Point(need["Location"]!),
        };

    private static Facts Named(JsonNode need) =>
        new()
        {
            Quantity = need.Number("quantity"),
            Unmet = need.Number("unmet"),
            Category = need.Text("category"),
            Urgency = need.Text("urgency"),
            Status = need.Text("status"),
            Note = need.Text("publicNote"),
        };

    private static Facts? Tile(byte[] body, Guid id, int zoom, int x, int y)
    {
        if (body.Length == 0)
            return null;
        var feature = MvtLayer.Read(body).Single().Features.SingleOrDefault(one => one.Text("id") == $"{id}");
        if (feature is null)
            return null;
        double side = Math.Pow(2, zoom);
        double up = Math.PI * (1 - 2 * (y + (feature.Points[0].Y + 0.5) / 4096) / side);
        return new Facts
        {
            Unmet = (int)feature.Number("unmet"),
            Category = feature.Text("category"),
            Urgency = feature.Text("urgency"),
            Status = feature.Text("status"),
            Area = feature.Text("area"),
            Place = (
                (x + (feature.Points[0].X + 0.5) / 4096) / side * 360 - 180,
                Math.Atan(Math.Sinh(up)) * 180 / Math.PI
            ),
            Blur = 360 / side / 4096,
        };
    }

    private static Facts Open311(Func<string, string> field) =>
        new()
        {
            Category = field("service_code"),
            Unmet = Digits(field("status_notes")),
            Status = field("status"),
            Note = field("description"),
            Area = field("address").Split(',')[0],
            Place = (
                double.Parse(field("long"), CultureInfo.InvariantCulture),
                double.Parse(field("lat"), CultureInfo.InvariantCulture)
            ),
        };

    private static Facts? Entry(byte[] body, Guid id)
    {
        var entry = XDocument
            .Parse(Encoding.UTF8.GetString(body))
            .Descendants(Atom + "entry")
            .SingleOrDefault(one =>
                one.Element(Atom + "id")!.Value.EndsWith($"/{id}", StringComparison.Ordinal)
            );
        if (entry is null)
            return null;
        string title = entry.Element(Atom + "title")!.Value;
        string[] said = entry.Element(Atom + "summary")!.Value.Split(". ", 2);
        string[] point = entry.Element(GeoRss + "point")!.Value.Split(' ');
        return new Facts
        {
            Unmet = Digits(title),
            Category = entry.Element(Atom + "category")!.Attribute("term")!.Value,
            Urgency = said[0].ToLowerInvariant(),
            Note = said[1],
            Area = title.Split(" · ")[1],
            Place = (
                double.Parse(point[1], CultureInfo.InvariantCulture),
                double.Parse(point[0], CultureInfo.InvariantCulture)
            ),
        };
    }

    private static Facts? Spot(JsonNode map, Guid id)
    {
        foreach (var spot in map["items"]!.AsArray())
            if (One(spot!["needs"]!, "id", id) is { } need)
                return new Facts
                {
                    Unmet = Digits(need.Text("title")),
                    Area = spot.Text("area"),
                    Place = Point(spot["location"]!),
                };
        return null;
    }

    private static Facts? Counted(byte[] body, string category)
    {
        var row = Tables
            .Csv(Encoding.UTF8.GetString(body))
            .SingleOrDefault(row => row["category"] == category && row["liveRequests"].Length > 0);
        if (row is null)
            return null;
        Assert.Equal("1", row["liveRequests"]);
        return new Facts
        {
            Unmet = Digits(row["unmetUnits"]),
            Category = category,
            Status = row["status"],
            Area = row["ward"],
        };
    }

    private static Facts? Csv(byte[] body, Guid id)
    {
        var row = Tables.Csv(Encoding.UTF8.GetString(body)).SingleOrDefault(row => row["id"] == $"{id}");
        return row is null
            ? null
            : new Facts
            {
                Quantity = Digits(row["quantity"]),
                Unmet = Digits(row["unmet"]),
                Category = row["category"],
                Urgency = row["urgency"],
                Status = row["status"],
                Note = row["publicNote"],
                Area = row["ward"],
                Place = (
                    double.Parse(row["longitude"], CultureInfo.InvariantCulture),
                    double.Parse(row["latitude"], CultureInfo.InvariantCulture)
                ),
            };
    }

    // In words: those are compared elsewhere.
    private static Facts? Xlsx(byte[] body, Guid id)
    {
        using var book = SpreadsheetDocument.Open(new MemoryStream(body), isEditable: false);
        var rows = book.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().ToList();
        Dictionary<string, string> Cells(Row row) =>
            row.Elements<Cell>()
                .ToDictionary(
                    cell => cell.CellReference!.Value!.TrimEnd("0123456789".ToCharArray()),
                    cell => cell.InnerText
                );
        var head = Cells(rows[0]).ToDictionary(cell => cell.Value, cell => cell.Key);
        var found = rows.Skip(1).Select(Cells).SingleOrDefault(cells => cells["A"] == $"{id}");
        return found is null
            ? null
            : new Facts
            {
                Quantity = Digits(found[head["Quantity"]]),
                Urgency = found[head["Urgency"]].ToLowerInvariant(),
            };
    }

    private static JsonNode? One(JsonNode items, string key, Guid id) =>
        items.AsArray().SingleOrDefault(one => $"{one![key]}" == $"{id}");

    private static JsonNode Json(byte[] body) => JsonNode.Parse(body)!;

    private static (double, double) Point(JsonNode point) =>
        ((double)point["coordinates"]![0]!, (double)point["coordinates"]![1]!);

    private static int Digits(string text) =>
        int.Parse(Regex.Match(text, "[0-9]+").Value, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
