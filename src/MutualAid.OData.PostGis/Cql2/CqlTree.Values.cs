using System.Globalization;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Cql2;

/// <content>Literals, and what two values are compared as.</content>
internal sealed partial class CqlTree
{
    private static readonly string[] Instants =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HHK",
        "yyyy-MM-dd'T'", // GDAL's way to write a day
        "yyyy-MM-dd",
    ];

    public CqlTerm Text(string value, int position) =>
        // U+0000 is in no text that PostgreSQL keeps.
        value.Contains('\0', StringComparison.Ordinal)
            ? throw new CqlException(CqlFault.Value, position, "U+0000")
            : new CqlScalar(Constant(value, Kind.String), position);

    public CqlTerm Boolean(bool value, int position) =>
        new CqlScalar(Constant(value, Kind.Boolean), position);

    public CqlTerm Number(string written, int position)
    {
        if (int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole))
            return new CqlScalar(Constant(whole, Kind.Int32), position);
        if (
            long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long wide)
        )
            return new CqlScalar(Constant(wide, Kind.Int64), position);
        return
            double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
            ? new CqlScalar(Constant(number, Kind.Double), position)
            : throw new CqlException(CqlFault.Value, position, "number");
    }

    public CqlTerm Instant(string written, int position) =>
        new CqlScalar(Constant(ReadInstant(written, position), Kind.DateTimeOffset), position);

    public CqlTerm Day(string written, int position) =>
        new CqlScalar(Constant(ReadDay(written, position), Kind.Date), position);

    // The literal's own text must be one, and nobody reads it.
    private static ConstantNode Constant(object value, Kind kind) => new(value, $"'{value}'", TypeOf(kind));

    private SingleValueNode Compared(BinaryOperatorKind kind, CqlScalar left, CqlScalar right, int position)
    {
        var a = As(left, KindOf(right.Node));
        var b = As(right, KindOf(a));
        var (one, other) = (KindOf(a), KindOf(b));
        if (EdmPrimitives.IsNumeric(one) && EdmPrimitives.IsNumeric(other))
        {
            var wider = Wider(one, other);
            (a, b) = (Wide(a, wider), Wide(b, wider));
        }
        else if (
            one != other
            || EdmPrimitives.IsSpatial(one)
            || (
                one is Kind.Boolean or Kind.Guid
                && kind is not (BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual)
            )
        )
            throw new CqlException(CqlFault.Type, position, $"{Name(one)}, {Name(other)}");
        return new BinaryOperatorNode(kind, a, b);
    }

    // A literal as what it stands beside: a text as a time or an id, a day as its first moment (UTC).
    private static SingleValueNode As(CqlScalar term, Kind beside)
    {
        if (term.Node is not ConstantNode { Value: var value })
            return term.Node;
        return (value, beside) switch
        {
            (string text, Kind.Guid) => Constant(
                Guid.TryParse(text, out var id)
                    ? id
                    : throw new CqlException(CqlFault.Value, term.Position, "id"),
                Kind.Guid
            ),
            (string text, Kind.DateTimeOffset) => Constant(ReadInstant(text, term.Position), beside),
            (string text, Kind.Date) => Constant(ReadDay(text, term.Position), beside),
            (string text, Kind.TimeOfDay) => Constant(ReadTime(text, term.Position), beside),
            (Date day, Kind.DateTimeOffset) => Constant(Start(day), beside),
            _ => term.Node,
        };
    }

    private static DateTimeOffset Start(Date day) =>
        new(day.Year, day.Month, day.Day, 0, 0, 0, TimeSpan.Zero);

    // Finer than PostgreSQL's microseconds there is nothing.
    private static DateTimeOffset LastMoment(Date day) => Start(day).AddDays(1).AddMicroseconds(-1);

    // A second of 60 is read as the next minute's first.
    private static DateTimeOffset ReadInstant(string text, int position) =>
        DateTimeOffset.TryParseExact(
            text,
            Instants,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : throw new CqlException(CqlFault.Value, position, "time");

    private static Date ReadDay(string text, int position) =>
        DateOnly.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy-MM-dd'T'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? new Date(day.Year, day.Month, day.Day)
            : throw new CqlException(CqlFault.Value, position, "date");

    private static TimeOfDay ReadTime(string text, int position) =>
        TimeOnly.TryParseExact(
            text,
            ["HH:mm", "HH:mm:ss"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        )
            ? new TimeOfDay(time.Ticks)
            : throw new CqlException(CqlFault.Value, position, "time");

    private static SingleValueNode Number(CqlTerm term)
    {
        var node = Scalar(term).Node;
        return EdmPrimitives.IsNumeric(KindOf(node))
            ? node
            : throw new CqlException(CqlFault.Type, term.Position, Name(KindOf(node)));
    }

    private static Kind Wider(Kind one, Kind other) => Rank(one) >= Rank(other) ? one : other;

    private static int Rank(Kind kind) =>
        kind switch
        {
            Kind.Double or Kind.Single => 4,
            Kind.Decimal => 3,
            Kind.Int64 => 2,
            Kind.Int32 => 1,
            _ => 0,
        };

    private static SingleValueNode Wide(SingleValueNode node, Kind kind) =>
        KindOf(node) == kind ? node
        : node is ConstantNode { Value: var value }
            ? Constant(
                kind switch
                {
                    Kind.Double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
                    Kind.Decimal => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
                    _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                },
                kind
            )
        : new ConvertNode(node, TypeOf(kind));

    private static ConstantNode Negative(ConstantNode constant) =>
        constant.Value switch
        {
            // The least whole number's opposite is none of its type.
            int whole => Constant(-(long)whole, Kind.Int64),
            long wide => wide == long.MinValue
                ? Constant(-(double)wide, Kind.Double)
                : Constant(-wide, Kind.Int64),
            var other => Constant(-Convert.ToDouble(other, CultureInfo.InvariantCulture), Kind.Double),
        };

    private static string Name(Kind kind) => EdmPrimitives.SqlType(kind) ?? $"{kind}";
}
