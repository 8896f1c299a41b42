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
