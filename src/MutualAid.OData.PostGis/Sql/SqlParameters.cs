using System.Globalization;
using Microsoft.OData.Edm;
using MutualAid.OData.PostGis.Model;
using Npgsql;
using NpgsqlTypes;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Sql;

/// <summary>What the reader said, apart from the statement: each value is a parameter, and no text of it ever stands in SQL.</summary>
public sealed class SqlParameters
{
    private readonly List<NpgsqlParameter> values = [];

    public int Count => values.Count;

    /// <summary>Adds a value and gives the SQL that stands for it, such as <c>$3</c>.</summary>
    /// <param name="value">As the OData parser makes it of a literal; a geography as EWKT text.</param>
    public string Add(object value, Kind kind)
    {
        if (EdmPrimitives.IsSpatial(kind))
            return Written((string)value, "geography");
        if (Extreme(value) is { } extreme)
            return Written(extreme, EdmPrimitives.SqlType(kind)!);
        object bound = value switch
        {
            DateTimeOffset time => time.ToUniversalTime(),
            Date date => new DateOnly(date.Year, date.Month, date.Day),
            TimeOfDay time => new TimeOnly(time.Ticks),
            byte small => (short)small,
            sbyte small => (short)small,
            string text => Clean(text),
            _ => value,
        };
        return Bind(bound, TypeOf(kind));
    }

    /// <summary>All values as one array, for <c>= any</c>.</summary>
    public string AddArray(IReadOnlyList<object> items, Kind kind)
    {
        var array = Array.CreateInstance(ClrType(kind), items.Count);
        for (int at = 0; at < items.Count; at++)
            array.SetValue(Bound(items[at], kind), at);
        return Bind(array, NpgsqlDbType.Array | TypeOf(kind));
    }

    /// <summary>A value in PostgreSQL's own writing, which the database reads as that type.</summary>
    public string Written(string text, string sqlType)
    {
        values.Add(new NpgsqlParameter { Value = Clean(text), NpgsqlDbType = NpgsqlDbType.Text });
        return $"${values.Count}::{sqlType}";
    }

    public void AddTo(NpgsqlCommand command)
    {
        foreach (var value in values)
            command.Parameters.Add(value.Clone());
    }

    public void AddTo(NpgsqlBatchCommand command)
    {
        foreach (var value in values)
            command.Parameters.Add(value.Clone());
    }

    // Npgsql makes infinity of the first and last moments that .NET knows.
    private static string? Extreme(object value) =>
        value switch
        {
            DateTimeOffset time when time == DateTimeOffset.MinValue => "0001-01-01 00:00:00+00",
            DateTimeOffset time when time == DateTimeOffset.MaxValue => "9999-12-31 23:59:59.999999+00",
            Date { Year: 1, Month: 1, Day: 1 } => "0001-01-01",
            Date { Year: 9999, Month: 12, Day: 31 } => "9999-12-31",
            _ => null,
        };

    private static string Clean(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw ODataFailure.Malformed("A text has a character (U+0000) that no text here has.")
            : text;

    private string Bind(object value, NpgsqlDbType type)
    {
        values.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return $"${values.Count}";
    }

    private static object Bound(object value, Kind kind) =>
        (value, kind) switch
        {
            (DateTimeOffset time, _) => time.ToUniversalTime(),
            (Date date, Kind.DateTimeOffset) => new DateTimeOffset((DateTime)date, TimeSpan.Zero),
            (Date date, _) => new DateOnly(date.Year, date.Month, date.Day),
            (TimeOfDay time, _) => new TimeOnly(time.Ticks),
            (string text, _) => Clean(text),
            _ => Convert.ChangeType(value, ClrType(kind), CultureInfo.InvariantCulture),
        };

    private static Type ClrType(Kind kind) =>
        kind switch
        {
            Kind.Boolean => typeof(bool),
            Kind.Byte or Kind.SByte or Kind.Int16 => typeof(short),
            Kind.Int32 => typeof(int),
            Kind.Int64 => typeof(long),
            Kind.Single => typeof(float),
            Kind.Double => typeof(double),
            Kind.Decimal => typeof(decimal),
            Kind.Guid => typeof(Guid),
            Kind.DateTimeOffset => typeof(DateTimeOffset),
            Kind.Date => typeof(DateOnly),
            Kind.TimeOfDay => typeof(TimeOnly),
            Kind.Duration => typeof(TimeSpan),
            _ => typeof(string),
        };

    private static NpgsqlDbType TypeOf(Kind kind) =>
        kind switch
        {
            Kind.Boolean => NpgsqlDbType.Boolean,
            Kind.Byte or Kind.SByte or Kind.Int16 => NpgsqlDbType.Smallint,
            Kind.Int32 => NpgsqlDbType.Integer,
            Kind.Int64 => NpgsqlDbType.Bigint,
            Kind.Single => NpgsqlDbType.Real,
            Kind.Double => NpgsqlDbType.Double,
            Kind.Decimal => NpgsqlDbType.Numeric,
            Kind.Guid => NpgsqlDbType.Uuid,
            Kind.DateTimeOffset => NpgsqlDbType.TimestampTz,
            Kind.Date => NpgsqlDbType.Date,
            Kind.TimeOfDay => NpgsqlDbType.Time,
            Kind.Duration => NpgsqlDbType.Interval,
            _ => NpgsqlDbType.Text,
        };
}
