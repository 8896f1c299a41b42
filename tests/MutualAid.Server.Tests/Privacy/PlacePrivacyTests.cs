using System.Net;
using Dapper;
using Microsoft.AspNetCore.Routing;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>
/// Moving a need or an offer anywhere inside its grid cell changes no byte of any answer that somebody gets who is not
/// signed in, nor anything that a giver sees before having accepted, nor what an owner is told of why a need waits.
/// </summary>
public sealed class PlacePrivacyTests(Cluster cluster)
{
    [Fact]
    public async Task every_route_has_a_row_and_what_is_not_for_everybody_is_closed()
    {
        await using var service = await Started();
        var routes = Routes(service).ToList();
        Assert.True(routes.Count > 8, "the route table could not be read");
        var without = routes.Where(route =>
            !PublicRoutes.Open.ContainsKey(route) && !PublicRoutes.IsClosed(route)
        );
        Assert.True(
            !without.Any(),
            $"These routes have no row in Privacy/PublicRoutes.cs: {string.Join(", ", without)}. Add each to Open, saying how somebody who "
                + "is not signed in calls it, so that its answers are compared; or to Closed, saying why nobody signed out is answered."
        );
        var gone = PublicRoutes.Open.Keys.Concat(PublicRoutes.Closed.Keys).Except(routes);
        Assert.True(
            !gone.Any(),
            $"These rows of Privacy/PublicRoutes.cs have no route any more: {string.Join(", ", gone)}."
        );

        var world = new PrivateWorld(service);
        await world.Make(() => (0.5, 0.5));
        foreach (string route in routes.Where(PublicRoutes.IsClosed))
        {
            string answer = await Seen.Answer(service.Anonymous, PublicRoutes.ClosedCall(route, world));
            Assert.True(
                answer[..3] is "401" or "403" or "404" or "405"
                    || (
                        answer[..3] == "303"
                        && answer.Contains("Location: /sign-in?return=", StringComparison.Ordinal)
                    ),
                $"{route} is not closed to whoever is not signed in: {answer}"
            );
        }
    }

    [Fact]
    public async Task nothing_that_anybody_sees_tells_where_in_its_cell_a_need_or_an_offer_is()
    {
        await using var here = await Started();
        var world = new PrivateWorld(here);
        await world.Make(() => (0.5, 0.5));
        var before = await Look(world);
        var asked = await LookAsGivers(world);
        Assert.Contains(asked.Values, answer => answer.Contains("\"proposed\"", StringComparison.Ordinal));
        var waiting = await LookAsOwners(world);
        Assert.Contains(waiting.Values, why => why.Contains("\"noOffer\"", StringComparison.Ordinal));
        Assert.Contains(waiting.Values, why => why.Contains("\"asking\"", StringComparison.Ordinal));
        await world.Accept();
        var after = await Look(world);
        Assert.NotEmpty(Differences(before, after));

        foreach (var spot in Spots())
        {
            await using var there = await Started();
            var other = new PrivateWorld(there);
            await other.Make(spot, world);
            AssertSame(before, await Look(other));
            AssertSame(asked, await LookAsGivers(other));
            AssertSame(waiting, await LookAsOwners(other));
            await other.Accept();
            AssertSame(after, await Look(other));
            Assert.NotEqual(await ExactPlaces(here), await ExactPlaces(there));
        }
    }

    [Fact]
    public async Task a_need_in_the_next_cell_is_seen_to_be_there()
    {
        await using var here = await Started();
        var world = new PrivateWorld(here);
        await world.Make(() => (0.5, 0.5));
        await using var there = await Started();
        var other = new PrivateWorld(there);
        int asked = 0;
        // The first need alone, half a cell beyond its cell's edge.
        await other.Make(() => asked++ == 0 ? (1.5, 0.5) : (0.5, 0.5), world);
        Assert.NotEmpty(Differences(await Look(world), await Look(other)));
    }

    [Fact]
    public async Task a_view_that_shows_the_exact_place_is_caught()
    {
        async Task<Dictionary<string, string>> Leak(
            ServiceFixture service,
            PrivateWorld world,
            Func<(double, double)> spot,
            PrivateWorld? named = null
        )
        {
            await world.Make(spot, named);
            await using var connection = await service.Open();
            string? view = await connection.ExecuteScalarAsync<string>(
                "select pg_get_viewdef('public_request'::regclass)"
            );
            string leaky = view!
                .Replace(
                    "public_place AS place",
                    "st_setsrid((select p.place::geometry from request_private p where p.request_id = id), 4326)::geography(Point, 4326) AS place",
                    StringComparison.Ordinal
                )
                .Replace("request.st_setsrid", "st_setsrid", StringComparison.Ordinal);
            Assert.NotEqual(view, leaky);
            await connection.ExecuteAsync($"create or replace view public_request as {leaky}");
            return await Look(world);
        }
        await using var here = await Started();
        var world = new PrivateWorld(here);
        var shown = await Leak(here, world, () => (0.5, 0.5));
        await using var there = await Started();
        Assert.NotEmpty(
            Differences(shown, await Leak(there, new PrivateWorld(there), () => (0.1, 0.9), world))
        );
    }

    // The corners, so that the lines that cross a cell lie between any two; and each thing somewhere of its own.
    private static IEnumerable<Func<(double East, double North)>> Spots()
    {
        var random = new Random(2026);
        yield return () => (0, 0);
        yield return () => (1, 0);
        yield return () => (0, 1);
        yield return () => (1, 1);
        yield return () => (random.NextDouble(), random.NextDouble());
    }

    private async Task<ServiceFixture> Started()
    {
        var service = new BehindProxy(cluster);
        await service.InitializeAsync();
        return service;
    }

    // Everything that an anonymous reader is answered, route by route, and what the givers see of what they are asked.
    private static async Task<Dictionary<string, string>> Look(PrivateWorld world)
    {
        var service = world.Service;
        var seen = new Dictionary<string, string>();
        foreach (string route in Routes(service))
        {
            var calls = PublicRoutes.Open.TryGetValue(route, out var open)
                ? open(world)
                : [PublicRoutes.ClosedCall(route, world)];
            foreach (var call in calls)
                seen[$"{call}"] = await Seen.Answer(service.Anonymous, call);
        }
        return seen;
    }

    // Why their needs wait, to those who posted them: of where offers are it tells what their public locations do.
    private static async Task<Dictionary<string, string>> LookAsOwners(PrivateWorld world)
    {
        var seen = new Dictionary<string, string>();
        foreach (string name in PrivateWorld.Owners)
        {
            var needs = await world.Somebody(name).Get("/api/requests/mine").Is(HttpStatusCode.OK);
            foreach (var need in needs["items"]!.AsArray())
                seen[need!.Text("id")] = $"{need!["waiting"]?.ToJsonString()}";
        }
        return seen;
    }

    // What a giver sees before saying yes: whom they are asked to help, how far it is, why they are asked.
    private static async Task<Dictionary<string, string>> LookAsGivers(PrivateWorld world)
    {
        var known = world.Needs.Concat(world.Offers).Select(id => $"{id}").ToHashSet();
        var seen = new Dictionary<string, string>();
        foreach (string name in PrivateWorld.Givers)
        {
            var giver = world.Somebody(name);
            var matches = await giver.Get("/api/matches?side=giver").Is(HttpStatusCode.OK);
            var calls = matches["items"]!
                .AsArray()
                .SelectMany(match =>
                    new[] { $"/api/matches/{match!.Id()}", $"/api/matches/{match!.Id()}/contact" }
                )
                .Concat(world.Needs.Select(need => $"/api/requests/{need}"))
                .Prepend("/api/matches?side=giver");
            int number = 0;
            foreach (string path in calls)
                seen[$"{name} {number++}"] = Seen.WithoutDrawnIds(
                    await Seen.Answer(giver.Http, Call.Get(path)),
                    known
                );
        }
        return seen;
    }

    private static async Task<string?> ExactPlaces(ServiceFixture service) =>
        await service.Look<string>(
            "select string_agg(request_id || ' ' || st_astext(place), ', ' order by request_id) from request_private"
        );

    internal static IEnumerable<string> Routes(ServiceFixture service) =>
        service
            .App.Services.GetServices<EndpointDataSource>()
            .Concat(((IEndpointRouteBuilder)service.App).DataSources)
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(
                    method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"
                )
            )
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static void AssertSame(Dictionary<string, string> one, Dictionary<string, string> other)
    {
        var differences = Differences(one, other);
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} answers tell them apart:\n{string.Join("\n\n", differences.Take(3))}"
        );
    }

    private static List<string> Differences(Dictionary<string, string> one, Dictionary<string, string> other)
    {
        Assert.Equal(one.Keys, other.Keys);
        return
        [
            .. one.Where(pair => other[pair.Key] != pair.Value)
                .Select(pair => $"{pair.Key}\n{pair.Value}\n– and –\n{other[pair.Key]}"),
        ];
    }

    private sealed class BehindProxy(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) =>
            settings with
            {
                TrustedProxies = [IPAddress.Loopback],
            };
    }
}
