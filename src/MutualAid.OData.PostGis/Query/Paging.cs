using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace MutualAid.OData.PostGis.Query;

/// <summary>Where a page begins and how long it is.</summary>
/// <param name="Size">Rows of this page at most.</param>
/// <param name="Offset">Rows passed over; of a first page only.</param>
/// <param name="Left">Rows that the reader still wants (<c>$top</c>); null: all.</param>
/// <param name="After">The position of the last row of the page before.</param>
internal sealed record Paging(int Size, long Offset, long? Left, IReadOnlyList<string?>? After)
{
    /// <exception cref="ODataFailure">400: more than the limit.</exception>
    public static long Skip(long? asked, ODataLimits limits) =>
        asked is null ? 0
        : asked <= limits.Skip ? asked.Value
        : throw ODataFailure.TooMuch($"$skip is at most {limits.Skip}; follow the next links instead.");

    /// <summary>A first page, or the one after a next link.</summary>
    public static Paging Of(SkipToken? token, QueryOptions options, int size, ODataLimits limits) =>
        token is null
            ? new Paging(size, Skip(options.Skip, limits), options.Top, null)
            : new Paging(size, 0, token.Left, token.Position);

    /// <summary>Whether the page ends because the reader wants no more.</summary>
    public bool IsLast => Left is not null && Left <= Size;

    public long Limit => IsLast ? Left!.Value : Size + 1L;
}

/// <summary>The position of a page's last row, how many rows are still wanted, and since when changes are tracked.</summary>
internal sealed record SkipToken(IReadOnlyList<string?> Position, long? Left, string? Tracked)
{
    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <exception cref="ODataFailure">400: it is none of ours.</exception>
    public static SkipToken Read(string text)
    {
        try
        {
            return
                JsonSerializer.Deserialize<SkipToken>(Base64Url.DecodeFromChars(text))
                    is { Position: not null, Left: null or >= 0 } token
                ? token
                : throw Wrong();
        }
        catch (Exception e) when (e is FormatException or JsonException or DecoderFallbackException)
        {
            throw Wrong();
        }
    }

    public static ODataFailure Wrong() => ODataFailure.Malformed("$skiptoken is none of this service's.");
}
