using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO.Tests;

/// <summary>Whatever the bytes, a geometry or a <see cref="ParseException"/> comes out, and memory follows what is there.</summary>
public sealed class MalformedTests
{
    private const string Collection = "01 07000000 01000000";

    // (0 0,1 0,1 1,0 0)
    private const string Ring =
        "04000000 0000000000000000 0000000000000000 000000000000F03F 0000000000000000"
        + "000000000000F03F 000000000000F03F 0000000000000000 0000000000000000";

    private static readonly byte[][] Valid =
    [
        .. Samples.Texts.SelectMany(text =>
            new[] { "NDR", "XDR" }.Select(order => Ewkb.Write(Ewkb.FromText(text, 4326), order))
        ),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void every_truncation_is_refused(bool seekable)
    {
        foreach (var bytes in Valid)
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<ParseException>(() => Ewkb.Read(bytes[..length], seekable));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void flipped_bits_give_a_geometry_or_a_refusal(bool seekable)
    {
        var random = new Random(20240715);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = (byte[])Valid[random.Next(Valid.Length)].Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.NotNull(Ewkb.Read(bytes, seekable));
                read++;
            }
            catch (ParseException)
            {
                refused++;
            }
        }

        Assert.True(read > 10_000 && refused > 10_000, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("02000000")]
    [InlineData("03000000")]
    [InlineData("04000000")]
    [InlineData("05000000")]
    [InlineData("06000000")]
    [InlineData("070000C0")]
    [InlineData("03000000 01000000")]
    [InlineData("06000000 01000000 01 03000000 01000000")]
    public void a_giant_count_costs_no_memory(string start)
    {
        foreach (
            var count in new[] { "FFFFFFFF", "FFFFFF7F", "00000080", "FFFFFF07", "00000010", "40420F00" }
        )
        foreach (var seekable in new[] { true, false })
        {
            var bytes = Convert.FromHexString($"01{start}{count}{new string('0', 64)}".Replace(" ", ""));
            var before = GC.GetAllocatedBytesForCurrentThread();

            Assert.Throws<ParseException>(() => Ewkb.Read(bytes, seekable));

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
        }
    }

    [Fact]
    public void a_long_run_that_breaks_off_costs_no_more_than_twice_what_came()
    {
        // A million bytes of a claimed 1.6 thousand million.
        byte[] bytes = [.. Convert.FromHexString("010200000000E1F505"), .. new byte[1_000_000]];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ParseException>(() => Ewkb.Read(bytes, seekable: false));

        // Doubling from 64 KiB allocates each power of two up to the first that would hold the million.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_500_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void nesting_without_end_overflows_no_stack(bool seekable)
    {
        var bytes = Convert.FromHexString(
            string.Concat(Enumerable.Repeat(Collection.Replace(" ", ""), 300_000)) + "010700000000000000"
        );

        var refusal = Assert.Throws<ParseException>(() => Ewkb.Read(bytes, seekable));

        Assert.Contains("nested", refusal.Message);
    }

    [Theory]
    [InlineData("02 01000000", "Byte order 2")]
    [InlineData("01 00000000", "type 0")]
    [InlineData("01 08000000", "type 8")]
    [InlineData("01 01000010", "type 268435457")]
    [InlineData("01 E9030000", "type 1001")]
    [InlineData("01 04000000 01000000 01 02000000 00000000", "MultiPoint cannot hold a LineString")]
    [InlineData("01 05000000 01000000 01 03000000 00000000", "MultiLineString cannot hold a Polygon")]
    [InlineData("01 06000000 01000000 01 07000000 00000000", "MultiPolygon cannot hold a GeometryCollection")]
    [InlineData(Collection + "01 02000080 00000000", "XYZ stands in a GeometryCollection of XY")]
    [InlineData(
        Collection + "01 02000020 E6100000 00000000",
        "SRID 4326 stands in a GeometryCollection of SRID 0"
    )]
    [InlineData("01 02000000 01000000 000000000000F03F 000000000000F03F", "The line is none")]
    [InlineData("01 03000000 02000000 00000000" + Ring, "The polygon is none")]
    public void what_is_wrong_is_said(string hex, string message)
    {
        var refusal = Assert.Throws<ParseException>(() => Ewkb.Read(hex));

        Assert.Contains(message, refusal.Message);
    }

    [Theory]
    [InlineData("POLYGON((0 0,4 0,4 4,0 0))", 0)]
    [InlineData("POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))", 68)]
    [InlineData("MULTIPOLYGON(((0 0,4 0,4 4,0 0)))", 9)]
    public void an_unclosed_ring_is_refused(string text, int ringBegins)
    {
        var bytes = Ewkb.Write(Ewkb.FromText(text, 0));
        // The ring's first x, behind header, number of rings and number of points.
        bytes[ringBegins + 13 + 6] ^= 0x10;

        var refusal = Assert.Throws<ParseException>(() => Ewkb.Read(bytes));

        Assert.Contains("polygon is none", refusal.Message);
        Assert.IsType<ArgumentException>(refusal.InnerException);
    }

    [Fact]
    public void a_failing_stream_fails_with_its_own_words() =>
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var closed = new MemoryStream();
            closed.Dispose();
            Ewkb.Reader().Read(closed);
        });
}
