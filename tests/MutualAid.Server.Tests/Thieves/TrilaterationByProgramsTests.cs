using MutualAid.Matching;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Privacy;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>What is open to programs measures to the middle of the cell, whichever way it is asked.</summary>
public sealed class TrilaterationByProgramsTests(Cluster cluster)
{
    private const int Needs = 5;

    [Fact]
    public async Task no_way_of_asking_by_a_program_leads_to_a_door()
    {
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        var (town, surveyor) = await Town(service);
        var found = await Survey(town, surveyor);
        foreach (var (need, way, at) in found)
        {
            var centre = Cell.Of(need.Lon, need.Lat).Centre;
            double off = Spheroid.Metres(centre.Lon, centre.Lat, at.Lon, at.Lat);
            Assert.True(off < Blur(way), $"{way}: {off:F2} m from the middle of the cell");
        }
        foreach (var (path, status) in await surveyor.NotThere(Cell.Of(107.1, 15.1).Centre))
            Assert.True(status is 400 or 404 or 501, $"{path} is answered {status}");
    }

    /// <summary>The same surveyor over a service whose public column holds the doors: each of its ways leads there.</summary>
    [Fact]
    public async Task the_same_ways_lead_to_the_doors_where_the_public_place_is_the_exact_one()
    {
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        var (town, surveyor) = await Town(service);
        await service.Execute(
            "update request r set public_place = p.place from request_private p where p.request_id = r.id"
        );
        var found = await Survey(town, surveyor);
        foreach (var (need, way, at) in found)
        {
            double off = Spheroid.Metres(need.Lon, need.Lat, at.Lon, at.Lat);
            Assert.True(off < Blur(way), $"{way}: {off:F2} m from the door");
        }
    }

    // A unit of the tile's grid, and what halving leaves.
    private static double Blur(string way) =>
        way.StartsWith("tile ", StringComparison.Ordinal)
            ? 1
                + 40_075_017
                    / Math.Pow(2, int.Parse(way[5..], System.Globalization.CultureInfo.InvariantCulture))
                    / 4096
            : 1;

    private static async Task<(ThievesTown Town, Surveyor Surveyor)> Town(ServiceFixture service)
    {
        var town = new ThievesTown(service);
        await town.Make(Needs, new Random(Seeds.Of("MUTUALAID_THIEF_SEED")));
        // Two kilometres west of the first, so that a line from there to any of them is never short.
        var own = Cell.Of(107.1, 15.1).Further(-8);
        var thief = await service.NewPerson();
        var known = await service.GivenRequest(thief, lon: own.Centre.Lon, lat: own.Centre.Lat);
        return (town, new Surveyor(service, known, own.Centre));
    }

    private static async Task<List<(HiddenNeed Need, string Way, Estimate At)>> Survey(
        ThievesTown town,
        Surveyor surveyor
    )
    {
        var all = new List<(HiddenNeed Need, string Way, Estimate At)>();
        await Parallel.ForEachAsync(
            town.Needs.Where(need => !need.OfThief),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (need, _) =>
            {
                var found = await surveyor.Survey(need.Id, Cell.Of(need.Lon, need.Lat).Centre);
                lock (all)
                    all.AddRange(found.Select(estimate => (need, estimate.Way, estimate)));
            }
        );
        var ways = all.ToLookup(one => one.Way);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{surveyor.Asked} asked; {string.Join(", ", ways.Select(way => way.Key))}"
        );
        // From zoom 14 on what stands alone is drawn alone.
        foreach (int zoom in new[] { 14, 15, 16, 17, 18 })
            Assert.Equal(Needs, ways[$"tile {zoom}"].Count());
        Assert.True(ways.Count >= 24, string.Join(", ", ways.Select(way => way.Key)));
        return all;
    }
}
