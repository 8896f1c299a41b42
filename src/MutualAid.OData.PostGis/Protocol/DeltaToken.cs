using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>Since when changes are asked for: a snapshot of the database, bound to the query and the reader.</summary>
/// <param name="Snapshot">PostgreSQL's <c>pg_snapshot</c>: what was seen then, whatever order transactions commit in.</param>
internal sealed partial record DeltaToken(string Snapshot, DateTimeOffset At, string Query, string Reader)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public static string Hash(string identity) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 12));

    public string Write(ITokenSeal seal) => seal.Seal(JsonSerializer.Serialize(this));

    /// <exception cref="ODataFailure">400: not of this query, this reader or this service; 410: too old.</exception>
    public static DeltaToken Read(
        string text,
        ITokenSeal seal,
        string identity,
        string reader,
        DateTimeOffset now
    )
    {
        if (
            Sealed.Open<DeltaToken>(seal, text) is not { Snapshot: { } snapshot } token
            || !IsSnapshot(snapshot)
            || token.Query != Hash(identity)
            || token.Reader != reader
        )
            throw ODataFailure.Malformed("$deltatoken is not of this query and reader.");
        return now - token.At > Kept ? throw Gone() : token;
    }

    /// <summary>Whether it is a snapshot as PostgreSQL writes it: what else is sealed here must not pass for one.</summary>
    public static bool IsSnapshot(string text) => Snapshots().IsMatch(text);

    [GeneratedRegex(@"^[0-9]{1,20}:[0-9]{1,20}:[0-9,]*\z")]
    private static partial Regex Snapshots();

    public static ODataFailure Gone() =>
        new(
            410,
            "gone",
            "Changes since then are not known any more: read everything anew, with track-changes."
        );
}
