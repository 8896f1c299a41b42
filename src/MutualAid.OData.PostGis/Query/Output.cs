using System.Text.Json;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>One column of the statement and where it stands in the row's JSON.</summary>
/// <param name="Path">The property's name, or the way to it (<c>Area</c>, <c>Name</c>).</param>
/// <param name="Json">The column is JSON already.</param>
/// <param name="OmitNull">Left out where it is null: an annotation.</param>
internal sealed record Output(
    IReadOnlyList<string> Path,
    SqlValue Value,
    bool Json = false,
    bool OmitNull = false
)
{
    public string Name => Path.Count == 1 ? Path[0] : string.Join('/', Path);

    /// <summary>The member's name as JSON has it: made once, written for every row.</summary>
    public JsonEncodedText Member { get; } = JsonEncodedText.Encode(Path[^1]);
}
