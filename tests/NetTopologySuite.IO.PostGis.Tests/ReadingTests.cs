using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO.Tests;

public sealed class ReadingTests(PostGisDatabase database)
{
    [Theory]
    [MemberData(nameof(Samples.InEachSridAndByteOrder), MemberType = typeof(Samples))]
    public async Task what_PostGIS_writes_is_read_as_it_stands(string text, int srid, string order)
    {
        var bytes = await database.Ask<byte[]>(
            "select st_asewkb(st_geomfromtext($1, $2), $3)",
            text,
            srid,
            order
        );

        foreach (var seekable in new[] { true, false })
        {
            var geometry = Ewkb.Read(bytes, seekable);

            Assert.Equal(srid, geometry.SRID);
            // An empty whole has no part to bear its Z or M; all else is compared to the last bit, by PostGIS.
            var same = geometry is GeometryCollection { NumGeometries: 0 }
                ? "select st_astext(st_force2d(st_geomfromewkb($1))) = $2"
                : "select st_asewkb(st_setsrid(st_geomfromtext($2), st_srid(st_geomfromewkb($1))), 'NDR')"
                    + " = st_asewkb(st_geomfromewkb($1), 'NDR')";
            Assert.True(await database.Ask<bool>(same, bytes, Text.Of(geometry)), Text.Of(geometry));
        }
    }

    [Fact]
    public void only_the_geometry_is_taken_from_the_stream()
    {
        var two = Ewkb.Write(new Point(1, 2)).Concat(Ewkb.Write(new Point(3, 4))).ToArray();
        using var stream = new OneWayStream(two);
        var reader = Ewkb.Reader();

        Assert.Equal(1, ((Point)reader.Read(stream)).X);
        Assert.Equal(3, ((Point)reader.Read(stream)).X);
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void each_part_may_have_a_byte_order_of_its_own()
    {
        var points = (MultiPoint)
            Ewkb.Read(
                "00 00000004 00000002 01 01000000 000000000000F03F 0000000000000040 00 00000001 4008000000000000 4010000000000000"
            );

        Assert.Equal("MULTIPOINT((1 2),(3 4))", Text.Of(points));
    }

    [Fact]
    public async Task what_PostGIS_nests_deepest_is_read()
    {
        var deepest = Convert.FromHexString(
            string.Concat(Enumerable.Repeat("010700000001000000", 198))
                + "0101000000000000000000F03F0000000000000040"
        );
        var bytes = await database.Ask<byte[]>("select st_asewkb(st_geomfromewkb($1))", deepest);

        Geometry part = Ewkb.Read(bytes);
        while (part is GeometryCollection { NumGeometries: 1 } whole)
            part = whole[0];

        Assert.Equal("POINT(1 2)", Text.Of(part));
        Assert.Equal(deepest, Ewkb.Write(Ewkb.Read(bytes)));
    }

    [Fact]
    public void a_point_costs_no_more_memory_than_the_point_itself()
    {
        var factory = NtsGeometryServices.Instance.CreateGeometryFactory();
        var reader = Ewkb.Reader();
        var stream = new MemoryStream(Ewkb.Write(new Point(1, 2)));

        var byHand = Allocated(() =>
            factory.CreatePoint(factory.CoordinateSequenceFactory.Create(1, Ordinates.XY))
        );
        var read = Allocated(() =>
        {
            stream.Position = 0;
            reader.Read(stream);
        });

        Assert.Equal(byHand, read);
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void one_reader_serves_many_threads_and_mixes_no_SRID()
    {
        var reader = Ewkb.Reader();
        var samples = new[] { 0, 4326, 3405 }
            .Select(srid => (srid, bytes: Ewkb.Write(new Point(srid, 2) { SRID = srid })))
            .ToArray();

        Parallel.For(
            0,
            100_000,
            i =>
            {
                var (srid, bytes) = samples[i % samples.Length];
                var point = (Point)reader.Read(new MemoryStream(bytes));
                Assert.Equal((srid, srid, srid), (point.SRID, point.Factory.SRID, (int)point.X));
            }
        );
    }

    [Fact]
    public void coordinates_keep_to_the_precision_model()
    {
        var metres = new PostGisReader(
            NtsGeometryServices.Instance.DefaultCoordinateSequenceFactory,
            new PrecisionModel(1),
            Ordinates.XYZM
        );

        var point = (Point)metres.Read(new MemoryStream(Ewkb.Write(new Point(1.4, 2.6, 3.7))));

        Assert.Equal((1, 3, 3.7), (point.X, point.Y, point.Z));
    }
}
