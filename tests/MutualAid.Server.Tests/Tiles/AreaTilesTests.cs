using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Tiles;

public sealed class AreaTilesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task provinces_from_afar_districts_nearer_and_wards_close_up_with_what_is_live_in_them()
    {
        var person = await service.NewPerson();
        await service.GivenRequest(person, quantity: 5, lon: 105.86, lat: 21.01);
        var (x, y, _, _) = TileReading.Tile(6, 105.85, 21.03);
        var far = await service.Features("areas", 6, x, y);
        Assert.Equal(["Tỉnh Thử"], far.Select(one => one.Text("name")));
        Assert.Equal("01", far[0].Text("code"));
        Assert.Equal("province", far[0].Text("level"));
        var nearer = await service.Around("areas", 9, 105.85, 21.03, 105.85, 21.03);
        Assert.Equal(
            ["01", "001", "002"],
            nearer.Select(one => one.Text("code")).OrderBy(code => code!.Length)
        );
        var wards = await service.Around("areas", 12);
        Assert.Equal(
            ["00001", "00002", "00003", "00004"],
            wards.Select(one => one.Text("code")).Distinct().Order()
        );
        var ward = wards.First(one => one.Text("id") == $"{Places.SouthEast}");
        Assert.Equal(3ul, ward.Kind);
        Assert.Equal(
            await service.Look<long>(
                "select sum(unmet) from public_request where area_id = @id",
                new { id = Places.SouthEast }
            ),
            ward.Number("unmet")
        );
        Assert.Equal(
            await service.Look<long>(
                "select count(*) from public_request where root_area_id = @id",
                new { id = Places.Province }
            ),
            far[0].Number("requests")
        );
        // Its edges are where the ward's are: 105.85 E to 105.90 E, 21.00 N to 21.03 N.
        var close = TileReading.Tile(14, 105.85, 21.03);
        var corner = (await service.Features("areas", 14, close.X, close.Y)).Single(one =>
            one.Text("id") == $"{Places.SouthEast}"
        );
        Assert.Contains(
            corner.Points,
            point => Math.Abs(point.X - close.AtX) <= 1 && Math.Abs(point.Y - close.AtY) <= 1
        );
        // Neighbourhood groups are the team's.
        Assert.DoesNotContain(await service.Around("areas", 15), one => one.Text("level") == "group");
    }

    [Fact]
    public async Task a_boundary_that_is_drawn_anew_is_drawn_so_in_tiles()
    {
        var id = Guid.NewGuid();
        await service.Execute(
            """
            insert into area (id, root_id, code, name, level, boundary)
            values (@id, @id, '50', 'Tỉnh Mới', 'province', st_multi(st_makeenvelope(120, 5, 121, 6, 4326))::geography)
            """,
            new { id }
        );
        var (x, y, _, _) = TileReading.Tile(7, 120.5, 5.5);
        Assert.Single(await service.Features("areas", 7, x, y));
        await service.Execute(
            "update area set boundary = st_multi(st_makeenvelope(130, 5, 131, 6, 4326))::geography where id = @id",
            new { id }
        );
        Assert.Empty(await service.Features("areas", 7, x, y));
        (x, y, _, _) = TileReading.Tile(7, 130.5, 5.5);
        Assert.Equal("Tỉnh Mới", Assert.Single(await service.Features("areas", 7, x, y)).Text("name"));
        await service.Execute("delete from area where id = @id", new { id });
        Assert.Empty(await service.Features("areas", 7, x, y));
    }
}
