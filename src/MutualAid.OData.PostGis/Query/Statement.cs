using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>One statement of a request: columns of the answer first, then what else its position takes.</summary>
/// <param name="Position">The columns that say where a row stands in the order: of the answer's own, or after them and text.</param>
/// <param name="Of">Whose entities the rows are; null: they are none.</param>
internal sealed record Statement(
    string Sql,
    SqlParameters Parameters,
    IReadOnlyList<Output> Outputs,
    IReadOnlyList<int> Position,
    EntityView? Of = null
);
