using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO.Tests;

public sealed class WritingTests(PostGisDatabase database)
{
    private static readonly GeometryFactory Wgs84 = NtsGeometryServices.Instance.CreateGeometryFactory(4326);

    [Theory]
    [MemberData(nameof(Samples.InEachSridAndByteOrder), MemberType = typeof(Samples))]
    public async Task PostGIS_reads_what_is_written_as_it_stands(string text, int srid, string order)
    {
        var bytes = Ewkb.Write(Ewkb.FromText(text, srid), order);

        var expected = Samples.AsWritten(text);
        Assert.Equal(
            await database.Ask<string>("select st_asewkt(st_geomfromtext($1, $2))", expected, srid),
            await database.Ask<string>("select st_asewkt(st_geomfromewkb($1))", bytes)
        );
        Assert.Equal(
            await database.Ask<byte[]>(
                "select st_asewkb(st_geomfromtext($1, $2), $3)",
                expected,
                srid,
                order
            ),
            bytes
        );
    }

    [Theory]
    [MemberData(nameof(Samples.InEachSridAndByteOrder), MemberType = typeof(Samples))]
    public async Task bytes_of_PostGIS_come_back_the_same(string text, int srid, string order)
    {
        var query = "select st_asewkb(st_geomfromtext($1, $2), $3)";
        var bytes = await database.Ask<byte[]>(query, text, srid, order);
        var expected = await database.Ask<byte[]>(query, Samples.AsWritten(text), srid, order);

        Assert.Equal(expected, Ewkb.Write(Ewkb.Read(bytes), order));
    }

    [Fact]
    public void a_ring_by_itself_is_a_line()
    {
        var ring = new LinearRing([new(0, 0), new(1, 0), new(1, 1), new(0, 0)]);

        Assert.Equal("LINESTRING(0 0,1 0,1 1,0 0)", Text.Of(Ewkb.Read(Ewkb.Write(ring))));
    }

    [Fact]
    public void a_SRID_below_one_is_no_SRID()
    {
        Assert.Equal(0, Ewkb.Read(Ewkb.Write(new Point(1, 2) { SRID = -1 })).SRID);
        Assert.Equal(0, Ewkb.Read("01 01000020 FFFFFFFF 000000000000F03F 0000000000000040").SRID);
    }

    [Fact]
    public async Task an_empty_result_fits_a_column_without_Z()
    {
        var left = Wgs84.ToGeometry(new Envelope(0, 1, 0, 1));
        var empty = left.Intersection(Wgs84.ToGeometry(new Envelope(5, 6, 5, 6)));

        Assert.True(empty.IsEmpty);
        Assert.Equal(
            "POLYGON EMPTY",
            await database.Ask<string>("select st_astext($1::geometry(polygon, 4326))", empty)
        );
        Assert.Equal(
            "POINT EMPTY",
            await database.Ask<string>("select st_astext($1::geometry(point, 4326))", Wgs84.CreatePoint())
        );
    }

    [Fact]
    public async Task a_whole_has_the_ordinates_of_all_its_parts_and_NaN_where_one_lacks_them()
    {
        var whole = Wgs84.CreateGeometryCollection([
            Wgs84.CreatePoint(),
            Wgs84.CreatePoint(new Coordinate(1, 2)),
            Wgs84.CreatePoint(new CoordinateZ(3, 4, 5)),
        ]);

        Assert.Equal(
            "GEOMETRYCOLLECTION Z (POINT Z EMPTY,POINT Z (1 2 NaN),POINT Z (3 4 5))",
            await database.Ask<string>("select st_astext(st_geomfromewkb($1))", Ewkb.Write(whole))
        );
    }

    [Fact]
    public void nesting_without_end_is_refused_before_a_byte_is_written()
    {
        Geometry nest = new Point(1, 2);
        for (var i = 0; i < 1000; i++)
            nest = new GeometryCollection([nest]);
        using var stream = new MemoryStream();

        Assert.Throws<ArgumentException>(() => new PostGisWriter().Write(nest, stream));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void a_point_is_one_write()
    {
        using var stream = new CountingStream();

        new PostGisWriter().Write(new Point(1, 2, 3) { SRID = 4326 }, stream);

        Assert.Equal((1, 33), (stream.Writes, stream.Length));
    }

    [Fact]
    public void a_point_is_written_without_a_byte_of_memory()
    {
        var (writer, stream, point) = (
            new PostGisWriter(),
            new MemoryStream(64),
            new Point(1, 2) { SRID = 4326 }
        );
        writer.Write(point, stream);
        stream.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();

        writer.Write(point, stream);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class CountingStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            base.Write(buffer);
        }
    }
}
