using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MutualAid.Server.Tests.Tiles;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>Where one way of asking says that a need is (degrees).</summary>
internal sealed record Estimate(string Way, double Lon, double Lat);

/// <summary>
/// Measures where a need is by all that is open to other programs: conditions that it halves, values that it lets the service
/// reckon, orders, counts, boxes, shapes, tiles, feeds. It knows each need's id, and what the lists say of its place.
/// </summary>
/// <param name="known">A need of the surveyor's own, in the middle of its cell.</param>
internal sealed class Surveyor(ServiceFixture service, Guid known, (double Lon, double Lat) knownAt)
{
    private const double MetresADegree = 111_195;
    private const int Halvings = 14;

    // How far beside the list's place it looks from, and how far a half of a cell may be out.
    private const double Away = 900;
    private const double Out = 400;

    private int asked;

    public int Asked => asked;

    public async Task<List<Estimate>> Survey(Guid need, (double Lon, double Lat) listed)
    {
        var found = new List<Estimate>();
        void Add(string way, (double Lon, double Lat) at) => found.Add(new Estimate(way, at.Lon, at.Lat));

        foreach (var (way, within) in Circles(need))
            Add(
                way,
                Crossing(
                    listed,
                    await Halve(Away - Out, Away + Out, metres => within(Beside(listed, Away, 0), metres)),
                    await Halve(Away - Out, Away + Out, metres => within(Beside(listed, 0, Away), metres))
                )
            );
        Add(
            "OData $compute",
            Crossing(
                listed,
                await Computed(need, Beside(listed, Away, 0)),
                await Computed(need, Beside(listed, 0, Away))
            )
        );
        Add("OData $orderby", await ByOrder(need, listed));
        foreach (var (way, inside) in Boxes(need))
        {
            var (east, north) = (
                await Halve(-Out, Out, metres => inside(Box(listed, -2 * Out, -2 * Out, metres, 2 * Out))),
                await Halve(-Out, Out, metres => inside(Box(listed, -2 * Out, -2 * Out, 2 * Out, metres)))
            );
            Add(way, Beside(listed, east, north));
        }
        for (int zoom = 0; zoom <= 18; zoom++)
            if (await InTiles(need, listed, zoom) is { } drawn)
                Add($"tile {zoom}", drawn);
        foreach (var (way, at) in await Told(need, listed))
            Add(way, at);
        return found;
    }

    /// <summary>Ways of asking by a distance that a standard has elsewhere and that are not there, with the status.</summary>
    public async Task<List<(string Path, int Status)>> NotThere((double Lon, double Lat) at)
    {
        string point = Invariant($"POINT({at.Lon:R} {at.Lat:R})");
        var told = new List<(string, int)>();
        foreach (
            string path in new[]
            {
                $"/ogc/collections/requests/items?filter={Uri.EscapeDataString($"S_DWITHIN(geometry,{point},100,meters)")}",
                $"/ogc/collections/requests/items?filter={Uri.EscapeDataString($"DWITHIN(geometry,{point},100,meters)")}",
                $"/ogc/collections/requests/items?filter={Uri.EscapeDataString($"S_DISTANCE(geometry,{point}) < 100")}",
                "/ogc/collections/requests/items?resultType=hits",
                "/ogc/collections/requests/items?sortby=geometry",
                Invariant($"/open311/v2/requests.json?lat={at.Lat:R}&long={at.Lon:R}&radius=100"),
                "/odata/Requests?$orderby=Location",
                "/odata/Requests?$filter=Location eq geography'POINT(105 21)'",
                "/odata/Requests?$apply=aggregate(Location with min as First)",
                "/odata/Requests?$select=Address",
                "/odata/Requests?$expand=Household",
                "/odata/Requests?$filter=request_private/place ne null",
            }
        )
            using (var answer = await service.Anonymous.GetAsync(path))
                told.Add((path, (int)answer.StatusCode));
        return told;
    }

    private IEnumerable<(string Way, Func<(double Lon, double Lat), double, Task<bool>> Within)> Circles(
        Guid need
    )
    {
        string Near((double Lon, double Lat) from, double metres) =>
            Invariant(
                $"Id eq {need} and geo.distance(Location,geography'POINT({from.Lon:R} {from.Lat:R})') lt {metres:F6}"
            );
        yield return (
            "OData $count of $filter",
            async (from, metres) => await Text($"/odata/Requests/$count?$filter={Near(from, metres)}") == "1"
        );
        yield return (
            "OData $filter",
            async (from, metres) =>
                (await Json($"/odata/Requests?$select=Id&$top=1&$filter={Near(from, metres)}"))["value"]!
                    .AsArray()
                    .Count == 1
        );
        yield return (
            "OData $apply",
            async (from, metres) =>
                (await Json($"/odata/Requests?$apply=filter({Near(from, metres)})/aggregate($count as N)"))[
                    "value"
                ]![0]!.Number("N") == 1
        );
        yield return (
            "OData any",
            async (from, metres) =>
                await Text(
                    $"/odata/Areas/$count?$filter=Requests/any(r:{Near(from, metres).Replace("Id", "r/Id", StringComparison.Ordinal).Replace("Location", "r/Location", StringComparison.Ordinal)})"
                ) == "1"
        );
    }

    private IEnumerable<(string Way, Func<double[], Task<bool>> Inside)> Boxes(Guid need)
    {
        static string Polygon(double[] box) =>
            Invariant(
                $"POLYGON(({box[0]:R} {box[1]:R},{box[2]:R} {box[1]:R},{box[2]:R} {box[3]:R},{box[0]:R} {box[3]:R},{box[0]:R} {box[1]:R}))"
            );
        async Task<bool> Matched(string collection, string query) =>
            (await Json($"/ogc/collections/{collection}/items?limit=1&{query}")).Number("numberMatched") == 1;
        yield return (
            "OData geo.intersects",
            async box =>
                await Text(
                    $"/odata/Requests/$count?$filter=Id eq {need} and geo.intersects(Location,geography'{Polygon(box)}')"
                ) == "1"
        );
        yield return (
            "OGC bbox",
            box =>
                Matched("requests", Invariant($"id={need}&bbox={box[0]:R},{box[1]:R},{box[2]:R},{box[3]:R}"))
        );
        yield return (
            "OGC bbox of gaps",
            box =>
                Matched(
                    "coverage-gaps",
                    Invariant($"id={need}&bbox={box[0]:R},{box[1]:R},{box[2]:R},{box[3]:R}")
                )
        );
        foreach (string relation in new[] { "S_INTERSECTS", "S_WITHIN" })
            yield return (
                $"CQL2 {relation}",
                box =>
                    Matched(
                        "requests",
                        $"filter={Uri.EscapeDataString($"id = '{need}' AND {relation}(geometry,{Polygon(box)})")}"
                    )
            );
        yield return (
            "CQL2 S_DISJOINT",
            async box =>
                !await Matched(
                    "requests",
                    $"filter={Uri.EscapeDataString($"id = '{need}' AND S_DISJOINT(geometry,{Polygon(box)})")}"
                )
        );
    }

    private async Task<double> Computed(Guid need, (double Lon, double Lat) from) =>
        (double)
            (
                await Json(
                    Invariant(
                        $"/odata/Requests?$filter=Id eq {need}&$compute=geo.distance(Location,geography'POINT({from.Lon:R} {from.Lat:R})') as Metres&$select=Metres"
                    )
                )
            )["value"]![0]!["Metres"]!;

    // From where it changes which of the two is nearer, both are as far; and how far the known one is, is known.
    private async Task<(double Lon, double Lat)> ByOrder(Guid need, (double Lon, double Lat) listed)
    {
        async Task<(double Lon, double Lat)> Turn(double north)
        {
            (double Lon, double Lat) At(double part) =>
                Beside(
                    (
                        listed.Lon + part * (knownAt.Lon - listed.Lon),
                        listed.Lat + part * (knownAt.Lat - listed.Lat)
                    ),
                    0,
                    north
                );
            double turn = await Halve(
                0,
                1,
                async part =>
                {
                    var (lon, lat) = At(part);
                    var rows = await Json(
                        Invariant(
                            $"/odata/Requests?$filter=Id eq {need} or Id eq {known}&$orderby=geo.distance(Location,geography'POINT({lon:R} {lat:R})')&$select=Id"
                        )
                    );
                    return rows["value"]![0]!.Text("Id") == $"{known}";
                }
            );
            return At(turn);
        }
        // Beside the line between them, a little to either side, so that the two circles cross and do not touch.
        var (one, two) = (await Turn(-300), await Turn(300));
        return Crossing(listed, (one, Spheres(one, knownAt)), (two, Spheres(two, knownAt)));
    }

    private async Task<(double Lon, double Lat)?> InTiles(
        Guid need,
        (double Lon, double Lat) listed,
        int zoom
    )
    {
        var tile = TileReading.Tile(zoom, listed.Lon, listed.Lat);
        int more = zoom >= 13 ? 1 : 0;
        for (int x = tile.X - more; x <= tile.X + more; x++)
        for (int y = tile.Y - more; y <= tile.Y + more; y++)
        {
            Interlocked.Increment(ref asked);
            foreach (var feature in await service.Features("requests", zoom, x, y))
                if (feature.Text("id") == $"{need}")
                {
                    double side = Math.Pow(2, zoom);
                    double lon = (x + (feature.Points[0].X + 0.5) / 4096) / side * 360 - 180;
                    double up = Math.PI * (1 - 2 * (y + (feature.Points[0].Y + 0.5) / 4096) / side);
                    return (lon, Math.Atan(Math.Sinh(up)) * 180 / Math.PI);
                }
        }
        return null;
    }

    // Where it is simply said.
    private async Task<List<(string Way, (double Lon, double Lat) At)>> Told(
        Guid need,
        (double Lon, double Lat) listed
    )
    {
        static (double, double) Of(JsonNode point) =>
            ((double)point["coordinates"]![0]!, (double)point["coordinates"]![1]!);
        var told = new List<(string, (double, double))>
        {
            ("OData", Of((await Json($"/odata/Requests({need})"))["Location"]!)),
            ("OData property", Of((await Json($"/odata/Requests({need})/Location"))["value"]!)),
            ("OGC", Of((await Json($"/ogc/collections/requests/items/{need}"))["geometry"]!)),
            ("OGC gaps", Of((await Json($"/ogc/collections/coverage-gaps/items/{need}"))["geometry"]!)),
        };
        var open311 = (await Json($"/open311/v2/requests/{need}.json"))[0]!;
        told.Add(("Open311", ((double)open311["long"]!, (double)open311["lat"]!)));
        var xml = XDocument
            .Parse(await Text($"/open311/v2/requests/{need}.xml"))
            .Descendants("request")
            .Single();
        told.Add(
            (
                "Open311 XML",
                (
                    double.Parse(xml.Element("long")!.Value, CultureInfo.InvariantCulture),
                    double.Parse(xml.Element("lat")!.Value, CultureInfo.InvariantCulture)
                )
            )
        );
        var live = await Json($"/api/areas/{ThievesTown.Ward}/requests.geojson");
        told.Add(
            (
                "GeoJSON",
                Of(live["features"]!.AsArray().Single(one => one!.Text("id") == $"{need}")!["geometry"]!)
            )
        );
        XNamespace atom = "http://www.w3.org/2005/Atom",
            geo = "http://www.georss.org/georss";
        string[] point = XDocument
            .Parse(await Text($"/feeds/areas/{ThievesTown.Ward}.atom"))
            .Descendants(atom + "entry")
            .Single(entry => entry.Element(atom + "id")!.Value.EndsWith($"{need}", StringComparison.Ordinal))
            .Element(geo + "point")!
            .Value.Split(' ');
        told.Add(
            (
                "Atom",
                (
                    double.Parse(point[1], CultureInfo.InvariantCulture),
                    double.Parse(point[0], CultureInfo.InvariantCulture)
                )
            )
        );
        double[] box = Box(listed, -Out, -Out, Out, Out);
        var map = await Json(
            Invariant($"/api/map/needs?box={box[0]:R},{box[1]:R},{box[2]:R},{box[3]:R}&zoom=18")
        );
        told.Add(
            (
                "map",
                Of(
                    map["items"]!
                        .AsArray()
                        .Single(spot => spot!["needs"]!.AsArray().Any(one => one!.Text("id") == $"{need}"))![
                        "location"
                    ]!
                )
            )
        );
        return told;
    }

    private async Task<string> Text(string path)
    {
        Interlocked.Increment(ref asked);
        using var answer = await service.Anonymous.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {text}");
        return text;
    }

    private async Task<JsonNode> Json(string path) => JsonNode.Parse(await Text(path))!;

    // Where it begins to hold; it does at the far end.
    private static async Task<double> Halve(double from, double to, Func<double, Task<bool>> holds)
    {
        for (int time = 0; time < Halvings; time++)
        {
            double middle = (from + to) / 2;
            if (await holds(middle))
                to = middle;
            else
                from = middle;
        }
        return (from + to) / 2;
    }

    private static (double Lon, double Lat) Crossing(
        (double Lon, double Lat) listed,
        double fromEast,
        double fromNorth
    ) => Crossing(listed, (Beside(listed, Away, 0), fromEast), (Beside(listed, 0, Away), fromNorth));

    // Two circles cross near the listed place: by Newton's method on a plane about it.
    private static (double Lon, double Lat) Crossing(
        (double Lon, double Lat) listed,
        ((double Lon, double Lat) From, double Metres) one,
        ((double Lon, double Lat) From, double Metres) two
    )
    {
        var at = listed;
        for (int time = 0; time < 20; time++)
        {
            double Missing(((double Lon, double Lat) From, double Metres) circle, (double, double) spot) =>
                Spheres(circle.From, spot) - circle.Metres;
            double a = Missing(one, at),
                b = Missing(two, at);
            double ax = Missing(one, Beside(at, 1, 0)) - a,
                ay = Missing(one, Beside(at, 0, 1)) - a;
            double bx = Missing(two, Beside(at, 1, 0)) - b,
                by = Missing(two, Beside(at, 0, 1)) - b;
            double det = ax * by - ay * bx;
            at = Beside(at, -(a * by - b * ay) / det, -(b * ax - a * bx) / det);
        }
        return at;
    }

    private static double Spheres((double Lon, double Lat) one, (double Lon, double Lat) other) =>
        Trilaterator.OnSphere(one.Lon, one.Lat, other.Lon, other.Lat);

    private static (double Lon, double Lat) Beside(
        (double Lon, double Lat) from,
        double east,
        double north
    ) =>
        (
            from.Lon + east / MetresADegree / Math.Cos(double.DegreesToRadians(from.Lat)),
            from.Lat + north / MetresADegree
        );

    private static double[] Box(
        (double Lon, double Lat) about,
        double west,
        double south,
        double east,
        double north
    )
    {
        var (low, high) = (Beside(about, west, south), Beside(about, east, north));
        return [low.Lon, low.Lat, high.Lon, high.Lat];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
