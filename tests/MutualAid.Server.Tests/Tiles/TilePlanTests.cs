using MutualAid.Server.Interop.Tiles;

namespace MutualAid.Server.Tests.Tiles;

/// <summary>What a tile reads in a full city.</summary>
[Collection<FullCity>]
public sealed class TilePlanTests(PlanFixture service)
{
    private const double Lon = 105.85,
        Lat = 21.03;

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    public async Task close_up_a_tile_reads_what_is_in_it_and_little_more(int zoom)
    {
        var (plan, inside) = await Read("requests", zoom);
        Assert.True(inside > 10, $"{inside} needs in a tile tell nothing");
        var needs = plan.All.Single(node => node.Index == "request_place");
        // A hundredth of a side around the tile, and what the sphere's boxes hold beyond.
        Assert.True(needs.Rows <= inside * 1.3 + 50, $"{needs.Rows} needs read, {inside} inside: {plan}");
    }

    [Theory]
    [InlineData("requests", 0)]
    [InlineData("requests", 12)]
    [InlineData("areas", 0)]
    [InlineData("areas", 12)]
    public async Task from_afar_no_need_is_read_for_its_own_sake(string layer, int zoom)
    {
        var (plan, _) = await Read(layer, zoom);
        Assert.True(plan.RowsRead < 2_000, $"{plan.RowsRead} rows read: {plan}");
    }

    private async Task<(PlanNode, double)> Read(string layer, int zoom)
    {
        var (x, y, _, _) = TileReading.Tile(zoom, Lon, Lat);
        var tile = new Tile(zoom, x, y);
        var values = new
        {
            tile.Zoom,
            tile.X,
            tile.Y,
            tile.Pixel,
            Tile.World,
        };
        var plan = await service.Explain(
            "mutualaid_reader",
            layer == "areas" ? AreaTiles.Sql(zoom) : PointTiles.Requests(zoom),
            values,
            "set local plan_cache_mode = force_generic_plan"
        );
        double inside = await service.Look<double>(
            "select count(*) from request where st_transform(public_place::geometry, 3857) && st_tileenvelope(@Zoom, @X, @Y)",
            values
        );
        return (plan, inside);
    }
}
