using NetTopologySuite.Geometries;
using NpgsqlTypes;

namespace NetTopologySuite.IO.Tests;

public sealed class NpgsqlTests(PostGisDatabase database)
{
    [Theory]
    [MemberData(nameof(Samples.InEachSrid), MemberType = typeof(Samples))]
    public async Task a_geometry_goes_to_the_server_and_comes_back(string text, int srid)
    {
        var geometry = Ewkb.FromText(text, srid);

        var expected = await database.Ask<string>(
            "select st_asewkt(st_geomfromtext($1, $2))",
            Samples.AsWritten(text),
            srid
        );
        Assert.Equal(expected, await database.Ask<string>("select st_asewkt($1)", geometry));
        var back = await database.Ask<Geometry>("select $1", geometry);
        Assert.Equal(Ewkb.Hex(geometry), Ewkb.Hex(back));
        Assert.True(geometry.EqualsExact(back));
    }

    [Theory]
    [MemberData(nameof(GeographyTexts))]
    public async Task a_geography_column_keeps_what_it_is_given(string text)
    {
        var geometry = Ewkb.FromText(text, 4326);
        var token = TestContext.Current.CancellationToken;
        await using var connection = await database.Source.OpenConnectionAsync(token);
        await using var command = connection.CreateCommand();
        command.CommandText = "create temporary table place (at geography)";
        await command.ExecuteNonQueryAsync(token);
        command.CommandText =
            "insert into place values ($1) returning at, st_astext(at), st_srid(at::geometry)";
        command.Parameters.Add(new() { Value = geometry, NpgsqlDbType = NpgsqlDbType.Geography });

        await using var row = await command.ExecuteReaderAsync(token);
        Assert.True(await row.ReadAsync(token));

        Assert.Equal(Ewkb.Hex(geometry), Ewkb.Hex(row.GetFieldValue<Geometry>(0)));
        var expected = await database.Ask<string>(
            "select st_astext(st_geomfromtext($1))",
            Samples.AsWritten(text)
        );
        Assert.Equal((expected, 4326), (row.GetString(1), row.GetInt32(2)));
    }

    public static TheoryData<string> GeographyTexts => new(Samples.Texts);

    [Fact]
    public async Task metres_between_two_written_points_are_those_of_the_spheroid()
    {
        var (hanoi, hue) = (
            new Point(105.8342, 21.0278) { SRID = 4326 },
            new Point(107.5909, 16.4637) { SRID = 4326 }
        );

        var metres = await database.Ask<double>(
            "select st_distance($1::geography, $2::geography)",
            hanoi,
            hue
        );

        var expected = await database.Ask<double>(
            "select st_distance('point(105.8342 21.0278)'::geography, 'point(107.5909 16.4637)'::geography)"
        );
        Assert.Equal(expected, metres);
        Assert.InRange(metres, 530_000, 545_000);
    }

    [Theory]
    [InlineData("POINT(1 2)", typeof(Point))]
    [InlineData("LINESTRING(1 2,3 4)", typeof(LineString))]
    [InlineData("POLYGON((0 0,1 0,1 1,0 0))", typeof(Polygon))]
    [InlineData("MULTIPOINT((1 2))", typeof(MultiPoint))]
    [InlineData("MULTILINESTRING((1 2,3 4))", typeof(MultiLineString))]
    [InlineData("MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", typeof(MultiPolygon))]
    [InlineData("GEOMETRYCOLLECTION(POINT(1 2))", typeof(GeometryCollection))]
    public async Task a_column_is_read_as_its_own_type(string text, Type type) =>
        Assert.IsType(type, await database.Ask<object>("select st_geomfromtext($1)", text));

    [Fact]
    public async Task a_line_of_many_packets_arrives_whole()
    {
        var line = new LineString([
            .. Enumerable.Range(0, 200_000).Select(i => new Coordinate(i / 7d, -i / 3d)),
        ]);

        var back = await database.Ask<LineString>("select $1::geometry", line);

        Assert.True(line.EqualsExact(back));
        Assert.Equal(200_000, await database.Ask<int>("select st_npoints($1)", line));
    }

    [Fact]
    public async Task a_curve_is_refused_and_the_connection_lives_on()
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await database.Source.OpenConnectionAsync(token);
        await using var command = connection.CreateCommand();
        command.CommandText = "select 'circularstring(0 0,1 1,2 0)'::geometry";

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => command.ExecuteScalarAsync(token));
        Assert.IsType<ParseException>(refusal.GetBaseException());
        Assert.Contains("type 8", refusal.GetBaseException().Message);

        command.CommandText = "select 'point(1 2)'::geometry";
        Assert.IsType<Point>(await command.ExecuteScalarAsync(token));
    }

    [Fact]
    public async Task arrays_and_null_go_through()
    {
        Geometry[] points = [new Point(1, 2), new Point(3, 4) { SRID = 4326 }];

        Assert.Equal("3", await database.Ask<string>("select st_x(($1::geometry[])[2])::text", [points]));
        Assert.Equal(2, (await database.Ask<Geometry[]>("select $1::geometry[]", [points])).Length);
        Assert.Equal(DBNull.Value, await database.Ask<object>("select null::geometry"));
    }

    [Fact]
    public async Task a_binary_copy_carries_points()
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await database.Source.OpenConnectionAsync(token);
        await using var command = connection.CreateCommand();
        command.CommandText = "create temporary table place (at geography(point, 4326))";
        await command.ExecuteNonQueryAsync(token);
        await using (
            var copy = await connection.BeginBinaryImportAsync("copy place from stdin binary", token)
        )
        {
            for (var i = 0; i < 1000; i++)
                await copy.WriteRowAsync(token, new Point(i / 10d, 16.5) { SRID = 4326 });
            await copy.CompleteAsync(token);
        }

        command.CommandText = "select sum(st_x(at::geometry)) from place";

        Assert.Equal(49_950d, (double)(await command.ExecuteScalarAsync(token))!, 1e-6);
    }
}
