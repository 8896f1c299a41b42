using System.Globalization;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Tiles;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>
/// Every route of the service: how somebody who is not signed in calls it, or why nobody signed out is answered. A route
/// without a row fails <see cref="PlacePrivacyTests"/>.
/// </summary>
internal static class PublicRoutes
{
    private const string Answers =
        "count=1&needs[0].category=food&needs[0].quantity=2&needs[0].urgency=soon&address=12";
    private const string Team = "an area's needs: for whose role reaches it";
    private const string SignedIn = "acts and data of somebody's own: for whoever is signed in";

    /// <summary>A route and the calls by which it is read.</summary>
    public static readonly IReadOnlyDictionary<string, Func<PrivateWorld, IEnumerable<Call>>> Open =
        new Dictionary<string, Func<PrivateWorld, IEnumerable<Call>>>
        {
            ["GET /"] = _ =>
                [
                    Call.Get("/"),
                    Call.Get($"/?ward={Places.NorthWest}"),
                    .. Around(PrivateWorld.Crossed, 3)
                        .Concat(Around(PrivateWorld.BetweenRoots, 3))
                        .Select(at => Call.Get(Invariant($"/?lon={at.Lon:R}&lat={at.Lat:R}"))),
                ],
            ["POST /locale"] = _ => [new Call(HttpMethod.Post, "/locale", "locale=en")],
            ["GET /requests/new"] = _ =>
                [Form("/requests/new"), Form($"/requests/new?ward={Places.NorthWest}")],
            ["GET /requests/new/all"] = _ => [Form("/requests/new/all")],
            // The page that shows what everybody will see of a need: the cell and its ward, from wherever in the cell it is typed.
            ["POST /requests/new"] = _ =>
                [
                    Form("/requests/new", ""),
                    Form("/requests/new", $"do=check&{Answers}&ward=phuong den"),
                    // What is there already, at the cells' edges.
                    .. Around(PrivateWorld.Crossed, 3)
                        .Concat(Around(PrivateWorld.BetweenRoots, 3))
                        .Select(at =>
                            Form(
                                "/requests/new",
                                Invariant($"do=check&{Answers}&lon={at.Lon:R}&lat={at.Lat:R}")
                            )
                        ),
                ],
            ["GET /requests/{id:guid}"] = world => world.Needs.Select(need => Form($"/requests/{need}")),
            ["GET /offers/new"] = _ => [Form("/offers/new")],
            ["POST /offers/new"] = _ => [Form("/offers/new", "")],
            ["GET /sign-in"] = _ => [Form("/sign-in")],
            ["POST /sign-in"] = _ => [Form("/sign-in", "do=code&phone=none")],
            ["POST /sign-out"] = _ => [Form("/sign-out", "")],
            ["POST /me"] = _ => [Form("/me", "")],
            ["POST /me/phone"] = _ => [Form("/me/phone", "")],
            ["POST /me/keys"] = _ => [Form("/me/keys", "")],
            ["POST /me/appeal"] = _ => [Form("/me/appeal", "")],
            ["GET /me/erased"] = _ => [Form("/me/erased")],
            ["GET /report"] = world =>
                [
                    .. world.Needs.Select(need => Form($"/report?request={need}")),
                    .. world.Offers.Select(offer => Form($"/report?offer={offer}")),
                ],
            ["POST /report"] = world =>
                [.. world.Needs.Select(need => Form("/report", $"request={need}&reason=false"))],
            ["GET /report/thanks"] = _ => [Form("/report/thanks")],
            ["GET /report/call"] = _ => [Form("/report/call")],
            ["GET /s/{token}"] = _ => [Call.Get("/s/nobody")],
            ["GET /site.css"] = _ => [Call.Get("/site.css")],
            ["GET /round.css"] = _ => [Call.Get("/round.css")],
            ["GET /icon.svg"] = _ => [Call.Get("/icon.svg")],
            ["GET /worker.js"] = _ => [Call.Get("/worker.js")],
            ["GET /made/site.js"] = _ => [Call.Get("/made/site.js")],
            ["GET /made/map.js"] = _ => [Call.Get("/made/map.js")],
            ["GET /made/map.css"] = _ => [Call.Get("/made/map.css")],
            ["GET /made/letters.css"] = _ => [Call.Get("/made/letters.css")],
            ["GET /made/be-vietnam-pro-latin-400-normal.woff2"] = Letters,
            ["GET /made/be-vietnam-pro-latin-600-normal.woff2"] = Letters,
            ["GET /made/be-vietnam-pro-vietnamese-400-normal.woff2"] = Letters,
            ["GET /made/be-vietnam-pro-vietnamese-600-normal.woff2"] = Letters,
            ["GET /help"] = _ => [Call.Get("/help")],
            ["GET /privacy"] = _ => [Call.Get("/privacy")],
            ["GET /privacy/retention"] = _ => [Call.Get("/privacy/retention")],
            ["GET /accessibility"] = _ => [Call.Get("/accessibility")],
            ["GET /offline"] = _ => [Form("/offline")],
            ["GET /offline/form"] = _ =>
                [Call.Get("/offline/form") with { Drawn = "\"token\":\"[^\"]*\"|Set-Cookie: [^\n]*" }],
            ["GET /manifest.webmanifest"] = _ => [Call.Get("/manifest.webmanifest")],
            // The wards round what was asked, and needs by spot: near the edges of cells, and from afar.
            ["GET /api/map/wards"] = _ => Views().Select(view => Call.Get($"/api/map/wards?{view}")),
            ["GET /api/map/needs"] = _ => Views().Select(view => Call.Get($"/api/map/needs?{view}")),
            ["GET /ogc"] = _ => [Ogc(""), Ogc("?f=html")],
            ["GET /ogc/conformance"] = _ => [Ogc("/conformance")],
            ["GET /ogc/api"] = _ => [Ogc("/api")],
            ["GET /ogc/collections"] = _ => [Ogc("/collections")],
            ["GET /ogc/collections/{collection}"] = _ =>
                Collections.Select(one => Ogc($"/collections/{one}")),
            ["GET /ogc/collections/{collection}/queryables"] = _ =>
                Collections.Select(one => Ogc($"/collections/{one}/queryables")),
            // Whole, page by page, in boxes whose edges cut the cells, by filters that measure round them.
            ["GET /ogc/collections/{collection}/items"] = _ => Features(),
            ["GET /ogc/collections/{collection}/items/{feature}"] = world =>
                Collections.SelectMany(one =>
                    world.Needs.Concat(world.Offers).Select(id => Ogc($"/collections/{one}/items/{id}"))
                ),
            ["GET /tiles/{layer}/{z}/{x}/{y}.mvt"] = _ =>
                Tiles().Distinct().Select(tile => Call.Get($"/tiles/{tile}.mvt")),
            ["GET /tiles/{layer}.json"] = _ =>
                [
                    Absolute("/tiles/requests.json"),
                    Absolute("/tiles/offers.json"),
                    Absolute("/tiles/areas.json"),
                ],
            ["GET /tiles/style.json"] = _ => [Absolute("/tiles/style.json")],
            ["GET /openapi"] = _ => [Call.Get("/openapi")],
            ["GET /openapi/{documentName}.json"] = _ => [Call.Get("/openapi/v1.json")],
            ["GET /health/live"] = _ => [Call.Get("/health/live")],
            ["GET /health/ready"] = _ => [Call.Get("/health/ready")],
            ["GET /metrics"] = _ => [Call.Get("/metrics") with { FromElsewhere = true }],
            ["GET /health/codes"] = _ => [Call.Get("/health/codes") with { FromElsewhere = true }],
            ["GET /api/categories"] = _ => [Call.Get("/api/categories")],
            ["GET /api/matching"] = _ => [Call.Get("/api/matching")],
            ["GET /api/areas"] = _ =>
                [
                    Call.Get("/api/areas?q=phuong"),
                    .. Around(PrivateWorld.Crossed, 3)
                        .Concat(Around(PrivateWorld.BetweenRoots, 3))
                        .Select(at => Call.Get(Invariant($"/api/areas?at={at.Lon:R},{at.Lat:R}"))),
                ],
            ["GET /api/areas/{id:guid}"] = _ => Areas.Select(area => Call.Get($"/api/areas/{area}")),
            ["GET /api/areas/{id:guid}/summary"] = _ =>
                Areas.Select(area => Call.Get($"/api/areas/{area}/summary")),
            ["GET /api/areas/{id:guid}/counts.csv"] = _ =>
                Areas.Select(area => Call.Get($"/api/areas/{area}/counts.csv")),
            ["GET /api/areas/{id:guid}/requests.geojson"] = _ =>
                Areas.Select(area => Call.Get($"/api/areas/{area}/requests.geojson")),
            // Whole addresses, of a port that is another one each time.
            ["GET /feeds/areas/{id:guid}.atom"] = _ =>
                Areas.Select(area =>
                    Call.Get($"/feeds/areas/{area}.atom") with
                    {
                        Drawn = "127\\.0\\.0\\.1:[0-9]+",
                    }
                ),
            ["GET /feeds/offers/{token}.ics"] = _ => [Call.Get("/feeds/offers/nobody.ics")],
            ["POST /api/reports"] = world =>
                [
                    .. world.Needs.Select(need => new Call(
                        HttpMethod.Post,
                        "/api/reports",
                        $$"""{"subject":{"kind":"request","id":"{{need}}"},"reason":"false"}"""
                    )
                    {
                        Drawn = "\"id\":\"[0-9a-f-]{36}\"",
                    }),
                ],
            ["GET /open311/v2/discovery.xml"] = _ => [Call.Get("/open311/v2/discovery.xml")],
            ["GET /open311/v2/discovery.json"] = _ => [Call.Get("/open311/v2/discovery.json")],
            ["GET /open311/v2/services.xml"] = _ => [Call.Get("/open311/v2/services.xml")],
            ["GET /open311/v2/services.json"] = _ => [Call.Get("/open311/v2/services.json")],
            ["GET /open311/v2/services/{code}.xml"] = _ => [Call.Get("/open311/v2/services/transport.xml")],
            ["GET /open311/v2/services/{code}.json"] = _ => [Call.Get("/open311/v2/services/food.json")],
            ["GET /open311/v2/requests.xml"] = world => Open311Lists(world, "xml"),
            ["GET /open311/v2/requests.json"] = world => Open311Lists(world, "json"),
            ["GET /open311/v2/requests/{id:guid}.xml"] = world =>
                world.Needs.Select(need => Call.Get($"/open311/v2/requests/{need}.xml")),
            ["GET /open311/v2/requests/{id:guid}.json"] = world =>
                world.Needs.Select(need => Call.Get($"/open311/v2/requests/{need}.json")),
            ["GET /open311/v2/tokens/{id:guid}.xml"] = world =>
                world.Needs.Select(need => Call.Get($"/open311/v2/tokens/{need}.xml")),
            ["GET /open311/v2/tokens/{id:guid}.json"] = world =>
                world.Needs.Select(need => Call.Get($"/open311/v2/tokens/{need}.json")),
            ["POST /open311/v2/requests.xml"] = _ => Open311Posts("xml"),
            ["POST /open311/v2/requests.json"] = _ => Open311Posts("json"),
            ["GET /b/{token}"] = _ => [Call.Get("/b/nobody")],
            ["POST /b/{token}"] = _ => [new Call(HttpMethod.Post, "/b/nobody", "")],
            ["GET /api/antiforgery"] = _ =>
                [Call.Get("/api/antiforgery") with { Drawn = "\"token\":\"[^\"]*\"|Set-Cookie: [^\n]*" }],
            ["POST /api/sign-in/codes"] = _ =>
                [new Call(HttpMethod.Post, "/api/sign-in/codes", """{"phone":"none"}""")],
            ["POST /api/sign-in"] = _ =>
                [new Call(HttpMethod.Post, "/api/sign-in", """{"phone":"none","code":"0","attempt":"0"}""")],
            ["POST /api/sign-in/second"] = _ =>
                [new Call(HttpMethod.Post, "/api/sign-in/second", """{"challenge":"none","code":"0"}""")],
            ["POST /api/sign-out"] = _ => [new Call(HttpMethod.Post, "/api/sign-out", "{}")],
            ["GET /api/requests/{id:guid}/events"] = world =>
                world.Needs.Select(need => Call.Get($"/api/requests/{need}/events") with { Endless = true }),
            ["GET /n/{token}"] = _ => [Call.Get("/n/nobody")],
            ["POST /n/{token}"] = _ => [new Call(HttpMethod.Post, "/n/nobody", "")],
            ["GET /api/requests/nearby"] = _ => Nearby(),
            ["GET /api/requests/{id:guid}"] = world =>
                world.Needs.Select(need => Call.Get($"/api/requests/{need}")),
            ["GET /odata/{**path}"] = ODataCalls.Read,
            ["HEAD /odata/{**path}"] = _ => [new Call(HttpMethod.Head, "/odata/Requests")],
            ["POST /odata/{**path}"] = ODataCalls.Post,
            ["GET /api/offers/{id:guid}"] = world =>
                world.Offers.Select(offer => Call.Get($"/api/offers/{offer}")),
        };

    /// <summary>A route and why nobody signed out is answered: 401, 403, 404 or 405 it must be, or, for a page, the way to sign in.</summary>
    public static readonly IReadOnlyDictionary<string, string> Closed = new Dictionary<string, string>
    {
        ["GET /api/me"] = SignedIn,
        ["PATCH /api/me"] = SignedIn,
        ["DELETE /api/me"] = SignedIn,
        ["GET /api/me/export"] = SignedIn,
        ["GET /api/me/access-log"] = SignedIn,
        ["POST /api/me/phone"] = SignedIn,
        ["POST /api/me/phone/codes"] = SignedIn,
        ["GET /api/me/keys"] = SignedIn,
        ["POST /api/me/keys"] = SignedIn,
        ["DELETE /api/me/keys/{id:guid}"] = SignedIn,
        ["GET /me/keys"] = SignedIn,
        ["GET /api/me/sessions"] = SignedIn,
        ["DELETE /api/me/sessions"] = SignedIn,
        ["DELETE /api/me/sessions/{id:guid}"] = SignedIn,
        ["GET /me/sessions"] = SignedIn,
        ["POST /me/sessions"] = SignedIn,
        ["GET /api/me/second-factor"] = SignedIn,
        ["POST /api/me/second-factor/recovery-codes"] = SignedIn,
        ["GET /me/second-factor"] = SignedIn,
        ["POST /me/second-factor"] = SignedIn,
        ["POST /me/keys/revoke"] = SignedIn,
        ["GET /api/blocks"] = SignedIn,
        ["POST /api/blocks"] = SignedIn,
        ["DELETE /api/blocks"] = SignedIn,
        ["POST /api/requests"] = SignedIn,
        ["POST /api/requests/preview"] = SignedIn,
        ["GET /api/requests/mine"] = SignedIn,
        ["PATCH /api/requests/{id:guid}"] = SignedIn,
        ["POST /api/requests/{id:guid}/renew"] = SignedIn,
        ["POST /api/requests/{id:guid}/withdraw"] = SignedIn,
        ["POST /api/requests/{id:guid}/claims"] = SignedIn,
        ["POST /api/offers"] = SignedIn,
        ["GET /api/offers/mine"] = SignedIn,
        ["PATCH /api/offers/{id:guid}"] = SignedIn,
        ["POST /api/offers/{id:guid}/pause"] = SignedIn,
        ["POST /api/offers/{id:guid}/resume"] = SignedIn,
        ["POST /api/offers/{id:guid}/withdraw"] = SignedIn,
        ["GET /api/areas/{id:guid}/requests.csv"] = Team,
        ["GET /api/areas/{id:guid}/requests.xlsx"] = Team,
        ["POST /api/areas/{id:guid}/requests.csv"] = Team,
        ["POST /api/areas/{id:guid}/requests.xlsx"] = Team,
        ["GET /areas/{id:guid}/export"] = Team,
        ["POST /areas/{id:guid}/export"] = Team,
        ["GET /api/me/appeal"] = SignedIn,
        ["POST /api/me/appeal"] = SignedIn,
        ["GET /me/appeal"] = SignedIn,
        ["GET /offers/{id:guid}/calendar"] = SignedIn,
        ["POST /offers/{id:guid}/calendar/{act}"] = SignedIn,
        ["GET /matches/{id:guid}/contact"] = SignedIn,
        ["POST /matches/{id:guid}/{act}"] = SignedIn,
        ["GET /matches/{id:guid}/messages"] = SignedIn,
        ["POST /matches/{id:guid}/messages"] = SignedIn,
        ["POST /matches/{id:guid}/messages/read"] = SignedIn,
        ["POST /requests/{id:guid}/{act}"] = SignedIn,
        ["POST /offers/{id:guid}/{act}"] = SignedIn,
        ["GET /mine"] = SignedIn,
        ["GET /me"] = SignedIn,
        ["GET /me/seen"] = SignedIn,
        ["GET /me/blocks"] = SignedIn,
        ["POST /me/blocks"] = SignedIn,
        ["GET /me/export"] = SignedIn,
        ["GET /me/erase"] = SignedIn,
        ["POST /me/erase"] = SignedIn,
        ["GET /me/phone"] = SignedIn,
        ["GET /requests/{id:guid}/share"] = SignedIn,
        ["POST /requests/{id:guid}/share/{act}"] = SignedIn,
        ["GET /api/matches"] = SignedIn,
        ["GET /api/matches/{id:guid}"] = SignedIn,
        ["GET /api/matches/{id:guid}/contact"] = SignedIn,
        ["GET /api/matches/{id:guid}/messages"] = SignedIn,
        ["POST /api/matches/{id:guid}/messages"] = SignedIn,
        ["POST /api/matches/{id:guid}/messages/read"] = SignedIn,
        ["POST /api/matches/{id:guid}/accept"] = SignedIn,
        ["POST /api/matches/{id:guid}/on-the-way"] = SignedIn,
        ["POST /api/matches/{id:guid}/delivered"] = SignedIn,
        ["POST /api/matches/{id:guid}/confirm"] = SignedIn,
        ["POST /api/matches/{id:guid}/decline"] = SignedIn,
        ["POST /api/matches/{id:guid}/dispute"] = SignedIn,
        ["POST /api/matches/{id:guid}/fail"] = SignedIn,
        ["POST /api/matches/{id:guid}/withdraw"] = SignedIn,
    };

    /// <summary>Whether nobody signed out is answered: the routes of <see cref="Closed"/>, and the desk's, which are a table of their own.</summary>
    public static bool IsClosed(string route) =>
        Closed.ContainsKey(route) || route.Split(' ')[1].Split('/').Take(3).Contains("team");

    /// <summary>A closed route's address, with ids of this world in it.</summary>
    public static Call ClosedCall(string route, PrivateWorld world)
    {
        string[] parts = route.Split(' ');
        var id = parts[1].Contains("/offers/", StringComparison.Ordinal)
            ? world.Offers.First()
            : world.Needs.First();
        return new Call(
            new HttpMethod(parts[0]),
            Regex.Replace(
                parts[1]
                    .Replace("{areaId:guid}", $"{Places.NorthWest}", StringComparison.Ordinal)
                    .Replace("{accountId:guid}", $"{world.Somebody("an").Id}", StringComparison.Ordinal)
                    .Replace("{queue}", "waiting", StringComparison.Ordinal),
                @"\{\w+:guid\}",
                $"{id}"
            ),
            parts[0] is "GET" or "DELETE" ? null : "{}"
        );
    }

    // A page with a form has a token in it that is another one each time.
    private static Call Form(string address, string? posted = null) =>
        new(posted is null ? HttpMethod.Get : HttpMethod.Post, address, posted)
        {
            Drawn =
                "name=\"__RequestVerificationToken\" value=\"[^\"]*\"|name=\"key\" value=\"[^\"]*\"|Set-Cookie: [^\n]*",
        };

    private static Guid[] Areas =>
        [
            Places.Province,
            Places.WestDistrict,
            Places.SouthWest,
            Places.NorthWest,
            Places.NorthEast,
            Places.NorthWestGroupOne,
            Places.NorthWestGroupTwo,
            PrivateWorld.NorthernWard,
            Places.OtherWard,
        ];

    // From inside the cells, from around them, and from afar with a reach that closes in on where the need might be.
    private static IEnumerable<Call> Nearby()
    {
        foreach (var cell in new[] { PrivateWorld.Crossed, PrivateWorld.BetweenRoots })
        {
            foreach (var (lon, lat) in Around(cell, 4))
                yield return Call.Get(Invariant($"/api/requests/nearby?lon={lon:R}&lat={lat:R}&limit=100"));
            foreach (int away in new[] { -3, 2 })
            {
                var (lon, lat) = cell.Further(away).At(0.3, 0.8);
                double centre = cell.Further(away).MetresTo(cell);
                for (double within = centre - 250; within <= centre + 250; within += 25)
                    yield return Call.Get(
                        Invariant(
                            $"/api/requests/nearby?lon={lon:R}&lat={lat:R}&within={within:F0}&category=food"
                        )
                    );
            }
        }
        yield return Call.Get("/api/requests/nearby?lon=105.825&lat=21.03&limit=2&urgency=urgent");
    }

    private static string[] Collections => ["requests", "offers", "areas", "coverage-gaps"];

    private static IEnumerable<Call> Features()
    {
        foreach (string one in Collections)
        {
            yield return Ogc($"/collections/{one}/items?limit=1000");
            yield return Ogc($"/collections/{one}/items?limit=2");
            yield return Ogc(
                $"/collections/{one}/items?limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/9210"
            );
            foreach (var cell in new[] { PrivateWorld.Crossed, PrivateWorld.BetweenRoots })
            foreach (var (lon, lat) in Around(cell, 3))
            {
                yield return Ogc(
                    Invariant(
                        $"/collections/{one}/items?limit=1000&bbox={lon:R},{lat:R},{lon + 0.01:R},{lat + 0.01:R}"
                    )
                );
                string filter = Invariant(
                    $"S_INTERSECTS(geometry,POLYGON(({lon:R} {lat:R},{lon - 0.01:R} {lat:R},{lon:R} {lat - 0.01:R},{lon:R} {lat:R})))"
                );
                yield return Ogc(
                    $"/collections/{one}/items?limit=1000&filter={Uri.EscapeDataString(filter)}"
                );
            }
        }
        yield return Ogc("/collections/requests/items?f=html&limit=3");
    }

    private static Call Ogc(string path) => Absolute("/ogc" + path);

    private static IEnumerable<Call> Open311Lists(PrivateWorld world, string format)
    {
        string list = $"/open311/v2/requests.{format}";
        yield return Call.Get(list);
        yield return Call.Get($"{list}?status=open&service_code=food,medicine");
        yield return Call.Get($"{list}?status=closed");
        yield return Call.Get($"{list}?jurisdiction_id=01&end_date=2026-11-24T00:00:00Z");
        yield return Call.Get($"{list}?service_request_id={string.Join(',', world.Needs)}");
    }

    // Where nobody's key is, nothing of the place is looked at.
    private static IEnumerable<Call> Open311Posts(string format) =>
        Around(PrivateWorld.Crossed, 2)
            .Select(at => new Call(
                HttpMethod.Post,
                $"/open311/v2/requests.{format}",
                Invariant($"api_key=none&service_code=food&lat={at.Lat:R}&long={at.Lon:R}")
            ));

    // Views whose edges cut the cell, and one from afar.
    private static IEnumerable<string> Views()
    {
        foreach (var cell in new[] { PrivateWorld.Crossed, PrivateWorld.BetweenRoots })
        foreach (int zoom in new[] { 13, 16, 18 })
        foreach (var (x, y) in new[] { (0.1, 0.1), (0.5, 0.5), (0.9, 0.3) })
        {
            var (west, south) = cell.At(x, y);
            yield return Invariant($"box={west:R},{south:R},{west + 0.01:R},{south + 0.01:R}&zoom={zoom}");
            yield return Invariant($"box={west - 0.01:R},{south - 0.01:R},{west:R},{south:R}&zoom={zoom}");
        }
        yield return "box=105.7,20.9,106,21.2&zoom=10";
    }

    // Addresses of the service itself, whose port is another one each time.
    private static Call Absolute(string address) =>
        Call.Get(address) with
        {
            Drawn = "127\\.0\\.0\\.1:[0-9]+",
        };

    // Each layer where a cell's corners are, from afar and so close up that the edges of tiles cut the cell.
    private static IEnumerable<string> Tiles() =>
        from cell in new[] { PrivateWorld.Crossed, PrivateWorld.BetweenRoots }
        from layer in new[] { "requests", "offers", "areas" }
        from zoom in new[] { 0, 9, 12, 13, 14, 16, 18 }
        from corner in new[] { (0.0, 0.0), (1.0, 1.0), (0.5, 0.5) }
        let at = cell.At(corner.Item1, corner.Item2)
        let tile = TileReading.Tile(zoom, at.Lon, at.Lat)
        select $"{layer}/{zoom}/{tile.X}/{tile.Y}";

    private static IEnumerable<Call> Letters(PrivateWorld world) => [];

    // A lattice over the cell and its neighbours.
    internal static IEnumerable<(double Lon, double Lat)> Around(Cell cell, int steps) =>
        from east in Enumerable.Range(0, steps)
        from north in Enumerable.Range(0, steps)
        select cell.At(-0.7 + 2.4 * east / (steps - 1), -0.7 + 2.4 * north / (steps - 1));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
