using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>
/// Conditions. OData's comparisons are true or false also of null (<c>null eq null</c> is true, <c>null gt 1</c> false), SQL's
/// are null. Where null decides as false does, SQL's shorter form stands, which indexes serve; below <c>not</c>, or as a
/// value, the exact one.
/// </summary>
internal sealed class Conditions(Expressions expressions)
{
    /// <param name="exact">False must be false, not null.</param>
    public string Of(SingleValueNode node, bool exact)
    {
        var query = expressions.Query;
        switch (node)
        {
            case ConvertNode { TypeReference: var type } convert
                when Model.EdmPrimitives.KindOf(type) is Kind.Boolean or Kind.None:
                return Of(convert.Source, exact);
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and:
                query.CountNode();
                return $"({Of(and.Left, exact)} and {Of(and.Right, exact)})";
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } or:
                query.CountNode();
                return $"({Of(or.Left, exact)} or {Of(or.Right, exact)})";
            case UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not:
                query.CountNode();
                return $"(not {Of(not.Operand, exact: true)})";
            case BinaryOperatorNode binary when !Arithmetic.Is(binary.OperatorKind):
                query.CountNode();
                if (binary.OperatorKind == BinaryOperatorKind.Has)
                    throw ODataFailure.NotImplemented("has");
                return Compared(binary, exact);
            case InNode among:
                query.CountNode();
                return Among(among, exact);
            case AnyNode any:
                query.CountNode();
                return Some(any, every: false);
            case AllNode all:
                query.CountNode();
                return Some(all, every: true);
            default:
                var value = expressions.Value(node);
                return value.IsNull || value.Kind is Kind.Boolean
                    ? value.IsNull
                        ? "null::boolean"
                        : value.Sql
                    : throw ODataFailure.Malformed("A condition is true or false; this value is neither.");
        }
    }

    /// <summary>Whether the exact condition can still be null: through a value that is a condition itself.</summary>
    public static bool MayBeNull(SingleValueNode node) =>
        node switch
        {
            ConvertNode convert => MayBeNull(convert.Source),
            BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } both =>
                MayBeNull(both.Left) || MayBeNull(both.Right),
            UnaryOperatorNode not => MayBeNull(not.Operand),
            BinaryOperatorNode or InNode or AnyNode or AllNode => false,
            _ => true,
        };

    private string Compared(BinaryOperatorNode node, bool exact)
    {
        var left = expressions.Value(node.Left);
        var right = expressions.Value(node.Right);
        string sign = node.OperatorKind switch
        {
            BinaryOperatorKind.Equal => "=",
            BinaryOperatorKind.NotEqual => "<>",
            BinaryOperatorKind.GreaterThan => ">",
            BinaryOperatorKind.GreaterThanOrEqual => ">=",
            BinaryOperatorKind.LessThan => "<",
            BinaryOperatorKind.LessThanOrEqual => "<=",
            _ => throw ODataFailure.NotImplemented($"The operator {node.OperatorKind}"),
        };
        if (left.IsNull || right.IsNull)
            return WithNull(left.IsNull ? right : left, sign);
        if (Model.EdmPrimitives.IsSpatial(left.Kind) || Model.EdmPrimitives.IsSpatial(right.Kind))
            throw ODataFailure.NotImplemented(
                "The comparison of geographies (geo.intersects and geo.distance are)"
            );
        CheckComparable(left, right);
        string within =
            GeoFunctions.WithinReach(left, sign, right)
            ?? GeoFunctions.WithinReach(right, Turned(sign), left)
            ?? "";
        string plain = $"{within}{left.Sql} {sign} {right.Sql}";
        bool both = left.Nullable && right.Nullable;
        return sign switch
        {
            _ when !left.Nullable && !right.Nullable => $"({plain})",
            "=" when exact || both => $"({left.Sql} is not distinct from {right.Sql})",
            "<>" => $"({left.Sql} is distinct from {right.Sql})",
            ">=" or "<=" when both => $"coalesce({plain}, {left.Sql} is null and {right.Sql} is null)",
            _ => exact ? $"coalesce({plain}, false)" : $"({plain})",
        };
    }

    // Null equals null and nothing else; it is neither less nor greater.
    private static string WithNull(SqlValue other, string sign) =>
        sign switch
        {
            "=" or ">=" or "<=" => other.IsNull ? "true"
            : other.Nullable ? $"({other.Sql} is null)"
            : "false",
            "<>" => other.IsNull ? "false"
            : other.Nullable ? $"({other.Sql} is not null)"
            : "true",
            _ => "false",
        };

    private static string Turned(string sign) =>
        sign switch
        {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            _ => sign,
        };

    // Computed names are untyped for the parser, so that it lets pass what PostgreSQL would refuse.
    private static void CheckComparable(SqlValue left, SqlValue right)
    {
        if (
            left.Kind != right.Kind
            && !(Model.EdmPrimitives.IsNumeric(left.Kind) && Model.EdmPrimitives.IsNumeric(right.Kind))
            && !(
                left.Kind is Kind.Date or Kind.DateTimeOffset
                && right.Kind is Kind.Date or Kind.DateTimeOffset
            )
        )
            throw ODataFailure.Malformed($"{left.Kind} and {right.Kind} cannot be compared.");
    }

    private string Among(InNode node, bool exact)
    {
        var left = expressions.Value(node.Left);
        if (node.Right is not CollectionConstantNode list)
            throw ODataFailure.NotImplemented("in with anything but a list of literals");
        // Microsoft's parser reads the list as JSON, where a backslash makes another text of it.
        if (left.Kind == Kind.String && list.LiteralText?.Contains('\\', StringComparison.Ordinal) == true)
            throw ODataFailure.NotImplemented("in with a text that has a backslash (eq is)");
        var items = list.Collection.Select(item => item.Value).ToList();
        foreach (var _ in items)
            expressions.Query.CountNode();
        if (left.IsNull)
            return items.Contains(null!) ? "true" : "false";
        if (Model.EdmPrimitives.IsSpatial(left.Kind))
            throw ODataFailure.NotImplemented("in with geographies");
        var said = items.Where(item => item is not null).ToList();
        string found;
        try
        {
            found = $"({left.Sql} = any ({expressions.Query.Parameters.AddArray(said!, left.Kind)}))";
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            throw ODataFailure.Malformed($"A value in the list is no {left.Kind}.");
        }
        if (!left.Nullable)
            return found;
        return said.Count < items.Count ? $"({left.Sql} is null or {found})"
            : exact ? $"coalesce({found}, false)"
            : found;
    }

    private string Some(LambdaNode node, bool every)
    {
        var (row, tie) = expressions.Rows(node.Source);
        var inner = node.CurrentRangeVariable is { } variable
            ? expressions.With(variable.Name, row)
            : expressions;
        string body = node.Body is ConstantNode { Value: true } or null
            ? "true"
            : inner.Conditions.Of(node.Body, exact: every);
        return every
            ? $"(not exists (select 1 from {row.From} where {tie} and ({body}) is not true))"
            : $"(exists (select 1 from {row.From} where {tie} and {body}))";
    }
}
