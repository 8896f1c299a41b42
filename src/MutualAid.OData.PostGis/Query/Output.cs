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
    public string Name => string.Join('/', Path);
}
