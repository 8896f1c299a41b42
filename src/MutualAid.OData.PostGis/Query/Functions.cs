using MutualAid.OData.PostGis.Cql2;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>A function of an expression: its arguments, none of them the null literal, to its value.</summary>
internal delegate SqlValue SqlFunction(SqlValue[] arguments, QueryScope query);

/// <summary>The canonical functions (OData URL Conventions 5.1.1.5 and on), each as what PostgreSQL calls it. Times are read in UTC.</summary>
internal static class Functions
{
    private static readonly Dictionary<string, SqlFunction> Known = new(StringComparer.Ordinal)
    {
        ["contains"] = Of(Kind.Boolean, "strpos({0}, {1}) > 0"),
        ["startswith"] = Of(Kind.Boolean, "starts_with({0}, {1})"),
        ["endswith"] = Of(Kind.Boolean, "right({0}, length({1})) = {1}"),
        ["length"] = Of(Kind.Int32, "length({0})"),
        ["indexof"] = Of(Kind.Int32, "strpos({0}, {1}) - 1"),
        ["substring"] = Substring,
        ["tolower"] = Of(Kind.String, "lower({0})"),
        ["toupper"] = Of(Kind.String, "upper({0})"),
        ["trim"] = Of(Kind.String, "trim({0})"),
        ["concat"] = Of(Kind.String, "{0} || {1}"),
        ["matchespattern"] = Of(Kind.Boolean, "{0} ~ {1}"),
        ["year"] = Part("year"),
        ["month"] = Part("month"),
        ["day"] = Part("day"),
        ["hour"] = Part("hour"),
        ["minute"] = Part("minute"),
        ["second"] = Seconds,
        ["fractionalseconds"] = Fraction,
        ["totaloffsetminutes"] = Of(Kind.Int32, "(0 * extract(epoch from {0}))::integer"),
        ["totalseconds"] = Of(Kind.Decimal, "extract(epoch from {0})"),
        ["date"] = Of(Kind.Date, "({0} at time zone 'UTC')::date"),
        ["time"] = Of(Kind.TimeOfDay, "({0} at time zone 'UTC')::time"),
        ["now"] = (_, query) =>
        {
            query.HangsOnMore();
            return Time(query, query.Now);
        },
        ["mindatetime"] = (_, query) => Time(query, DateTimeOffset.MinValue),
        ["maxdatetime"] = (_, query) => Time(query, DateTimeOffset.MaxValue.AddTicks(-9)),
        ["round"] = Rounded("round({0})", "sign({0}) * floor(abs({0}) + 0.5)"),
        ["floor"] = Rounded("floor({0})", "floor({0})"),
        ["ceiling"] = Rounded("ceiling({0})", "ceiling({0})"),
        ["geo.distance"] = GeoFunctions.Distance,
        ["geo.intersects"] = GeoFunctions.Intersects,
        ["geo.length"] = GeoFunctions.Length,
    };

    /// <summary>None of CQL2's is known to OData's parser, so that no OData filter comes here with one.</summary>
    public static SqlFunction? Find(string name) =>
        Known.GetValueOrDefault(name.ToLowerInvariant()) ?? CqlFunctions.Find(name);

    /// <summary>A function whose SQL is a pattern over its arguments.</summary>
    public static SqlFunction Of(Kind kind, string pattern) =>
        (arguments, _) =>
            new SqlValue(
                "(" + Fill(pattern, arguments) + ")",
                kind,
                arguments.Any(argument => argument.Nullable)
            );

    private static SqlFunction Part(string field) =>
        (arguments, _) =>
            Extract($"extract({field} from {InUtc(arguments[0])})::integer", Kind.Int32, arguments[0]);

    private static SqlValue Seconds(SqlValue[] arguments, QueryScope query) =>
        Extract($"floor(extract(second from {InUtc(arguments[0])}))::integer", Kind.Int32, arguments[0]);

    private static SqlValue Fraction(SqlValue[] arguments, QueryScope query) =>
        Extract($"mod(extract(second from {InUtc(arguments[0])}), 1)", Kind.Decimal, arguments[0]);

    private static SqlValue Extract(string sql, Kind kind, SqlValue from) =>
        new($"({sql})", kind, from.Nullable);

    private static string InUtc(SqlValue value) =>
        value.Kind is Kind.DateTimeOffset ? $"({value.Sql} at time zone 'UTC')" : value.Sql;

    private static SqlValue Time(QueryScope query, DateTimeOffset time) =>
        new(query.Parameters.Add(time, Kind.DateTimeOffset), Kind.DateTimeOffset, false);

    // From the position (counted from 0) on; before the beginning counts as the beginning.
    private static SqlValue Substring(SqlValue[] arguments, QueryScope query)
    {
        string start = $"(greatest({arguments[1].Sql}, 0) + 1)";
        string sql =
            arguments.Length == 3
                ? $"substr({arguments[0].Sql}, {start}, greatest({arguments[2].Sql}, 0))"
                : $"substr({arguments[0].Sql}, {start})";
        return new SqlValue(sql, Kind.String, arguments.Any(argument => argument.Nullable));
    }

    // Half away from zero, as OData says; PostgreSQL rounds decimals so, and doubles to even.
    private static SqlFunction Rounded(string ofDecimals, string ofDoubles) =>
        (arguments, _) =>
        {
            var value = arguments[0];
            bool exact = value.Kind == Kind.Decimal;
            string number = exact ? value.Sql : $"{value.Sql}::double precision";
            return new SqlValue(
                $"({Fill(exact ? ofDecimals : ofDoubles, [value with { Sql = number }])})",
                exact ? Kind.Decimal : Kind.Double,
                value.Nullable
            );
        };

    private static string Fill(string pattern, SqlValue[] arguments)
    {
        for (int at = 0; at < arguments.Length; at++)
            pattern = pattern.Replace($"{{{at}}}", arguments[at].Sql, StringComparison.Ordinal);
        return pattern;
    }
}
