using System.Text.Json;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Whole drawn queries are answered, page after page, with what they mean.</summary>
public sealed class QueryTests(ViewsDatabase database)
{
    [Fact]
    public Task Rows_come_as_filter_order_page_and_selection_say() => Compared(140, draw => draw.Rows());

    [Fact]
    public Task Groups_come_to_what_their_rows_do() => Compared(60, draw => draw.Groups());

    [Fact]
    public Task Expanded_rows_are_those_at_the_end_of_the_way() => Compared(60, draw => draw.Expanded());

    private Task Compared(int count, Func<Draw, Query> draw)
    {
        var desk = new Desk(database);
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
                    found.AddRange(reply.Rows);
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
