using System.Text.RegularExpressions;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>What all parts of one statement share: the model, the parameters, the aliases, the limits.</summary>
/// <param name="now">What <c>now()</c> is, once for the whole request.</param>
/// <param name="reader">Values for the placeholders (<c>{name}</c>) in the views' sources, each an array of <c>uuid</c>.</param>
public sealed partial class QueryScope(
    ServiceModel model,
    ODataLimits limits,
    DateTimeOffset now,
    IReadOnlyDictionary<string, IReadOnlyList<Guid>>? reader = null
)
{
    private readonly Dictionary<string, string> bound = [];
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
    /// <exception cref="InvalidOperationException">The reader has no value for it: an error of whoever chose the model.</exception>
    internal string Source(EntityView view) =>
        Placeholders().Replace(view.Source, match => Bound(view, match.Groups[1].Value));

    private string Bound(EntityView view, string name)
    {
        if (bound.TryGetValue(name, out string? sql))
            return sql;
        if (reader?.TryGetValue(name, out var values) != true)
            throw new InvalidOperationException(
                $"{view.Set} is limited by {name}, which this reader has not"
            );
        object[] items = [.. values!.Cast<object>()];
        return bound[name] = Parameters.AddArray(items, Microsoft.OData.Edm.EdmPrimitiveTypeKind.Guid);
    }

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    private static partial Regex Placeholders();

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
