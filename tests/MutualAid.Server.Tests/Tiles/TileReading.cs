namespace MutualAid.Server.Tests.Tiles;

/// <summary>Tiles as a map asks for them.</summary>
internal static class TileReading
{
    /// <summary>Which tile a place is in, and where in it (units of 4096 a side): the formula of every web map, in doubles.</summary>
    public static (int X, int Y, double AtX, double AtY) Tile(int zoom, double lon, double lat)
    {
        double side = Math.Pow(2, zoom);
        double x = (lon + 180) / 360 * side;
        double y = (1 - Math.Asinh(Math.Tan(lat * Math.PI / 180)) / Math.PI) / 2 * side;
        return ((int)x, (int)y, (x - (int)x) * 4096, (y - (int)y) * 4096);
    }

    /// <summary>The features of a tile; none when it is empty.</summary>
    public static async Task<IReadOnlyList<MvtFeature>> Features(
        this ServiceFixture service,
        string layer,
        int zoom,
        int x,
        int y
    )
    {
        using var answer = await service.Anonymous.GetAsync($"/tiles/{layer}/{zoom}/{x}/{y}.mvt");
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        if ((int)answer.StatusCode == 204)
            return [];
        Assert.Equal(200, (int)answer.StatusCode);
        var read = Assert.Single(MvtLayer.Read(body));
        Assert.Equal((layer, 2ul, 4096ul), (read.Name, read.Version, read.Extent));
        return read.Features;
    }

    /// <summary>All features of a box at a zoom, tile by tile.</summary>
    public static async Task<IReadOnlyList<MvtFeature>> Around(
        this ServiceFixture service,
        string layer,
        int zoom,
        double west = 105.79,
        double south = 20.99,
        double east = 105.91,
        double north = 21.07
    )
    {
        var first = Tile(zoom, west, north);
        var last = Tile(zoom, east, south);
        var all = new List<MvtFeature>();
        for (int x = first.X; x <= last.X; x++)
        for (int y = first.Y; y <= last.Y; y++)
            all.AddRange(await service.Features(layer, zoom, x, y));
        return all;
    }
}
