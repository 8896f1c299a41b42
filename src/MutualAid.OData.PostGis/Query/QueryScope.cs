using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>What all parts of one statement share: the model, the parameters, the aliases, the limits.</summary>
/// <param name="now">What <c>now()</c> is, once for the whole request.</param>
/// <param name="reader">Values for the placeholders (<c>{name}</c>) in the views' sources.</param>
public sealed class QueryScope(
    ServiceModel model,
    ODataLimits limits,
    DateTimeOffset now,
    IReadOnlyDictionary<string, Guid>? reader = null
)
{
    private int aliases;
    private int nodes;
    private int expansions;
    private int joins;

    /// <summary>Whether every answered row hangs on itself alone: on no other row, and not on the hour.</summary>
    internal bool OwnFactsAlone { get; private set; } = true;

    internal void HangsOnMore() => OwnFactsAlone = false;

    public ServiceModel Model => model;

    public ODataLimits Limits => limits;

    public DateTimeOffset Now => now;

    public SqlParameters Parameters { get; } = new();

    internal string Alias() => $"t{aliases++}";

    /// <summary>The view's FROM, with the reader's values as parameters.</summary>
    internal string Source(EntityView view)
    {
        string source = view.Source;
        foreach (var (name, value) in reader ?? new Dictionary<string, Guid>())
            if (source.Contains($"{{{name}}}", StringComparison.Ordinal))
                source = source.Replace(
                    $"{{{name}}}",
                    Parameters.Add(value, Microsoft.OData.Edm.EdmPrimitiveTypeKind.Guid),
                    StringComparison.Ordinal
                );
        return source;
    }

    /// <exception cref="ODataFailure">400: the request is longer than the limit.</exception>
    internal void CountNode()
    {
        if (++nodes > limits.Nodes)
            throw ODataFailure.TooMuch(
                $"A request has at most {limits.Nodes} operators, functions, names and literals."
            );
    }

    // The time to plan a statement grows faster than its joins.
    internal void CountJoin()
    {
        HangsOnMore();
        if (++joins > limits.Joins)
            throw ODataFailure.TooMuch(
                $"A request follows at most {limits.Joins} ways to one in its expressions."
            );
    }

    internal void CountExpansion(int depth)
    {
        HangsOnMore();
        if (depth > limits.ExpandDepth)
            throw ODataFailure.TooMuch($"$expand goes at most {limits.ExpandDepth} deep.");
        if (++expansions > limits.Expansions)
            throw ODataFailure.TooMuch($"A request has at most {limits.Expansions} expansions.");
    }
}
