namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary><c>$apply</c>.</summary>
public sealed partial class Draw
{
    private static readonly string[] Grouped =
    [
        "Small",
        "SmallN",
        "FlagN",
        "NameN",
        "GroupCode",
        "DayN",
        "Group/Title",
        "Backup/Rank",
        "Parent/Flag",
    ];
    private static readonly string[] Measured =
    [
        "Whole",
        "WholeN",
        "Long",
        "RealN",
        "Exact",
        "ExactN",
        "NameN",
        "AtN",
        "ClockN",
        "SpanN",
        "Day",
    ];

    /// <summary>Groups and what they come to.</summary>
    public Query Groups()
    {
        var place = Place.It(World.Things);
        var rows = world.Rows("Things").ToList();
        var steps = new List<string>();
        if (Chance(50))
        {
            var filter = Condition(place, 1);
            steps.Add($"filter({filter.Text})");
            rows = [.. rows.Where(row => filter.Of(Env.Of(world, row)) is true)];
        }
        List<string> by = [.. Grouped.Where(_ => Chance(20))];
        var totals = new List<(string Name, string Text, Func<List<Row>, object?> Of)>
        {
            ("n", "$count as n", group => (long)group.Count),
        };
        for (int at = random.Next(4); at > 0; at--)
            totals.Add(Total($"a{at}"));
        string aggregate = $"aggregate({string.Join(",", totals.Select(total => total.Text))})";
        steps.Add(by.Count == 0 ? aggregate : $"groupby(({string.Join(",", by)}),{aggregate})");
        var groups = rows.GroupBy(row =>
                string.Join("|", by.Select(path => $"{At(row, path)?.GetType().Name}:{At(row, path)}"))
            )
            .Select(group => group.ToList())
            .ToList();
        // All rows are one group, also when there are none.
        if (by.Count == 0 && groups.Count == 0)
            groups.Add([]);
        List<string> options = ["$apply=" + string.Join("/", steps)];
        long least = random.Next(1, 6);
        if (Chance(40))
        {
            options.Add($"$filter=n ge {least}");
            groups = [.. groups.Where(group => group.Count >= least)];
        }
        bool ordered = Chance(60);
        if (ordered)
        {
            var comparer = Comparer<object?>.Create(
                (one, other) => Semantics.OrderWithNull(one, other, false)
            );
            options.Add("$orderby=" + string.Join(",", by.Prepend("n desc")));
            var order = groups.OrderByDescending(group => group.Count);
            foreach (string path in by)
                order = order.ThenBy(group => At(group[0], path), comparer);
            groups = [.. order];
        }
        return new Query(
            "Things",
            options,
            Chance(50) ? random.Next(3, 20) : null,
            [.. groups.Select(group => (object?)Told(group, by, totals))],
            Ordered: ordered
        );
    }

    private object? At(Row row, string path) =>
        path.Split('/') is [var way, var name] ? world.One(row, way)?[name] : row[path];

    private Dictionary<string, object?> Told(
        List<Row> group,
        List<string> by,
        List<(string Name, string Text, Func<List<Row>, object?> Of)> totals
    )
    {
        var told = totals.ToDictionary(total => total.Name, total => total.Of(group));
        foreach (string path in by)
            if (path.Split('/') is [var way, var name])
                told[way] = new Dictionary<string, object?> { [name] = At(group[0], path) };
            else
                told[path] = At(group[0], path);
        return told;
    }

    private (string, string, Func<List<Row>, object?>) Total(string name)
    {
        string property = One(Measured);
        var kind = World.Things.Field(property).Kind;
        string how = One<string>(
            Semantics.IsNumber(kind)
                ? ["sum", "average", "min", "max", "countdistinct"]
                : ["min", "max", "countdistinct"]
        );
        return (
            name,
            $"{property} with {how} as {name}",
            group =>
            {
                List<object> values = [.. group.Select(row => row[property]).OfType<object>()];
                var comparer = Comparer<object>.Create((one, other) => Semantics.Order(one, other));
                return how switch
                {
                    "countdistinct" => (long)values.Distinct().Count(),
                    _ when values.Count == 0 => null,
                    "min" => values.Min(comparer),
                    "max" => values.Max(comparer),
                    "average" => values.Average(Convert.ToDecimal),
                    _ when Semantics.IsWhole(kind) => checked((long)values.Sum(Convert.ToDecimal)),
                    _ => values.Sum(Convert.ToDecimal),
                };
            }
        );
    }
}
