using MutualAid.Server.Interop.Tiles;

namespace MutualAid.Server.Tests.Tiles;

/// <summary>What a tile reads in a full city.</summary>
[Collection<FullCity>]
public sealed class TilePlanTests(PlanFixture service)
{
    private const double Lon = 105.85,
        Lat = 21.03;

    [Theory]
    [InlineData("requests", 0)]
    [InlineData("requests", 12)]
    [InlineData("areas", 0)]
    [InlineData("areas", 12)]
    public async Task from_afar_no_need_is_read_for_its_own_sake(string layer, int zoom)
    {
        var plan = await Read(layer, zoom);
        Assert.True(plan.RowsRead < 2_000, $"{plan.RowsRead} rows read: {plan}");
    }

    private async Task<PlanNode> Read(string layer, int zoom)
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
        return plan;
    }
}
