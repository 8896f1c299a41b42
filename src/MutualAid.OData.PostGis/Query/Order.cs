using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>
/// A total order: what the reader asks for, then the key, so that a page can begin right after any row. Null is less than
/// everything (OData Protocol 11.2.6.2).
/// </summary>
internal sealed class Order
{
    private readonly List<(SqlValue Value, bool Descending)> items = [];

    public Order(Expressions expressions, OrderByClause? asked, IEnumerable<SqlValue> ties)
    {
        for (var clause = asked; clause is not null; clause = clause.ThenBy)
        {
            if (items.Count == expressions.Query.Limits.OrderBy)
                throw ODataFailure.TooMuch($"$orderby has at most {items.Count} expressions.");
            var value = expressions.Value(clause.Expression);
            if (EdmPrimitives.IsSpatial(value.Kind))
                throw ODataFailure.NotImplemented("An order of geographies (that of geo.distance is)");
            // A literal is the same in every row.
            if (!value.IsNull && clause.Expression is not ConstantNode)
                items.Add((value, clause.Direction == OrderByDirection.Descending));
        }
        foreach (var tie in ties)
            if (items.All(item => item.Value.Sql != tie.Sql))
                items.Add((tie, false));
    }

    public int Count => items.Count;

    public IReadOnlyList<string> Values => [.. items.Select(item => item.Value.Sql)];

    /// <summary>
    /// Where a row says how it stands: which of the columns that are shown anyhow holds an item's value in full; -1: none
    /// does, and the value is asked for as text beside them.
    /// </summary>
    public IReadOnlyList<(int Shown, int Item)> Position(List<Output> shown) =>
        [
            .. items.Select(
                (item, at) =>
                    (
                        shown.FindIndex(output =>
                            output.Value.Kind is Kind.Guid or Kind.String
                            && !output.Json
                            && output.Value.Sql == item.Value.Sql
                        ),
                        at
                    )
            ),
        ];

    /// <summary>The distance that the order begins with, nearest first; null: it begins with something else.</summary>
    public string? Nearest =>
        items is [{ Descending: false, Value: { Between: not null, Nullable: false } first }, ..]
            ? first.Sql
            : null;

    public string Sql => Written((value, _) => value.Sql);

    /// <summary>The same order over columns that hold the values, numbered after a prefix.</summary>
    public string Over(string prefix) => Written((_, at) => $"{prefix}{at}");

    private string Written(Func<SqlValue, int, string> column) =>
        string.Join(
            ", ",
            items.Select(
                (item, at) =>
                    column(item.Value, at)
                    + (item.Descending ? " desc" : "")
                    + (
                        !item.Value.Nullable ? ""
                        : item.Descending ? " nulls last"
                        : " nulls first"
                    )
            )
        );

    /// <summary>The condition of standing after a row.</summary>
    /// <exception cref="ODataFailure">400: the position is of another order.</exception>
    public string After(IReadOnlyList<string?> position, SqlParameters parameters)
    {
        if (position.Count != items.Count)
            throw ODataFailure.Malformed("$skiptoken is not of this query.");
        var given = items
            .Zip(
                position,
                (item, text) =>
                    text is null
                        ? null
                        : parameters.Written(text, EdmPrimitives.SqlType(item.Value.Kind) ?? "text")
            )
            .ToList();
        // One comparison of rows where it says the same: an index serves it.
        if (items.TrueForAll(item => !item.Value.Nullable && item.Descending == items[0].Descending))
            return $"({string.Join(", ", items.Select(item => item.Value.Sql))}) {(items[0].Descending ? '<' : '>')} ({string.Join(", ", given)})";
        string after = "false";
        for (int at = items.Count - 1; at >= 0; at--)
            after = $"({Beyond(items[at], given[at])} or ({Equal(items[at].Value, given[at])} and {after}))";
        return after;
    }

    private static string Beyond((SqlValue Value, bool Descending) item, string? given) =>
        (given, item.Descending) switch
        {
            (null, false) => $"{item.Value.Sql} is not null",
            (null, true) => "false",
            (_, false) => $"{item.Value.Sql} > {given}",
            (_, true) when item.Value.Nullable => $"({item.Value.Sql} < {given} or {item.Value.Sql} is null)",
            _ => $"{item.Value.Sql} < {given}",
        };

    private static string Equal(SqlValue value, string? given) =>
        given is null ? $"{value.Sql} is null" : $"{value.Sql} = {given}";
}
