using System.Text;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>OData's meaning of comparisons, conditions and reckoning, over plain values.</summary>
public static class Semantics
{
    public static bool IsNumber(Kind kind) =>
        kind is Kind.Int16 or Kind.Int32 or Kind.Int64 or Kind.Double or Kind.Decimal;

    public static bool IsWhole(Kind kind) => kind is Kind.Int16 or Kind.Int32 or Kind.Int64;

    /// <summary>Less than 0, 0, or more; neither is null.</summary>
    public static int Order(object one, object other, bool loose = false)
    {
        if (one is double || other is double)
        {
            var (left, right) = (Convert.ToDouble(one), Convert.ToDouble(other));
            if (
                loose
                && left != right
                && Math.Abs(left - right) <= 1e-3 + (1e-6 * Math.Max(Math.Abs(left), Math.Abs(right)))
            )
                throw new DoubtfulException("near");
            return left.CompareTo(right);
        }
        return (one, other) switch
        {
            (long or decimal, long or decimal) => Loosely(
                Convert.ToDecimal(one),
                Convert.ToDecimal(other),
                loose
            ),
            (string left, string right) => Encoding
                .UTF8.GetBytes(left)
                .AsSpan()
                .SequenceCompareTo(Encoding.UTF8.GetBytes(right)),
            (DateOnly day, DateTimeOffset) => Order(Midnight(day), other),
            (DateTimeOffset, DateOnly day) => Order(one, Midnight(day)),
            (Guid left, Guid right) => string.CompareOrdinal(left.ToString(), right.ToString()),
            _ => ((IComparable)one).CompareTo(other),
        };
    }

    /// <summary>Null is less than everything.</summary>
    public static int OrderWithNull(object? one, object? other, bool loose) =>
        (one, other) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            _ => Order(one, other, loose),
        };

    public static bool Compare(string sign, object? one, object? other, bool loose)
    {
        if (one is null || other is null)
        {
            bool both = one is null && other is null;
            return sign switch
            {
                "eq" or "ge" or "le" => both,
                "ne" => !both,
                _ => false,
            };
        }
        int order = Order(one, other, loose);
        return sign switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order <= 0,
        };
    }

    public static bool? And(bool? one, bool? other) =>
        one == false || other == false ? false
        : one is null || other is null ? null
        : true;

    public static bool? Or(bool? one, bool? other) => !And(!one, !other);

    /// <summary>The kind that two numbers meet in.</summary>
    public static Kind Meet(Kind one, Kind other) =>
        one is Kind.Double || other is Kind.Double ? Kind.Double
        : one is Kind.Decimal || other is Kind.Decimal ? Kind.Decimal
        : one is Kind.Int64 || other is Kind.Int64 ? Kind.Int64
        : Kind.Int32;

    public static object? Reckon(string sign, object? one, object? other, Kind kind)
    {
        if (one is null || other is null)
            return null;
        if (sign is "div" or "mod" && Convert.ToDouble(other) == 0)
            throw new DoubtfulException("division by zero");
        try
        {
            return kind switch
            {
                Kind.Double => Double(sign, Convert.ToDouble(one), Convert.ToDouble(other)),
                Kind.Decimal => Decimal(sign, Convert.ToDecimal(one), Convert.ToDecimal(other)),
                _ => Whole(sign, Convert.ToInt64(one), Convert.ToInt64(other), kind),
            };
        }
        catch (OverflowException)
        {
            throw new DoubtfulException("overflow");
        }
    }

    public static DateTimeOffset Midnight(DateOnly day) =>
        new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static int Loosely(decimal one, decimal other, bool loose) =>
        loose && one != other && Math.Abs(one - other) <= 1e-9m * Math.Max(Math.Abs(one), Math.Abs(other))
            ? throw new DoubtfulException("near")
            : one.CompareTo(other);

    private static object Double(string sign, double one, double other) =>
        sign switch
        {
            "add" => one + other,
            "sub" => one - other,
            "mul" => one * other,
            "div" => one / other,
            _ => one % other,
        };

    private static object Decimal(string sign, decimal one, decimal other) =>
        sign switch
        {
            "add" => one + other,
            "sub" => one - other,
            "mul" => one * other,
            "div" => one / other,
            _ => one % other,
        };

    private static object Whole(string sign, long one, long other, Kind kind)
    {
        long result = checked(
            sign switch
            {
                "add" => one + other,
                "sub" => one - other,
                "mul" => one * other,
                "div" => one / other,
                _ => one % other,
            }
        );
        return kind == Kind.Int64 || result == (int)result ? result : throw new DoubtfulException("overflow");
    }
}
