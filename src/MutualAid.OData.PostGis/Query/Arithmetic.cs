using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary><c>add sub mul div mod</c> on numbers, and the first two on times. Overflow and division by zero are the reader's errors.</summary>
internal static class Arithmetic
{
    public static bool Is(BinaryOperatorKind kind) =>
        kind
            is BinaryOperatorKind.Add
                or BinaryOperatorKind.Subtract
                or BinaryOperatorKind.Multiply
                or BinaryOperatorKind.Divide
                or BinaryOperatorKind.Modulo;

    public static SqlValue Of(BinaryOperatorKind kind, SqlValue left, SqlValue right)
    {
        if (left.IsNull || right.IsNull)
            return SqlValue.Null;
        bool nullable = left.Nullable || right.Nullable;
        char sign = kind switch
        {
            BinaryOperatorKind.Add => '+',
            BinaryOperatorKind.Subtract => '-',
            BinaryOperatorKind.Multiply => '*',
            BinaryOperatorKind.Divide => '/',
            _ => '%',
        };
        if (EdmPrimitives.IsNumeric(left.Kind) && EdmPrimitives.IsNumeric(right.Kind))
        {
            var result = Wider(left.Kind, right.Kind);
            // PostgreSQL has no remainder of floating numbers.
            return sign == '%' && result is Kind.Double or Kind.Single
                ? new SqlValue(
                    $"mod({left.Sql}::numeric, {right.Sql}::numeric)::double precision",
                    Kind.Double,
                    nullable
                )
                : new SqlValue($"({As(left, result)} {sign} {As(right, result)})", result, nullable);
        }
        var times = (left.Kind, sign, right.Kind);
        return times switch
        {
            (Kind.DateTimeOffset, '+' or '-', Kind.Duration) => new SqlValue(
                // A day is 24 hours, whatever zone the session is in.
                $"(({left.Sql} at time zone 'UTC' {sign} {right.Sql}) at time zone 'UTC')",
                Kind.DateTimeOffset,
                nullable
            ),
            (Kind.Duration, '+', Kind.DateTimeOffset) => Of(kind, right, left),
            (Kind.Date, '+' or '-', Kind.Duration) => new SqlValue(
                $"(({left.Sql} {sign} {right.Sql})::date)",
                Kind.Date,
                nullable
            ),
            (Kind.DateTimeOffset, '-', Kind.DateTimeOffset) => new SqlValue(
                $"({left.Sql} - {right.Sql})",
                Kind.Duration,
                nullable
            ),
            (Kind.Date, '-', Kind.Date) => new SqlValue(
                $"make_interval(days => {left.Sql} - {right.Sql})",
                Kind.Duration,
                nullable
            ),
            (Kind.Duration, '+' or '-', Kind.Duration) => new SqlValue(
                $"({left.Sql} {sign} {right.Sql})",
                Kind.Duration,
                nullable
            ),
            (Kind.Duration, '*' or '/', _) when EdmPrimitives.IsNumeric(right.Kind) => new SqlValue(
                $"({left.Sql} {sign} {right.Sql}::double precision)",
                Kind.Duration,
                nullable
            ),
            _ => throw ODataFailure.Malformed($"{left.Kind} {kind} {right.Kind} has no meaning."),
        };
    }

    /// <summary>The type that two numbers meet in.</summary>
    public static Kind Wider(Kind one, Kind other)
    {
        ReadOnlySpan<Kind> order = [Kind.Int32, Kind.Int64, Kind.Decimal, Kind.Single, Kind.Double];
        int at = Math.Max(order.IndexOf(one), order.IndexOf(other));
        // Less than Int32 counts as Int32; Single is too short for an Int32 beside it.
        var wider = at < 0 ? Kind.Int32 : order[at];
        return wider == Kind.Single && one != other ? Kind.Double : wider;
    }

    private static string As(SqlValue value, Kind kind) =>
        value.Kind == kind ? value.Sql : $"{value.Sql}::{EdmPrimitives.SqlType(kind)}";
}
