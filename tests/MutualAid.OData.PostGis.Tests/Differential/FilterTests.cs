namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Drawn conditions find the rows that they find by their meaning, in order.</summary>
public sealed class FilterTests(ViewsDatabase database)
{
    private const int Cases = 300;

    private sealed record Case(string Url, IReadOnlyList<string> Expected);

    [Fact]
    public async Task A_condition_finds_the_rows_that_it_means()
    {
        var desk = new Desk(database);
        var functions = new HashSet<string>();
        int some = 0;
        await Drawing.All(
            Cases,
            random =>
            {
                var draw = new Draw(database.World, random);
                var table = random.Next(10) switch
                {
                    0 => World.Groups,
                    1 => World.Parts,
                    _ => World.Things,
                };
                var condition = draw.Condition(Place.It(table), random.Next(2, 5));
                var rows = database.World.Rows(table.Set);
                var found = rows.Select(row => (Row: row, Told: condition.Of(Env.Of(database.World, row))))
                    .ToList()
                    .Where(one => one.Told is true)
                    .Select(one => Key(table, name => one.Row[name]))
                    .ToList();
                if (table == World.Groups)
                    found.Sort((one, other) => Semantics.Order(one, other));
                functions.UnionWith(draw.Drawn.Keys);
                if (found.Count > 0 && found.Count < rows.Count)
                    some++;
                string keys = string.Join(",", table.Key.Select(field => field.Name));
                return new Case(
                    $"{table.Set}?$select={keys}&$filter={Uri.EscapeDataString(condition.Text)}",
                    found
                );
            },
            async drawn =>
            {
                List<string> found = [];
                for (string? next = drawn.Url; next is not null; )
                {
                    var reply = await desk.Get(next, "Prefer: maxpagesize=100");
                    if (reply.Status != 200)
                        return $"{Uri.UnescapeDataString(drawn.Url)}\n  {reply.Status} {reply.Text}";
                    var table = World.Tables.First(table =>
                        drawn.Url.StartsWith(table.Set + "?", StringComparison.Ordinal)
                    );
                    found.AddRange(reply.Rows.Select(row => Key(table, name => row.GetProperty(name))));
                    next = reply.Next;
                }
                return found.SequenceEqual(drawn.Expected)
                    ? null
                    : $"{Uri.UnescapeDataString(drawn.Url)}\n  too many: {Some(found.Except(drawn.Expected))}\n  missing: {Some(drawn.Expected.Except(found))}";
            }
        );
        Assert.True(some > Cases / 2, $"Only {some} conditions choose anything.");
        string[] all = [.. Functions.Where(name => !functions.Contains(name))];
        Assert.True(all.Length == 0 || Drawing.Seed != 41, "Never drawn: " + string.Join(", ", all));
    }

    private static readonly string[] Functions =
    [
        "contains",
        "startswith",
        "endswith",
        "matchesPattern",
        "length",
        "indexof",
        "substring",
        "tolower",
        "toupper",
        "trim",
        "concat",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "fractionalseconds",
        "totalseconds",
        "totaloffsetminutes",
        "date",
        "time",
        "now",
        "mindatetime",
        "maxdatetime",
        "round",
        "floor",
        "ceiling",
        "geo.distance",
        "geo.length",
        "geo.intersects",
    ];

    private static string Key(Table table, Func<string, object?> value) =>
        string.Join("/", table.Key.Select(field => value(field.Name)!.ToString()));

    private static string Some(IEnumerable<string> keys) =>
        string.Join(", ", keys.Take(8)) is { Length: > 0 } some ? some : "none";
}
