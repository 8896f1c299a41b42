using System.Buffers.Binary;
using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>Turns runs of doubles into coordinate sequences that keep only the wanted ordinates.</summary>
internal readonly record struct EwkbCoordinates(
    CoordinateSequenceFactory Factory,
    PrecisionModel Precision,
    Ordinates Wanted
)
{
    public static int BytesEach(Ordinates ordinates) =>
        sizeof(double) * (2 + (Has(ordinates, Ordinates.Z) ? 1 : 0) + (Has(ordinates, Ordinates.M) ? 1 : 0));

    public static bool Has(Ordinates ordinates, Ordinates one) => (ordinates & one) != 0;

    /// <summary>An empty sequence still says which ordinates it would have.</summary>
    public CoordinateSequence Empty(EwkbHeader header) => Factory.Create(0, header.Ordinates & Wanted);

    public CoordinateSequence ReadRun(ref EwkbSource source, EwkbHeader header)
    {
        var count = source.ReadCount(BytesEach(header.Ordinates));
        return count == 0 ? Empty(header) : Read(ref source, header, count);
    }

    /// <summary>A point has no count; both coordinates NaN stand for the empty one, as PostGIS reads and writes it.</summary>
    public CoordinateSequence ReadOne(ref EwkbSource source, EwkbHeader header)
    {
        var one = Read(ref source, header, 1);
        return double.IsNaN(one.GetX(0)) && double.IsNaN(one.GetY(0)) ? Empty(header) : one;
    }

    private CoordinateSequence Read(ref EwkbSource source, EwkbHeader header, int count)
    {
        var each = BytesEach(header.Ordinates);
        var bytes = source.Take(count * each);
        var run = Factory.Create(count, header.Ordinates & Wanted);
        // Asked of the sequence, not of the wish: a factory may hold fewer ordinates than it is asked for.
        var keepsZ = run.HasZ && Has(header.Ordinates, Ordinates.Z);
        var keepsM = run.HasM && Has(header.Ordinates, Ordinates.M);
        var (z, m) = (2 * sizeof(double), each - sizeof(double));
        for (var i = 0; i < count; i++, bytes = bytes[each..])
        {
            run.SetX(i, Precision.MakePrecise(Double(bytes, header)));
            run.SetY(i, Precision.MakePrecise(Double(bytes[sizeof(double)..], header)));
            if (keepsZ)
                run.SetZ(i, Double(bytes[z..], header));
            if (keepsM)
                run.SetM(i, Double(bytes[m..], header));
        }
        return run;
    }

    private static double Double(ReadOnlySpan<byte> bytes, EwkbHeader header) =>
        header.LittleEndian
            ? BinaryPrimitives.ReadDoubleLittleEndian(bytes)
            : BinaryPrimitives.ReadDoubleBigEndian(bytes);
}
