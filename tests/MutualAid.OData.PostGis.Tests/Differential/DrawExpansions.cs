namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary><c>$expand</c>, with options of its own, to some depth.</summary>
public sealed partial class Draw
{
    /// <summary>How deep whoever answers these lets them go.</summary>
    public const int ExpandDepth = 4;

    public Query Expanded()
    {
        var table = One([World.Things, World.Things, World.Groups]);
        var key = table.Fields[0].Name;
        var (text, show) = Expansions(table, 2);
        var rows = InOrder(world.Rows(table.Set), table, []).ToList();
        List<string> options = [$"$select={key}", "$expand=" + text];
        // All of them are reckoned: the database is not bound to look at the answered ones alone.
        var shown = rows.ToDictionary(row => row, row => (object?)Shown(row, [key], show));
        rows = Part(rows, options);
        return new Query(
            table.Set,
            options,
            Chance(50) ? random.Next(5, 40) : null,
            [.. rows.Select(row => shown[row])]
        );
    }

    private delegate void Show(Row row, Dictionary<string, object?> into);

    private static Dictionary<string, object?> Shown(Row row, IEnumerable<string> names, Show? show)
    {
        var shown = names.ToDictionary(name => name, name => row[name]);
        show?.Invoke(row, shown);
        return shown;
    }

    private (string Text, Show Show) Expansions(Table table, int depth)
    {
        List<Way> ways = [.. table.Ways.Where(_ => Chance(40))];
        if (ways.Count == 0)
            ways.Add(One(table.Ways));
        // What a group's things expand to would be more than a request may ask for.
        var parts = ways.Take(2).Select(way => Expansion(way, depth)).ToList();
        return (
            string.Join(",", parts.Select(part => part.Text)),
            (row, into) => parts.ForEach(part => part.Show(row, into))
        );
    }

    private (string Text, Show Show) Expansion(Way way, int depth)
    {
        var target = World.Tables.First(table => table.Set == way.Target);
        var place = Place.It(target);
        var options = new List<string>();
        List<string> names =
        [
            .. target
                .Fields.Select(field => field.Name)
                .Where(_ => Chance(20))
                .Append(target.Fields[0].Name)
                .Distinct(),
        ];
        options.Add("$select=" + string.Join(",", names));
        var (inner, show) =
            depth > 1 && Chance(40) && target.Key.Count() == 1 ? Expansions(target, depth - 1) : ("", null);
        if (inner.Length > 0)
            options.Add("$expand=" + inner);
        int levels =
            target.Ways.Contains(way) && !inner.Contains(way.Name) && Chance(50)
                ? Levels(options, inner.Length > 0, depth)
                : 1;
        if (!way.Many)
        {
            Show Up(int left) =>
                (row, into) =>
                    into[way.Name] = world.One(row, way.Name) is { } one
                        ? Shown(one, names, Again(show, left > 1 ? Up(left - 1) : null))
                        : null;
            return ($"{way.Name}({string.Join(";", options)})", Up(levels));
        }
        var filter = Chance(40) ? Condition(place, 1) : null;
        var order = Chance(40)
            ? [(Value: Changing(place), Descending: Chance(50))]
            : Array.Empty<(Ex Value, bool Descending)>();
        int skip = Chance(20) ? random.Next(1, 3) : 0;
        int top = Chance(30) ? random.Next(0, 4) : int.MaxValue;
        bool count = Chance(30);
        if (filter is not null)
            options.Add("$filter=" + filter.Text);
        if (order.Length > 0)
            options.Add($"$orderby={order[0].Value.Text}{(order[0].Descending ? " desc" : "")}");
        if (skip > 0)
            options.Add($"$skip={skip}");
        if (top < int.MaxValue)
            options.Add($"$top={top}");
        if (count)
            options.Add("$count=true");
        Show Down(int left) =>
            (row, into) =>
            {
                var found = InOrder(
                        world
                            .Many(row, way.Name)
                            .Where(one => filter is null || filter.Of(Env.Of(world, one)) is true),
                        target,
                        order
                    )
                    .ToList();
                if (count)
                    into[$"{way.Name}@odata.count"] = (long)found.Count;
                into[way.Name] = found
                    .Skip(skip)
                    .Take(top)
                    .Select(one => (object?)Shown(one, names, Again(show, left > 1 ? Down(left - 1) : null)))
                    .ToList();
            };
        return ($"{way.Name}({string.Join(";", options)})", Down(levels));
    }

    // "max" goes as deep as is allowed, and what is expanded beside it would go deeper.
    private int Levels(List<string> options, bool more, int depth)
    {
        bool most = !more && depth == 2 && Chance(30);
        int levels = most ? ExpandDepth : random.Next(1, 3);
        options.Add($"$levels={(most ? "max" : levels)}");
        return levels;
    }

    private static Show Again(Show? show, Show? deeper) =>
        (row, into) =>
        {
            show?.Invoke(row, into);
            deeper?.Invoke(row, into);
        };
}
