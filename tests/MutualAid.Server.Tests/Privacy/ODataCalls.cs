using System.Globalization;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>What somebody who looks for a door would ask by OData: distances, shapes, sums, orders, computed values, counts, from close by.</summary>
internal static class ODataCalls
{
    private static readonly string[] Sets =
    [
        "Requests",
        "Offers",
        "Areas",
        "AreaBoundaries",
        "Categories",
        "LiveCounts",
        "FulfilmentCounts",
    ];

    public static IEnumerable<Call> Read(PrivateWorld world)
    {
        yield return Call.Get("/odata/");
        yield return Call.Get("/odata/$metadata");
        foreach (string set in Sets)
        {
            yield return Call.Get($"/odata/{set}");
            yield return Call.Get($"/odata/{set}/$count");
        }
        foreach (var need in world.Needs)
        {
            yield return Call.Get($"/odata/Requests({need})");
            yield return Call.Get($"/odata/Requests({need})/Area");
            yield return Call.Get($"/odata/Requests({need})/Location");
        }
        foreach (var offer in world.Offers)
            yield return Call.Get($"/odata/Offers({offer})");
        foreach (var cell in new[] { PrivateWorld.Crossed, PrivateWorld.BetweenRoots })
        {
            foreach (var (lon, lat) in PublicRoutes.Around(cell, 3))
            foreach (string set in new[] { "Requests", "Offers" })
            foreach (string query in From(Invariant($"geography'POINT({lon:R} {lat:R})'")))
                yield return Call.Get($"/odata/{set}?{query}");
            // A square whose edge moves through the cell.
            for (double x = -0.2; x <= 1.2; x += 0.2)
            {
                var (west, south) = cell.At(x, -0.5);
                var (east, north) = cell.At(x + 0.5, 1.5);
                string square = Invariant(
                    $"geography'POLYGON(({west:R} {south:R},{east:R} {south:R},{east:R} {north:R},{west:R} {north:R},{west:R} {south:R}))'"
                );
                yield return Call.Get($"/odata/Requests/$count?$filter=geo.intersects(Location,{square})");
                yield return Call.Get(
                    $"/odata/Areas?$select=Name&$filter=Requests/any(r:geo.intersects(r/Location,{square}))"
                );
            }
        }
        yield return Call.Get(
            "/odata/Requests?$apply=groupby((Area/Name,Category),aggregate($count as N,Unmet with sum as Unmet,CreatedAt with max as Last))"
        );
        yield return Call.Get("/odata/Areas?$expand=Requests,Offers,LiveCounts&$orderby=Code");
        yield return Call.Get("/odata/Requests?$search=sua&$orderby=PublicNote,Id");
        yield return Call.Get("/odata/Requests?$top=2&$orderby=CreatedAt desc&$count=true");
    }

    public static IEnumerable<Call> Post(PrivateWorld world)
    {
        string parts = string.Join(
            ',',
            world.Needs.Select(
                (need, at) => $$"""{"id":"{{at}}","method":"get","url":"Requests({{need}})"}"""
            )
        );
        yield return new Call(HttpMethod.Post, "/odata/$batch", $$"""{"requests":[{{parts}}]}""");
        yield return new Call(HttpMethod.Post, "/odata/Requests", """{"Category":"food"}""");
    }

    private static IEnumerable<string> From(string point)
    {
        yield return $"$orderby=geo.distance(Location,{point})&$select=Id";
        yield return $"$compute=geo.distance(Location,{point}) as Metres&$select=Id,Metres";
        foreach (int metres in new[] { 60, 120, 180, 250 })
            yield return $"$filter=geo.distance(Location,{point}) lt {metres}&$count=true&$select=Id";
        yield return $"$apply=filter(geo.distance(Location,{point}) lt 400)/aggregate($count as N)";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
