using System.Globalization;

namespace MutualAid.Server.Web;

/// <summary>Lists that go from the latest back, page by page.</summary>
internal static class Paging
{
    /// <summary>How many items a page has: 1 to 100, 20 when nothing is said.</summary>
    internal static int Limit(string? limit) =>
        limit is null ? 20
        : int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int read)
        && read is >= 1 and <= 100
            ? read
        : throw Refusal.Field("limit", "between", 1, 100);

    /// <summary>The last item of the page before; nothing on the first page.</summary>
    internal static (DateTimeOffset? At, Guid? Id) After(string? cursor)
    {
        if (cursor is null)
            return (null, null);
        string[] parts = Cursor.Read(cursor, 2);
        return
            DateTimeOffset.TryParseExact(
                parts[0],
                "O",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            ) && Guid.TryParse(parts[1], out var id)
            ? (at.ToUniversalTime(), id)
            : throw Cursor.Wrong();
    }

    /// <summary>A page of the rows, of which one more than fits was read when there is a next page.</summary>
    internal static IResult Page<TRow, TItem>(
        HttpContext context,
        IReadOnlyList<TRow> rows,
        int most,
        Func<TRow, TItem> item,
        Func<TRow, (DateTimeOffset At, Guid Id)> key
    )
    {
        string? next = null;
        if (rows.Count > most)
        {
            var (at, id) = key(rows[most - 1]);
            next = Cursor.Next(
                context,
                Cursor.Write(at.ToString("O", CultureInfo.InvariantCulture), $"{id}")
            );
        }
        return Results.Ok(new { items = rows.Take(most).Select(item), next });
    }
}
