using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Implementation;
using Npgsql;

namespace NetTopologySuite.IO.Tests;

public sealed class OrdinatesTests(PostGisDatabase database)
{
    [Theory]
    [InlineData(Ordinates.None, "LINESTRING(1 2,5 6)")]
    [InlineData(Ordinates.XY, "LINESTRING(1 2,5 6)")]
    [InlineData(Ordinates.XYZ, "LINESTRING Z (1 2 3,5 6 7)")]
    [InlineData(Ordinates.XYM, "LINESTRING M (1 2 4,5 6 8)")]
    [InlineData(Ordinates.XYZM, "LINESTRING ZM (1 2 3 4,5 6 7 8)")]
    public async Task only_the_handled_ordinates_pass(Ordinates handled, string expected)
    {
        var line = Ewkb.FromText("LINESTRING ZM(1 2 3 4,5 6 7 8)", 0);
        var written = Ewkb.Write(line, handleOrdinates: handled);
        var read = Ewkb.Reader(handled).Read(new MemoryStream(Ewkb.Write(line)));

        Assert.Equal(expected, await database.Ask<string>("select st_astext(st_geomfromewkb($1))", written));
        Assert.Equal(expected, Text.Of(read));
        Assert.Equal(handled, Ewkb.Reader(handled).HandleOrdinates);
    }

    [Fact]
    public void what_is_not_there_is_not_made_up()
    {
        var line = Ewkb.FromText("LINESTRING(1 2,5 6)", 0);

        Assert.Equal("LINESTRING(1 2,5 6)", Text.Of(Ewkb.Read(Ewkb.Write(line))));
    }

    [Fact]
    public async Task a_data_source_of_XY_drops_the_Z_it_reads()
    {
        var builder = new NpgsqlDataSourceBuilder(database.ConnectionString);
        builder.UseNetTopologySuite(handleOrdinates: Ordinates.XY);
        await using var source = builder.Build();
        await using var command = source.CreateCommand("select 'srid=4326;point z (1 2 3)'::geometry");

        var point = Assert.IsType<Point>(
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)
        );

        Assert.Equal(("POINT(1 2)", 4326), (Text.Of(point), point.SRID));
    }

    [Fact]
    public void each_kind_of_sequence_holds_what_it_can()
    {
        var bytes = Ewkb.Write(Ewkb.FromText("POINT ZM(1 2 3 4)", 0));
        CoordinateSequenceFactory[] all =
        [
            CoordinateArraySequenceFactory.Instance,
            PackedCoordinateSequenceFactory.DoubleFactory,
            DotSpatialAffineCoordinateSequenceFactory.Instance,
        ];
        foreach (var factory in all)
            Assert.Equal("POINT ZM (1 2 3 4)", Text.Of(Read(factory)));
        Assert.Equal(
            "POINT M (1 2 4)",
            Text.Of(Read(new DotSpatialAffineCoordinateSequenceFactory(Ordinates.XYM)))
        );
        Assert.Equal(
            "POINT Z (1 2 3)",
            Text.Of(Read(new DotSpatialAffineCoordinateSequenceFactory(Ordinates.XYZ)))
        );

        Geometry Read(CoordinateSequenceFactory factory) =>
            new PostGisReader(factory, new PrecisionModel(), Ordinates.XYZM).Read(new MemoryStream(bytes));
    }
}
