using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Microsoft.Spatial;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>Turns the parser's tree of an expression into SQL: values here, conditions in <see cref="Conditions"/>.</summary>
internal sealed class Expressions
{
    public const string It = "$it";
    private readonly Dictionary<string, Row> rows;

    public Expressions(QueryScope query, Row it)
        : this(query, new Dictionary<string, Row> { [It] = it }) { }

    private Expressions(QueryScope query, Dictionary<string, Row> rows)
    {
        (Query, this.rows) = (query, rows);
        Conditions = new Conditions(this);
    }

    public QueryScope Query { get; }

    public Conditions Conditions { get; }

    /// <summary>The same with one more name, as the body of <c>any</c> and <c>all</c> has.</summary>
    public Expressions With(string name, Row row) =>
        new(Query, new Dictionary<string, Row>(rows) { [name] = row });

    /// <summary>The condition in SQL; where <c>WHERE</c> decides, null counts as false.</summary>
    public string Where(SingleValueNode node) => Conditions.Of(node, exact: false);

    /// <summary>The value in SQL.</summary>
    /// <exception cref="ODataFailure">400: no such name; 501: not supported.</exception>
    public SqlValue Value(QueryNode node)
    {
        Query.CountNode();
        return node switch
        {
            ConstantNode constant => Constant(constant),
            ConvertNode convert => Converted(
                Value(convert.Source),
                EdmPrimitives.KindOf(convert.TypeReference)
            ),
            SingleValuePropertyAccessNode property => Property(property.Source, property.Property.Name),
            SingleValueOpenPropertyAccessNode open => Property(open.Source, open.Name),
            UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Negate } negated => Negated(
                Value(negated.Operand)
            ),
            BinaryOperatorNode binary when Arithmetic.Is(binary.OperatorKind) => Arithmetic.Of(
                binary.OperatorKind,
                Value(binary.Left),
                Value(binary.Right)
            ),
            BinaryOperatorNode or UnaryOperatorNode or InNode or AnyNode or AllNode => new SqlValue(
                Conditions.Of((SingleValueNode)node, exact: true),
                Kind.Boolean,
                Conditions.MayBeNull((SingleValueNode)node)
            ),
            SingleValueFunctionCallNode call => Call(call),
            CountNode count => Count(count),
            ParameterAliasNode => throw ODataFailure.Malformed("A parameter alias has no value."),
            SingleValueCastNode or SingleResourceCastNode or CollectionResourceCastNode =>
                throw ODataFailure.NotImplemented("A cast to another entity type"),
            NamedFunctionParameterNode or SingleResourceFunctionCallNode or CollectionFunctionCallNode =>
                throw ODataFailure.NotImplemented("A function of the model in an expression"),
            ResourceRangeVariableReferenceNode or SingleNavigationNode or CollectionNavigationNode =>
                throw ODataFailure.Malformed("An entity is no value: name one of its properties."),
            _ => throw ODataFailure.NotImplemented($"An expression of kind {node.Kind}"),
        };
    }

    /// <summary>The rows at the end of a way to many, under a new alias, and what ties them to this row.</summary>
    public (ViewRow Row, string Tie) Rows(CollectionNode source)
    {
        if (source is not CollectionNavigationNode way)
            throw ODataFailure.NotImplemented($"A collection of kind {source.Kind}");
        Query.HangsOnMore();
        var (target, tie) = RowOf(way.Source).Many(way.NavigationProperty.Name);
        var row = ViewRow.Start(Query, target);
        return (row, tie(row.Alias));
    }

    private SqlValue Count(CountNode node)
    {
        var (row, tie) = Rows(node.Source);
        return new SqlValue($"(select count(*) from {row.From} where {tie})", Kind.Int64, false);
    }

    private SqlValue Property(SingleValueNode? source, string name) =>
        (source is null ? rows[It] : RowOf(source)).Property(name)
        ?? throw ODataFailure.Malformed($"There is no property '{name}' here.");

    private Row RowOf(QueryNode source) =>
        source switch
        {
            ResourceRangeVariableReferenceNode reference => rows.TryGetValue(reference.Name, out var row)
                ? row
                : rows[It],
            NonResourceRangeVariableReferenceNode reference => rows.TryGetValue(reference.Name, out var row)
                ? row
                : rows[It],
            SingleNavigationNode way => RowOf(way.Source).One(way.NavigationProperty.Name),
            SingleResourceCastNode => throw ODataFailure.NotImplemented("A cast to another entity type"),
            // A computed value has no properties of its own.
            SingleValueOpenPropertyAccessNode open => throw ODataFailure.Malformed(
                $"There is no property '{open.Name}' here that has properties."
            ),
            _ => throw ODataFailure.NotImplemented($"A path over {source.Kind}"),
        };

    private SqlValue Call(SingleValueFunctionCallNode call)
    {
        if (call.Name is "cast" or "isof")
            return Cast(call);
        if (Functions.Find(call.Name) is not { } function)
            throw ODataFailure.NotImplemented($"The function {call.Name}");
        if (call.Name.Equals("matchesPattern", StringComparison.OrdinalIgnoreCase))
            CheckPattern(call.Parameters.ElementAt(1));
        var arguments = call.Parameters.Select(Value).ToArray();
        if (arguments.Any(argument => argument.IsNull))
            return SqlValue.Null; // OData: a function of null is null
        return function(arguments, Query);
    }

    // A long pattern can keep a machine busy.
    private void CheckPattern(QueryNode pattern)
    {
        if (pattern is not ConstantNode { Value: string text })
            throw ODataFailure.NotImplemented("matchesPattern with a pattern that is no literal");
        if (text.Length > Query.Limits.Pattern)
            throw ODataFailure.TooMuch($"A pattern has at most {Query.Limits.Pattern} characters.");
    }

    private SqlValue Cast(SingleValueFunctionCallNode call)
    {
        var arguments = call.Parameters.ToArray();
        var kind = arguments is [SingleValueNode, ConstantNode { Value: string type }]
            ? EdmCoreModel.Instance.GetPrimitiveTypeKind(type.Split('.')[^1])
            : Kind.None;
        if (call.Name == "isof" || kind == Kind.None || EdmPrimitives.SqlType(kind) is not { } sql)
            throw ODataFailure.NotImplemented($"{call.Name} to this type");
        var value = Value(arguments[0]);
        if (EdmPrimitives.IsSpatial(kind) || EdmPrimitives.IsSpatial(value.Kind))
            throw ODataFailure.NotImplemented("A cast of a geography");
        return value.IsNull
            ? SqlValue.Null
            : new SqlValue($"cast({value.Sql} as {sql})", kind, value.Nullable);
    }

    private SqlValue Constant(ConstantNode node)
    {
        switch (node.Value)
        {
            case null:
                return SqlValue.Null;
            case Geography shape:
                var kind = EdmPrimitives.KindOf(node.TypeReference);
                return new SqlValue(
                    Query.Parameters.Add(
                        GeographyText.Of(shape, Query.Limits),
                        kind == Kind.None ? Kind.Geography : kind
                    ),
                    kind,
                    false
                );
            case Geometry:
                throw ODataFailure.NotImplemented("A geometry (places are geography here)");
            case string text when text.Length > Query.Limits.Text:
                throw ODataFailure.TooMuch($"A text has at most {Query.Limits.Text} characters here.");
            case double number when !double.IsFinite(number):
            case float single when !float.IsFinite(single):
                throw ODataFailure.NotImplemented("INF and NaN");
            default:
                var type = EdmPrimitives.KindOf(node.TypeReference);
                if (type == Kind.None || EdmPrimitives.SqlType(type) is null)
                    throw ODataFailure.NotImplemented($"A literal of type {node.Value.GetType().Name}");
                return new SqlValue(Query.Parameters.Add(node.Value, type), type, false);
        }
    }

    // Between numbers PostgreSQL converts by itself, and a column stays bare for its index.
    private static SqlValue Converted(SqlValue value, Kind kind) =>
        value.IsNull || kind == Kind.None || kind == value.Kind ? value
        : value.Kind == Kind.Date && kind == Kind.DateTimeOffset
            ? value with
            {
                Sql = $"({value.Sql}::timestamp at time zone 'UTC')",
                Kind = kind,
            }
        : value;

    private static SqlValue Negated(SqlValue value) => value with { Sql = $"(- {value.Sql})" };
}
