using System.Buffers.Binary;
using System.Text;

namespace MutualAid.Server.Tests.Tiles;

/// <summary>A layer of a Mapbox vector tile (specification 2.1), read byte by byte.</summary>
internal sealed record MvtLayer(string Name, ulong Version, ulong Extent, IReadOnlyList<MvtFeature> Features)
{
    public static IReadOnlyList<MvtLayer> Read(byte[] tile) =>
        [.. Fields(tile).Where(field => field.Number == 3).Select(field => Layer(field.Bytes))];

    private static MvtLayer Layer(byte[] bytes)
    {
        var fields = Fields(bytes).ToList();
        string[] keys =
        [
            .. fields.Where(one => one.Number == 3).Select(one => Encoding.UTF8.GetString(one.Bytes)),
        ];
        object[] values =
        [
            .. fields.Where(one => one.Number == 4).Select(one => Value(Fields(one.Bytes).Single())),
        ];
        return new MvtLayer(
            Encoding.UTF8.GetString(fields.Single(one => one.Number == 1).Bytes),
            fields.Single(one => one.Number == 15).Varint,
            fields.Single(one => one.Number == 5).Varint,
            [
                .. fields
                    .Where(one => one.Number == 2)
                    .Select(one => Feature([.. Fields(one.Bytes)], keys, values)),
            ]
        );
    }

    private static MvtFeature Feature(List<Field> fields, string[] keys, object[] values)
    {
        var tags = Packed(fields.SingleOrDefault(one => one.Number == 2)?.Bytes ?? []);
        return new MvtFeature(
            fields.SingleOrDefault(one => one.Number == 1)?.Varint,
            fields.Single(one => one.Number == 3).Varint,
            tags.Chunk(2).ToDictionary(pair => keys[pair[0]], pair => values[pair[1]]),
            Points(Packed(fields.Single(one => one.Number == 4).Bytes))
        );
    }

    private static object Value(Field field) =>
        field.Number switch
        {
            1 => Encoding.UTF8.GetString(field.Bytes),
            2 => BinaryPrimitives.ReadSingleLittleEndian(field.Bytes),
            3 => BinaryPrimitives.ReadDoubleLittleEndian(field.Bytes),
            4 or 5 => (long)field.Varint,
            6 => Unzigzag(field.Varint),
            7 => field.Varint != 0,
            _ => throw new InvalidDataException($"a value of kind {field.Number}"),
        };

    // Every point that is moved or drawn to; where rings close is of no matter here.
    private static List<(int X, int Y)> Points(int[] geometry)
    {
        var points = new List<(int, int)>();
        int x = 0,
            y = 0;
        for (int at = 0; at < geometry.Length; )
        {
            int command = geometry[at++];
            for (int times = (command & 7) == 7 ? 0 : command >> 3; times > 0; times--)
                points.Add(
                    (x += (int)Unzigzag((uint)geometry[at++]), y += (int)Unzigzag((uint)geometry[at++]))
                );
        }
        return points;
    }

    private static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static int[] Packed(byte[] bytes)
    {
        var numbers = new List<int>();
        for (int at = 0; at < bytes.Length; )
            numbers.Add((int)Varint(bytes, ref at));
        return [.. numbers];
    }

    private static IEnumerable<Field> Fields(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length; )
        {
            ulong key = Varint(bytes, ref at);
            int kind = (int)(key & 7);
            if (kind == 0)
            {
                yield return new Field((int)(key >> 3), Varint(bytes, ref at), []);
                continue;
            }
            int length = kind switch
            {
                1 => 8,
                2 => (int)Varint(bytes, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"wire type {kind}"),
            };
            yield return new Field((int)(key >> 3), 0, bytes[at..(at + length)]);
            at += length;
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private sealed record Field(int Number, ulong Varint, byte[] Bytes);
}

/// <summary>A feature: its kind (1 point, 3 polygon), its properties, its points in the tile's own units.</summary>
internal sealed record MvtFeature(
    ulong? Id,
    ulong Kind,
    IReadOnlyDictionary<string, object> Properties,
    IReadOnlyList<(int X, int Y)> Points
)
{
    public string? Text(string name) => Properties.GetValueOrDefault(name) as string;

    public long Number(string name) => (long)Properties[name];

    public long Count => Properties.ContainsKey("cluster") ? Number("point_count") : 1;
}
