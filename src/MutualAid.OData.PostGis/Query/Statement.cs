using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>One statement of a request: columns of the answer first, then the position's.</summary>
/// <param name="Of">Whose entities the rows are; null: they are none.</param>
internal sealed record Statement(
    string Sql,
    SqlParameters Parameters,
    IReadOnlyList<Output> Outputs,
    int Positions,
    EntityView? Of = null
);
