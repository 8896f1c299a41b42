using System.Text.Json;
using MutualAid.OData.PostGis.Query;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>
/// How a position stands in a next link. Anybody's says nothing but what the page said, and is in the clear; that of a reader
/// with rows of their own is sealed, and good for the same query of the same reader only.
/// </summary>
internal sealed class PageTokens(ITokenSeal seal, string identity, string reader)
{
    public string Write(SkipToken token) =>
        reader.Length == 0
            ? token.Write()
            : seal.Seal(JsonSerializer.Serialize(new BoundToken(token, DeltaToken.Hash(identity), reader)));

    /// <exception cref="ODataFailure">400: it is none of ours, or not of this query and reader.</exception>
    public SkipToken Read(string text)
    {
        if (reader.Length == 0)
            return SkipToken.Read(text);
        return
            Sealed.Open<BoundToken>(seal, text) is { Page.Position: not null } bound
            && bound.Query == DeltaToken.Hash(identity)
            && bound.Reader == reader
            ? bound.Page
            : throw SkipToken.Wrong();
    }

    private sealed record BoundToken(SkipToken Page, string Query, string Reader);
}

/// <summary>What was sealed as JSON.</summary>
internal static class Sealed
{
    /// <summary>Null: it was not sealed here, or is something else that was.</summary>
    public static T? Open<T>(ITokenSeal seal, string text)
        where T : class
    {
        try
        {
            return seal.Open(text) is { } opened ? JsonSerializer.Deserialize<T>(opened) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
