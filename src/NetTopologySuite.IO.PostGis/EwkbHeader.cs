using NetTopologySuite.Geometries;

namespace NetTopologySuite.IO;

/// <summary>What precedes a geometry's numbers: byte order, type, which ordinates follow, and the SRID if it is stated.</summary>
internal readonly record struct EwkbHeader(bool LittleEndian, EwkbType Type, Ordinates Ordinates, int? Srid)
{
    public const uint ZFlag = 0x80000000;
    public const uint MFlag = 0x40000000;
    public const uint SridFlag = 0x20000000;
    private const uint AllFlags = ZFlag | MFlag | SridFlag;

    // The byte order and the type word.
    private const int FixedBytes = 5;

    public static EwkbHeader Read(ref EwkbSource source)
    {
        var bytes = source.Take(FixedBytes);
        source.LittleEndian = bytes[0] switch
        {
            0 => false,
            1 => true,
            var other => throw new ParseException(
                $"Byte order {other} is neither 0 (big-endian) nor 1 (little-endian)."
            ),
        };
        var word = EwkbSource.UInt32(bytes[1..], source.LittleEndian);
        var type = word & ~AllFlags;
        if (type is < (uint)EwkbType.Point or > (uint)EwkbType.GeometryCollection)
            throw new ParseException($"Geometry type {type} is not one of the simple features 1 to 7.");
        var ordinates = Ordinates.XY;
        if ((word & ZFlag) != 0)
            ordinates |= Ordinates.Z;
        if ((word & MFlag) != 0)
            ordinates |= Ordinates.M;
        int? srid = (word & SridFlag) != 0 ? (int)source.ReadUInt32() : null;
        return new(source.LittleEndian, (EwkbType)type, ordinates, srid);
    }

    /// <summary>A part states the ordinates of its whole, and no other SRID; PostGIS refuses the first as well.</summary>
    public void MustSuit(EwkbHeader whole)
    {
        if (Ordinates != whole.Ordinates)
            throw new ParseException(
                $"A {Type} of {Ordinates} stands in a {whole.Type} of {whole.Ordinates}."
            );
        if (Srid is { } own && own != (whole.Srid ?? 0))
            throw new ParseException(
                $"A {Type} of SRID {own} stands in a {whole.Type} of SRID {whole.Srid ?? 0}."
            );
    }
}
