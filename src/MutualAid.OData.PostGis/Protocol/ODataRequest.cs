namespace MutualAid.OData.PostGis.Protocol;

/// <summary>A request as HTTP brings it, or a part of a batch.</summary>
/// <param name="Root">The service root with the slash at its end, as the reader knows it.</param>
/// <param name="Path">What follows the root, as it was sent (escaped), without a query.</param>
/// <param name="Query">The query as it was sent, without its question mark.</param>
/// <param name="Header">A header's value by name; null: not sent.</param>
public sealed record ODataRequest(
    string Method,
    Uri Root,
    string Path,
    string Query,
    Func<string, string?> Header,
    ReadOnlyMemory<byte> Body
);

/// <summary>An answer, whole: a page has an end, and an error in the middle of one must not look like data.</summary>
public sealed class ODataAnswer(int status)
{
    public int Status { get; } = status;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ReadOnlyMemory<byte> Body { get; init; }
}
