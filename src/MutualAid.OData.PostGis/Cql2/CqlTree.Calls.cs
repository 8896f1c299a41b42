using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Cql2;

/// <content>Functions: what text, places and times are asked by.</content>
internal sealed partial class CqlTree
{
    private static readonly string[] Spatial =
    [
        "S_INTERSECTS",
        "S_EQUALS",
        "S_DISJOINT",
        "S_TOUCHES",
        "S_WITHIN",
        "S_OVERLAPS",
        "S_CROSSES",
        "S_CONTAINS",
    ];

    /// <param name="name">In capitals.</param>
    public CqlTerm Call(string name, IReadOnlyList<CqlTerm> of, int position)
    {
        void Takes(int count)
        {
            if (of.Count != count)
                throw new CqlException(CqlFault.Expected, position, $"{name}: {count}");
        }
        switch (name)
        {
            case "CASEI":
            case "ACCENTI":
                Takes(1);
                return Call(
                    $"cql.{name.ToLowerInvariant()}",
                    Kind.String,
                    position,
                    Node(of[0], Kind.String)
                );
            case "TIMESTAMP":
                Takes(1);
                return Instant(Written(of[0], "TIMESTAMP('2026-01-31T09:00:00Z')"), of[0].Position);
            case "DATE":
                Takes(1);
                return Day(Written(of[0], "DATE('2026-01-31')"), of[0].Position);
            case "INTERVAL":
                Takes(2);
                return new CqlInterval(Bound(of[0]), Bound(of[1]), position);
            // The names of drafts.
            case "INTERSECTS"
            or "WITHIN"
            or "DISJOINT"
            or "CONTAINS"
            or "TOUCHES"
            or "OVERLAPS"
            or "CROSSES"
            or "EQUALS":
                return Call("S_" + name, of, position);
        }
        if (Spatial.Contains(name))
        {
            Takes(2);
            return Call($"cql.{name.ToLowerInvariant()}", Kind.Boolean, position, Place(of[0]), Place(of[1]));
        }
        if (!name.StartsWith("T_", StringComparison.Ordinal))
            throw new CqlException(CqlFault.Function, position, name);
        Takes(2);
        return Times(name, of[0], of[1], position);
    }

    private static string Written(CqlTerm term, string example) =>
        Scalar(term).Node is ConstantNode { Value: string text }
            ? text
            : throw new CqlException(CqlFault.Expected, term.Position, example);

    private static SingleValueNode Place(CqlTerm term)
    {
        var node = Scalar(term).Node;
        return EdmPrimitives.IsSpatial(KindOf(node))
            ? node
            : throw new CqlException(CqlFault.Type, term.Position, Name(KindOf(node)));
    }

    private CqlScalar? Bound(CqlTerm term)
    {
        var scalar = Scalar(term);
        if (scalar.Node is not ConstantNode { Value: string text })
            return IsTime(KindOf(scalar.Node))
                ? scalar
                : throw new CqlException(CqlFault.Type, term.Position, Name(KindOf(scalar.Node)));
        return text switch
        {
            ".." => null,
            { Length: 10 } => (CqlScalar)Day(text, term.Position),
            _ => (CqlScalar)Instant(text, term.Position),
        };
    }

    private static bool IsTime(Kind kind) => kind is Kind.DateTimeOffset or Kind.Date;

    // As the table of relations in 21-065r2 has them, each by where the two begin and end.
    private CqlTerm Times(string name, CqlTerm left, CqlTerm right, int position)
    {
        var (a, b) = (Span(left, right), Span(right, left));
        SingleValueNode Is(CqlBound one, string sign, CqlBound other) => Ordered(one, sign, other, position);
        SingleValueNode All(params List<SingleValueNode> nodes) =>
            Balanced(BinaryOperatorKind.And, nodes, 0, nodes.Count);
        var holds = name switch
        {
            "T_AFTER" => Is(a.Start, ">", b.End),
            "T_BEFORE" => Is(a.End, "<", b.Start),
            "T_CONTAINS" => All(Is(a.Start, "<", b.Start), Is(a.End, ">", b.End)),
            "T_DISJOINT" => new BinaryOperatorNode(
                BinaryOperatorKind.Or,
                Is(a.End, "<", b.Start),
                Is(a.Start, ">", b.End)
            ),
            "T_DURING" => All(Is(a.Start, ">", b.Start), Is(a.End, "<", b.End)),
            "T_EQUALS" => All(Is(a.Start, "=", b.Start), Is(a.End, "=", b.End)),
            "T_FINISHEDBY" => All(Is(a.Start, "<", b.Start), Is(a.End, "=", b.End)),
            "T_FINISHES" => All(Is(a.Start, ">", b.Start), Is(a.End, "=", b.End)),
            "T_INTERSECTS" => All(Is(a.Start, "<=", b.End), Is(a.End, ">=", b.Start)),
            "T_MEETS" => Is(a.End, "=", b.Start),
            "T_METBY" => Is(a.Start, "=", b.End),
            "T_OVERLAPPEDBY" => All(
                Is(a.Start, ">", b.Start),
                Is(a.Start, "<", b.End),
                Is(a.End, ">", b.End)
            ),
            "T_OVERLAPS" => All(Is(a.Start, "<", b.Start), Is(a.End, ">", b.Start), Is(a.End, "<", b.End)),
            "T_STARTEDBY" => All(Is(a.Start, "=", b.Start), Is(a.End, ">", b.End)),
            "T_STARTS" => All(Is(a.Start, "=", b.Start), Is(a.End, "<", b.End)),
            _ => throw new CqlException(CqlFault.Function, position, name),
        };
        return new CqlScalar(holds, position);
    }

    // A time without end there is Node null; Infinite tells the side.
    private readonly record struct CqlBound(CqlScalar? Node, int Infinite);

    private static (CqlBound Start, CqlBound End) Span(CqlTerm term, CqlTerm beside)
    {
        if (term is CqlInterval interval)
            return (
                new CqlBound(interval.From is null ? null : Moment(interval.From, beside, last: false), -1),
                new CqlBound(interval.To is null ? null : Moment(interval.To, beside, last: true), 1)
            );
        var scalar = Scalar(term);
        var kind = KindOf(scalar.Node);
        if (!IsTime(kind) && kind != Kind.String)
            throw new CqlException(CqlFault.Type, term.Position, Name(kind));
        return (
            new CqlBound(Moment(scalar, beside, false), 0),
            new CqlBound(Moment(scalar, beside, true), 0)
        );
    }

    // A day beside instants lasts from its first moment to its last; beside days it is one.
    private static CqlScalar Moment(CqlScalar bound, CqlTerm beside, bool last)
    {
        bool days = beside switch
        {
            CqlScalar other => KindOf(other.Node) == Kind.Date,
            CqlInterval other => (other.From ?? other.To) is { } one && KindOf(one.Node) == Kind.Date,
            _ => false,
        };
        return bound.Node is ConstantNode { Value: Date day } && !days
            ? bound with
            {
                Node = Constant(last ? LastMoment(day) : Start(day), Kind.DateTimeOffset),
            }
            : bound;
    }

    private SingleValueNode Ordered(CqlBound one, string sign, CqlBound other, int position)
    {
        if (one.Node is { } a && other.Node is { } b)
            return ((CqlScalar)Compare(sign, a, b, position)).Node;
        int order = (one.Node is null ? one.Infinite : 0).CompareTo(other.Node is null ? other.Infinite : 0);
        return Constant(
            sign switch
            {
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                ">=" => order >= 0,
                _ => order == 0,
            },
            Kind.Boolean
        );
    }
}
