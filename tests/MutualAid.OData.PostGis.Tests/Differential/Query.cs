namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>A drawn query, and what it must be answered with.</summary>
/// <param name="Options">Each <c>$name=value</c>, not yet encoded.</param>
/// <param name="Count">What <c>$count=true</c> tells; null: it is not asked.</param>
/// <param name="Ordered">False: the rows may come in any order.</param>
public sealed record Query(
    string Set,
    IReadOnlyList<string> Options,
    int? PageSize,
    IReadOnlyList<object?> Expected,
    long? Count = null,
    bool Ordered = true
)
{
    public string Url =>
        $"{Set}?{string.Join("&", Options.Select(option => option[..(option.IndexOf('=') + 1)] + Uri.EscapeDataString(option[(option.IndexOf('=') + 1)..])))}";

    public override string ToString() =>
        $"{Set}?{string.Join("&", Options)}{(PageSize is { } size ? $" (pages of {size})" : "")}";
}

/// <summary>Whole queries.</summary>
public sealed partial class Draw
{
    private static readonly string[] Words =
    [
        "gạo",
        "ABC",
        "vui",
        "đường",
        "bà chín",
        "'",
        "50%",
        "a_b",
        "\\",
    ];

    /// <summary>Rows by filter, search, order, page; with computed values; in part.</summary>
    public Query Rows()
    {
        var table = One([World.Things, World.Things, World.Things, World.Groups, World.Parts]);
        var place = Place.It(table);
        var options = new List<string>();
        var computed = new List<(string Name, Ex Value)>();
        for (int at = random.Next(-1, 3); at > 0; at--)
            computed.Add(($"c{at}", Changing(place)));
        if (computed.Count > 0)
            options.Add(
                "$compute=" + string.Join(",", computed.Select(one => $"{one.Value.Text} as {one.Name}"))
            );
        // A computed value is a property like any other.
        List<Ex> known = [.. computed.Select(one => one.Value with { Text = one.Name })];
        var rows = world.Rows(table.Set).AsEnumerable();
        if (Chance(50))
        {
            var filter = known.Count > 0 && Chance(60) ? Against(One(known)) : Condition(place, 2);
            options.Add("$filter=" + filter.Text);
            rows = rows.Where(row => filter.Of(Env.Of(world, row)) is true);
        }
        if (table != World.Parts && Chance(25))
        {
            var (text, holds) = Searched(table == World.Things ? "NameN" : "Title");
            options.Add("$search=" + text);
            rows = rows.Where(holds);
        }
        var keys = new List<(Ex Value, bool Descending)>();
        for (int at = random.Next(4); at > 0; at--)
            keys.Add((known.Count > 0 && Chance(40) ? One(known) : Changing(place), Chance(50)));
        if (table == World.Things && Chance(25))
            keys.Insert(0, (Distance(place), Chance(20)));
        if (keys.Count > 0)
            options.Add(
                "$orderby="
                    + string.Join(",", keys.Select(key => key.Value.Text + (key.Descending ? " desc" : "")))
            );
        var found = InOrder(rows, table, keys).ToList();
        long? count = Chance(40) ? found.Count : null;
        if (count is not null)
            options.Add("$count=true");
        found = Part(found, options);
        HashSet<string> shown =
        [
            .. table.Fields.Select(field => field.Name),
            .. computed.Select(one => one.Name),
        ];
        if (Chance(70))
        {
            shown = [.. shown.Where(_ => Chance(25)).Append(table.Fields[0].Name)];
            options.Add("$select=" + string.Join(",", shown));
        }
        return new Query(
            table.Set,
            options,
            Chance(60) ? random.Next(2, 30) : null,
            [
                .. found.Select(row =>
                    (object?)
                        shown.ToDictionary(
                            name => name,
                            name =>
                                computed.Find(one => one.Name == name) is { Name: not null } one
                                    ? one.Value.Of(Env.Of(world, row))
                                    : row[name]
                        )
                ),
            ],
            count
        );
    }

    private List<Row> Part(List<Row> rows, List<string> options)
    {
        int skip = Chance(35) ? random.Next(0, 30) : 0;
        int top = Chance(35) ? random.Next(0, 50) : int.MaxValue;
        if (skip > 0)
            options.Add($"$skip={skip}");
        if (top < int.MaxValue)
            options.Add($"$top={top}");
        return [.. rows.Skip(skip).Take(top)];
    }

    // The key decides last.
    private IEnumerable<Row> InOrder(
        IEnumerable<Row> rows,
        Table table,
        IEnumerable<(Ex Value, bool Descending)> keys
    )
    {
        var all = rows.ToList();
        var order = all.OrderBy(_ => 0);
        foreach (var (value, descending) in keys)
        {
            all.ForEach(row => value.Of(Env.Of(world, row)));
            var comparer = Comparer<object?>.Create(
                (one, other) => Semantics.OrderWithNull(one, other, value.Loose)
            );
            order = descending
                ? order.ThenByDescending(row => value.Of(Env.Of(world, row)), comparer)
                : order.ThenBy(row => value.Of(Env.Of(world, row)), comparer);
        }
        foreach (var field in table.Key)
            order = order.ThenBy(
                row => row[field.Name]!,
                Comparer<object>.Create((one, other) => Semantics.Order(one, other))
            );
        return order;
    }

    // A value that hangs on the row.
    private Ex Changing(Place place)
    {
        var kind = One(KindsOf(place));
        var value = Chance(50) ? Value(place, kind, 2) : Property(place, kind);
        return
            place.Table.Fields.Any(field => value.Text.Contains(field.Name, StringComparison.Ordinal))
            && !value.Text.StartsWith("now", StringComparison.Ordinal)
            ? value
            : Named("length", Kind.Int32, [Property(place, Kind.String)], of => (long)Letters(of[0]).Count);
    }

    private Ex Against(Ex value)
    {
        var literal =
            value.Kind == Kind.Boolean ? new Ex("true", Kind.Boolean, _ => true) : Typed(Literal(value.Kind));
        string sign = One<string>(
            value.Kind == Kind.Boolean ? ["eq", "ne"] : ["eq", "ne", "gt", "ge", "lt", "le"]
        );
        return new Ex(
            $"{value.Text} {sign} {literal.Text}",
            Kind.Boolean,
            env => Semantics.Compare(sign, value.Of(env), literal.Of(env), value.Loose)
        );
    }

    private (string Text, Func<Row, bool> Holds) Searched(string column)
    {
        var (one, other) = (One(Words), One(Words));
        bool Holds(Row row, string word) =>
            row[column] is string text
            && text.ToLowerInvariant().Contains(word.ToLowerInvariant(), StringComparison.Ordinal);
        string Said(string word) => $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal)}\"";
        return random.Next(4) switch
        {
            0 => (Said(one), row => Holds(row, one)),
            1 => ($"{Said(one)} OR {Said(other)}", row => Holds(row, one) || Holds(row, other)),
            2 => ($"NOT {Said(one)}", row => !Holds(row, one)),
            _ => ($"{Said(one)} AND NOT {Said(other)}", row => Holds(row, one) && !Holds(row, other)),
        };
    }
}
