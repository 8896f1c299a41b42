using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>
/// Builds the tree, of the nodes that OData's own parser makes, whichever way the filter is written. Here stands what fits
/// what: a text beside a time is read as one, numbers of two types meet in the wider.
/// </summary>
internal sealed partial class CqlTree
{
    private readonly EntityView view;
    private readonly CqlPlane plane;
    private readonly IEdmEntityType type;
    private readonly ResourceRangeVariableReferenceNode row;

    public CqlTree(ServiceModel model, EntityView view, CqlPlane plane)
    {
        (this.view, this.plane) = (view, plane);
        var set = model.Edm.EntityContainer.FindEntitySet(view.Set);
        type = set.EntityType();
        row = new ResourceRangeVariableReferenceNode(
            "$it",
            new ResourceRangeVariable("$it", new EdmEntityTypeReference(type, false), set)
        );
    }

    /// <summary>The whole filter: something that holds or does not.</summary>
    public SingleValueNode Condition(CqlTerm term) => Node(term, Kind.Boolean);

    public CqlTerm Property(string name, int position) =>
        view.Column(name) is null
            ? throw new CqlException(CqlFault.Property, position, name)
            : new CqlScalar(new SingleValuePropertyAccessNode(row, type.FindProperty(name)), position);

    public CqlTerm Logic(BinaryOperatorKind kind, IReadOnlyList<CqlTerm> terms, int position)
    {
        var nodes = terms.Select(Condition).ToList();
        return new CqlScalar(Balanced(kind, nodes, 0, nodes.Count), position);
    }

    public CqlTerm Not(CqlTerm term, int position) =>
        new CqlScalar(new UnaryOperatorNode(UnaryOperatorKind.Not, Condition(term)), position);

    public CqlTerm IsNull(CqlTerm term, int position) =>
        Call("cql.isnull", Kind.Boolean, position, Scalar(term).Node);

    public CqlTerm Compare(string sign, CqlTerm left, CqlTerm right, int position) =>
        new CqlScalar(
            Compared(
                sign switch
                {
                    "=" => BinaryOperatorKind.Equal,
                    "<>" => BinaryOperatorKind.NotEqual,
                    "<" => BinaryOperatorKind.LessThan,
                    "<=" => BinaryOperatorKind.LessThanOrEqual,
                    ">" => BinaryOperatorKind.GreaterThan,
                    _ => BinaryOperatorKind.GreaterThanOrEqual,
                },
                Scalar(left),
                Scalar(right),
                position
            ),
            position
        );

    public CqlTerm Like(CqlTerm text, CqlTerm pattern, bool anyCase, int position)
    {
        var (node, like) = (Node(text, Kind.String), Node(pattern, Kind.String));
        // PostgreSQL refuses a pattern that ends within an escape.
        if (
            like is ConstantNode { Value: string written }
            && (written.Length - written.TrimEnd('\\').Length) % 2 == 1
        )
            throw new CqlException(CqlFault.Value, pattern.Position, "LIKE");
        if (anyCase)
            (node, like) = (Call("cql.casei", Kind.String, node), Call("cql.casei", Kind.String, like));
        return Call("cql.like", Kind.Boolean, position, node, like);
    }

    public CqlTerm Between(CqlTerm term, CqlTerm from, CqlTerm to, int position) =>
        Logic(
            BinaryOperatorKind.And,
            [Compare(">=", term, from, position), Compare("<=", term, to, position)],
            position
        );

    public CqlTerm In(CqlTerm term, IReadOnlyList<CqlTerm> of, int position)
    {
        if (of.Count == 0)
            throw new CqlException(CqlFault.Expected, position, "a value");
        return Logic(
            BinaryOperatorKind.Or,
            [.. of.Select(one => Compare("=", term, one, position))],
            position
        );
    }

    public CqlTerm Minus(CqlTerm term, int position)
    {
        var node = Number(term);
        return new CqlScalar(
            node is ConstantNode constant
                ? Negative(constant)
                : new UnaryOperatorNode(UnaryOperatorKind.Negate, node),
            position
        );
    }

    public CqlTerm Reckon(string sign, CqlTerm left, CqlTerm right, int position)
    {
        var (a, b) = (Number(left), Number(right));
        // A quotient of whole numbers is no whole number in CQL2; in OData it is.
        if (sign is "/" or "^" or "DIV")
            return Call(
                sign switch
                {
                    "/" => "cql.quotient",
                    "^" => "cql.power",
                    _ => "cql.div",
                },
                Kind.Double,
                position,
                a,
                b
            );
        var kind = Wider(KindOf(a), KindOf(b));
        return new CqlScalar(
            new BinaryOperatorNode(
                sign switch
                {
                    "+" => BinaryOperatorKind.Add,
                    "-" => BinaryOperatorKind.Subtract,
                    "*" => BinaryOperatorKind.Multiply,
                    _ => BinaryOperatorKind.Modulo,
                },
                Wide(a, kind),
                Wide(b, kind)
            ),
            position
        );
    }

    public CqlTerm Geometry((CqlShape? Shape, IReadOnlyList<double>? Box) written, int position)
    {
        var shape = written.Shape ?? CqlShape.Box(written.Box!, plane, position);
        return Call(
            "cql.geometry",
            Kind.Geography,
            position,
            Constant(shape.Wkt(plane), Kind.String),
            Constant(plane.System, Kind.String)
        );
    }

    // A long row of ANDs nested one in the other would be a deep tree.
    private static SingleValueNode Balanced(
        BinaryOperatorKind kind,
        List<SingleValueNode> nodes,
        int from,
        int to
    ) =>
        to - from == 1
            ? nodes[from]
            : new BinaryOperatorNode(
                kind,
                Balanced(kind, nodes, from, (from + to) / 2),
                Balanced(kind, nodes, (from + to) / 2, to)
            );

    private static CqlScalar Scalar(CqlTerm term) =>
        term as CqlScalar ?? throw new CqlException(CqlFault.Type, term.Position, "INTERVAL");

    private static Kind KindOf(SingleValueNode node) => EdmPrimitives.KindOf(node.TypeReference);

    private static SingleValueNode Node(CqlTerm term, Kind kind)
    {
        var scalar = Scalar(term);
        return KindOf(scalar.Node) == kind
            ? scalar.Node
            : throw new CqlException(CqlFault.Type, term.Position, $"{kind}");
    }

    private static CqlScalar Call(string name, Kind kind, int position, params SingleValueNode[] of) =>
        new(Call(name, kind, of), position);

    private static SingleValueFunctionCallNode Call(string name, Kind kind, params SingleValueNode[] of) =>
        new(name, of, TypeOf(kind));

    private static IEdmTypeReference TypeOf(Kind kind) =>
        EdmPrimitives.IsSpatial(kind)
            ? new EdmSpatialTypeReference(EdmCoreModel.Instance.GetPrimitiveType(kind), true, 4326)
            : EdmCoreModel.Instance.GetPrimitive(kind, true);
}
