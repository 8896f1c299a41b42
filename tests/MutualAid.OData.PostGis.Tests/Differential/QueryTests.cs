using System.Text.Json;
using System.Text.Json.Nodes;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Whole drawn queries are answered, page after page, with what they mean.</summary>
public sealed class QueryTests(ViewsDatabase database)
{
    [Fact]
    public Task Rows_come_as_filter_order_page_and_selection_say() => Compared(140, draw => draw.Rows());

    [Fact]
    public Task Groups_come_to_what_their_rows_do() => Compared(60, draw => draw.Groups());

    [Fact]
    public Task Expanded_rows_are_those_at_the_end_of_the_way() =>
        Compared(60, draw => draw.Expanded(), Deep);

    [Fact]
    public Task Expanded_rows_come_whole_to_who_follows_their_next_links() =>
        Compared(30, draw => draw.Expanded(), Deep with { ExpandedPageSize = 2 });

    // A link is written from what was understood: it must mean the same again.
    [Theory]
    [InlineData("$filter=Flag eq (Whole eq 3 or Small gt 1)")]
    [InlineData("$filter=Whole sub (Small sub 7) gt 2 and not (Flag or Small eq 1)")]
    [InlineData("$filter=Whole sub (Small add 3) mul 2 lt 5")]
    [InlineData("$filter=-(Whole add Small) lt 4 or (Flag and (Small gt 1 or Whole lt 3))")]
    [InlineData("$filter=Name ne 'o''clock' and Name ne 'a%2526b' and Name ne '50%2525'")]
    [InlineData("$filter=Name in ('a','o''clock','Gạo nếp','A')")]
    [InlineData("$filter=Whole in (1,2,3,-4,12,36)")]
    [InlineData("$filter=Code ne 0000000a-0001-0000-9a02-030405060798 and At gt 2024-01-01T00:00:00Z")]
    [InlineData("$filter=Span gt duration'-P1D' and Clock ge 00:00:00 and Day le 2030-01-01")]
    [InlineData("$filter=Exact lt 12.50 or Real gt -1e3")]
    [InlineData("$filter=geo.distance(Spot,geography'SRID=4326;Point(105.85 21.03)') gt 10")]
    [InlineData("$filter=Parts/any(p:p/Line gt 1 and p/Thing/Flag) or not Parts/any()")]
    [InlineData("$filter=Parts/$count ge 0 and Parent/Name ne null")]
    [InlineData("$search=a OR NOT \"gạo\" AND vui")]
    [InlineData("$search=NOT (a OR vui)")]
    [InlineData(
        "$compute=Whole add 1 as More,length(Name) as Far;$orderby=Far desc,More;$select=Id,More,Far"
    )]
    [InlineData("$compute=Whole mul 2 as Twice;$filter=Twice gt 4;$select=Id,Twice")]
    [InlineData(
        "$orderby=geo.distance(Spot,geography'SRID=4326;Point(105.85 21.03)'),Whole desc;$top=7;$skip=1"
    )]
    [InlineData("$top=5;$count=true;$expand=Parts($orderby=Line desc;$top=1),Group")]
    [InlineData("filter=Whole gt 1;select=Id")]
    [InlineData("$search=\"a b\" OR a")]
    [InlineData("$filter=Name ne ');(' and Name ne '\"'")]
    [InlineData(
        "$select=Id,Name;$expand=Children($levels=2;$filter=Whole sub (Small sub 7) gt 2;$select=Id)"
    )]
    public async Task A_next_link_of_expanded_rows_goes_on_with_what_was_asked(string options)
    {
        string query =
            $"Groups?$select=Code&$expand=Things({(options.Contains("select=", StringComparison.Ordinal) ? "" : "$select=Id;")}{options})";
        var whole = await new Desk(database, Deep with { ExpandedPageSize = 1000 }).Get(query);
        Assert.True(whole.Status == 200, whole.Text);
        var inParts = new Desk(database, Deep with { ExpandedPageSize = 2 });
        var parts = await inParts.Get(query);
        var rows = parts.Rows.Select(row => JsonNode.Parse(row.GetRawText())!.AsObject()).ToList();
        Assert.Contains(rows, row => row.ContainsKey("Things@odata.nextLink"));
        foreach (var row in rows)
            Assert.Null(await Completed(inParts, row));
        Assert.Equal(
            whole.Rows.Select(row => JsonSerializer.Serialize(row)),
            rows.Select(row => JsonSerializer.Serialize(row))
        );
    }

    private static readonly ODataLimits Deep = new() { ExpandDepth = Draw.ExpandDepth, Expansions = 40 };

    private Task Compared(int count, Func<Draw, Query> draw, ODataLimits? limits = null)
    {
        var desk = new Desk(database, limits);
        return Drawing.All(
            count,
            random => draw(new Draw(database.World, random)),
            async query =>
            {
                string[] headers = query.PageSize is { } size ? [$"Prefer: maxpagesize={size}"] : [];
                var found = new List<JsonElement>();
                for (string? next = query.Url; next is not null; )
                {
                    var reply = await desk.Get(next, headers);
                    if (reply.Status != 200)
                        return $"{query}\n  {reply.Status} {reply.Text}";
                    foreach (var row in reply.Rows)
                    {
                        var whole = JsonNode.Parse(row.GetRawText())!.AsObject();
                        if (await Completed(desk, whole) is { } broken)
                            return $"{query}\n  {broken}";
                        found.Add(JsonSerializer.SerializeToElement(whole));
                    }
                    long? told = reply.Json.TryGetProperty("@odata.count", out var number)
                        ? number.GetInt64()
                        : null;
                    if (told != query.Count)
                        return $"{query}\n  counts {told}, not {query.Count}";
                    if (reply.Rows.Count() > (query.PageSize ?? 100))
                        return $"{query}\n  a page of {reply.Rows.Count()}";
                    next = reply.Next;
                }
                return (query.Ordered ? InOrder(query, found) : InAnyOrder(query, found)) is { } wrong
                    ? $"{query}\n  {wrong}"
                    : null;
            }
        );
    }

    // Every expanded collection to its end, page after page, at all depths.
    private static async Task<string?> Completed(Desk desk, JsonObject row)
    {
        foreach (var (name, value) in row.ToList())
            if (value is JsonObject one && await Completed(desk, one) is { } broken)
                return broken;
            else if (value is JsonArray many)
            {
                string? next = (string?)row[$"{name}@odata.nextLink"];
                row.Remove($"{name}@odata.nextLink");
                for (int page = 0; next is not null; page++)
                {
                    var reply = await desk.Get(next, "Prefer: maxpagesize=3");
                    if (reply.Status != 200 || page > 100)
                        return $"{next}\n  {reply.Status} {reply.Text}";
                    foreach (var rest in reply.Rows)
                        many.Add(JsonNode.Parse(rest.GetRawText()));
                    next = reply.Next;
                }
                foreach (var item in many)
                    if (item is JsonObject inner && await Completed(desk, inner) is { } wrong)
                        return wrong;
            }
        return null;
    }

    private static string? InOrder(Query query, List<JsonElement> found)
    {
        for (int at = 0; at < Math.Min(found.Count, query.Expected.Count); at++)
            if (Same.Not(query.Expected[at], found[at], $"$[{at}]") is { } wrong)
                return wrong;
        return found.Count == query.Expected.Count ? null : $"{found.Count} rows, not {query.Expected.Count}";
    }

    private static string? InAnyOrder(Query query, List<JsonElement> found)
    {
        var left = query.Expected.ToList();
        foreach (var row in found)
            if (left.FindIndex(one => Same.Not(one, row) is null) is >= 0 and var at)
                left.RemoveAt(at);
            else
                return $"not expected: {row.GetRawText()}";
        return left.Count == 0 ? null : $"{left.Count} of {query.Expected.Count} rows are missing";
    }
}
