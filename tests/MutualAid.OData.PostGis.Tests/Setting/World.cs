namespace MutualAid.OData.PostGis.Tests;

/// <summary>Some 200 rows, the same in every run: of every kind, with nulls, ties, odd texts, a tree, and rows of a key with two parts.</summary>
public sealed class World
{
    public static readonly Table Things = new(
        "Things",
        "Thing",
        [
            new("Id", Kind.Int32, Key: true),
            new("Small", Kind.Int16),
            new("SmallN", Kind.Int16, Nullable: true),
            new("Whole", Kind.Int32),
            new("WholeN", Kind.Int32, Nullable: true),
            new("Long", Kind.Int64),
            new("LongN", Kind.Int64, Nullable: true),
            new("Real", Kind.Double),
            new("RealN", Kind.Double, Nullable: true),
            new("Exact", Kind.Decimal),
            new("ExactN", Kind.Decimal, Nullable: true),
            new("Flag", Kind.Boolean),
            new("FlagN", Kind.Boolean, Nullable: true),
            new("Name", Kind.String),
            new("NameN", Kind.String, Nullable: true),
            new("Code", Kind.Guid),
            new("CodeN", Kind.Guid, Nullable: true),
            new("At", Kind.DateTimeOffset),
            new("AtN", Kind.DateTimeOffset, Nullable: true),
            new("Day", Kind.Date),
            new("DayN", Kind.Date, Nullable: true),
            new("Clock", Kind.TimeOfDay),
            new("ClockN", Kind.TimeOfDay, Nullable: true),
            new("Span", Kind.Duration),
            new("SpanN", Kind.Duration, Nullable: true),
            new("Spot", Kind.GeographyPoint),
            new("SpotN", Kind.GeographyPoint, Nullable: true),
            new("Track", Kind.GeographyLineString),
            new("TrackN", Kind.GeographyLineString, Nullable: true),
            new("Land", Kind.GeographyPolygon),
            new("LandN", Kind.GeographyPolygon, Nullable: true),
            new("ParentId", Kind.Int32, Nullable: true),
            new("GroupCode", Kind.String),
            new("BackupCode", Kind.String, Nullable: true),
        ],
        [
            new("Parent", "Things", "ParentId", "Id", Nullable: true),
            new("Group", "Groups", "GroupCode", "Code"),
            new("Backup", "Groups", "BackupCode", "Code", Nullable: true),
            new("Children", "Things", "Id", "ParentId", Many: true),
            new("Parts", "Parts", "Id", "ThingId", Many: true),
        ]
    );

    public static readonly Table Groups = new(
        "Groups",
        "Group",
        [
            new("Code", Kind.String, Key: true),
            new("Title", Kind.String),
            new("Rank", Kind.Int32, Nullable: true),
        ],
        [new("Things", "Things", "Code", "GroupCode", Many: true)]
    );

    public static readonly Table Parts = new(
        "Parts",
        "Part",
        [
            new("ThingId", Kind.Int32, Key: true),
            new("Line", Kind.Int16, Key: true),
            new("Label", Kind.String, Nullable: true),
            new("Weight", Kind.Double, Nullable: true),
            new("Price", Kind.Decimal),
            new("Since", Kind.Date, Nullable: true),
        ],
        [new("Thing", "Things", "ThingId", "Id")]
    );

    /// <summary>Texts that something somewhere might take for more than text.</summary>
    public static readonly string[] Texts =
    [
        "",
        " ",
        "a",
        "A",
        "ab",
        "Abc",
        "abc abc",
        "Gạo nếp",
        "gạo tẻ",
        "Nước uống",
        "ĐƯỜNG",
        "đường",
        "Bà Chín",
        "o'clock",
        "''",
        "50%",
        "a_b",
        "%_\\",
        "c:\\temp\\",
        "\"quoted\"",
        "😀 vui",
        "vui 😀",
        "  hai bên  ",
        "a/b?c=d&e#f",
        "a+b",
        "null",
        "$1",
        "{0}",
        "12",
        "--",
        "tab\tline",
    ];

    private readonly Random random = new(20_111_028);
    private readonly Dictionary<string, List<Row>> rows = [];

    public World()
    {
        rows["Groups"] = [.. GroupRows()];
        rows["Things"] = [.. Enumerable.Range(1, 120).Select(Thing)];
        rows["Parts"] = [.. Enumerable.Range(1, 120).SelectMany(PartsOf)];
    }

    public static IReadOnlyList<Table> Tables { get; } = [Groups, Things, Parts];

    public IReadOnlyList<Row> Rows(string set) => rows[set];

    /// <summary>The row at the end of a way to one; of none: null.</summary>
    public Row? One(Row? row, string name) => row is null ? null : Many(row, name).SingleOrDefault();

    public IEnumerable<Row> Many(Row row, string name)
    {
        var way = row.Table.Ways.First(way => way.Name == name);
        object? here = row[way.Here];
        return here is null ? [] : rows[way.Target].Where(other => here.Equals(other[way.There]));
    }

    private IEnumerable<Row> GroupRows()
    {
        (string Code, string Title, long? Rank)[] groups =
        [
            ("o'k", "Gạo nếp", 1),
            ("50%_a", "Nước uống", 2),
            ("a/b c", "Thuốc", 2),
            ("Đ", "đường", null),
            ("😀", "", -4),
            ("plain", "Nước uống", null),
            ("unused", "a_b", 9),
        ];
        foreach (var (code, title, rank) in groups)
            yield return new Row(
                Groups,
                new Dictionary<string, object?>
                {
                    ["Code"] = code,
                    ["Title"] = title,
                    ["Rank"] = rank,
                }
            );
    }

    private Row Thing(int id)
    {
        var values = new Dictionary<string, object?>();
        foreach (var field in Things.Fields)
            values[field.Name] = field.Nullable && random.Next(10) < 3 ? null : Value(field.Kind);
        values["Id"] = (long)id;
        values["ParentId"] = id % 4 == 1 ? null : (long)random.Next(1, id);
        values["GroupCode"] = rows["Groups"][random.Next(6)]["Code"];
        values["BackupCode"] = id % 3 == 0 ? null : rows["Groups"][random.Next(6)]["Code"];
        if (id == 7)
            values["Long"] = long.MaxValue;
        if (id == 8)
            values["Long"] = long.MinValue;
        return new Row(Things, values);
    }

    private IEnumerable<Row> PartsOf(int thing)
    {
        int many = thing % 5 == 0 ? 0 : random.Next(0, 4);
        for (int line = 1; line <= many; line++)
            yield return new Row(
                Parts,
                new Dictionary<string, object?>
                {
                    ["ThingId"] = (long)thing,
                    ["Line"] = (long)line,
                    ["Label"] = random.Next(4) == 0 ? null : Value(Kind.String),
                    ["Weight"] = random.Next(4) == 0 ? null : Value(Kind.Double),
                    ["Price"] = Value(Kind.Decimal),
                    ["Since"] = random.Next(4) == 0 ? null : Value(Kind.Date),
                }
            );
    }

    // From few values, so that there are ties.
    private object Value(Kind kind) => Values.Draw(kind, random);
}
