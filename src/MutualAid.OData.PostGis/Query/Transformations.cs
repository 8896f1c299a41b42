using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>
/// <c>$apply</c>: filter, compute, groupby and aggregate in any order; each group makes a query of what was before it. The
/// names that a reader gives stand in the answer only: in SQL they are <c>c0</c>, <c>c1</c> …
/// </summary>
internal sealed class Transformations(QueryScope query, ViewRow start, List<string> conditions)
{
    private Row row = start;
    private FromClause from = start.From;
    private List<string> where = conditions;
    private List<Output>? outputs;

    public (Row Row, FromClause From, List<string> Where, List<Output> Outputs) Of(ApplyClause clause)
    {
        foreach (var step in clause.Transformations)
        {
            var expressions = new Expressions(query, row);
            switch (step)
            {
                case FilterTransformationNode filter:
                    where.Add(expressions.Where(filter.FilterClause.Expression));
                    break;
                case ComputeTransformationNode compute:
                    Selection.Compute(expressions, row, new ComputeClause(compute.Expressions));
                    outputs?.AddRange(
                        compute.Expressions.Select(item => new Output([item.Alias], row.Computed[item.Alias]))
                    );
                    break;
                case GroupByTransformationNode group:
                    Group(expressions, group);
                    break;
                case AggregateTransformationNode aggregate:
                    Build([], Aggregates(expressions, aggregate));
                    break;
                default:
                    throw ODataFailure.NotImplemented($"$apply with {step.Kind}");
            }
        }
        return (row, from, where, outputs ?? Whole());
    }

    private void Group(Expressions expressions, GroupByTransformationNode group)
    {
        var aggregates = group.ChildTransformations switch
        {
            null => [],
            AggregateTransformationNode aggregate => Aggregates(expressions, aggregate),
            var other => throw ODataFailure.NotImplemented($"$apply: groupby with {other.Kind}"),
        };
        var properties = new List<(IReadOnlyList<string>, SqlValue)>();
        foreach (var property in group.GroupingProperties)
            Leaves(expressions, property, [], properties);
        Build(properties, aggregates);
    }

    private static void Leaves(
        Expressions expressions,
        GroupByPropertyNode property,
        IReadOnlyList<string> path,
        List<(IReadOnlyList<string>, SqlValue)> into
    )
    {
        IReadOnlyList<string> here = [.. path, property.Name];
        if (property.Expression is not null)
        {
            var value = expressions.Value(property.Expression);
            if (EdmPrimitives.IsSpatial(value.Kind))
                throw ODataFailure.NotImplemented("groupby by a geography");
            into.Add((here, value));
        }
        foreach (var child in property.ChildTransformations)
            Leaves(expressions, child, here, into);
    }

    private static List<(IReadOnlyList<string>, SqlValue)> Aggregates(
        Expressions expressions,
        AggregateTransformationNode node
    )
    {
        var aggregates = new List<(IReadOnlyList<string>, SqlValue)>();
        foreach (var item in node.AggregateExpressions)
            aggregates.Add(
                item is AggregateExpression one
                    ? ([one.Alias], Aggregate(expressions, one))
                    : throw ODataFailure.NotImplemented("aggregate over a way to many")
            );
        return aggregates;
    }

    private static SqlValue Aggregate(Expressions expressions, AggregateExpression item)
    {
        var method = item.MethodDefinition.MethodKind;
        if (method == AggregationMethod.VirtualPropertyCount)
            return new SqlValue("count(*)", Kind.Int64, false);
        var value = expressions.Value(item.Expression);
        if (value.IsNull || EdmPrimitives.IsSpatial(value.Kind))
            throw ODataFailure.NotImplemented("aggregate of a geography or of null");
        bool number = EdmPrimitives.IsNumeric(value.Kind);
        bool whole = value.Kind is not (Kind.Decimal or Kind.Double or Kind.Single);
        return method switch
        {
            AggregationMethod.CountDistinct => new SqlValue(
                $"count(distinct {value.Sql})",
                Kind.Int64,
                false
            ),
            AggregationMethod.Sum when number && whole => new SqlValue(
                $"sum({value.Sql})::bigint",
                Kind.Int64,
                true
            ),
            AggregationMethod.Sum when number => new SqlValue($"sum({value.Sql})", value.Kind, true),
            AggregationMethod.Average when value.Kind == Kind.Decimal => new SqlValue(
                $"avg({value.Sql})",
                Kind.Decimal,
                true
            ),
            AggregationMethod.Average when number => new SqlValue(
                $"avg({value.Sql})::double precision",
                Kind.Double,
                true
            ),
            AggregationMethod.Sum or AggregationMethod.Average => throw ODataFailure.Malformed(
                $"aggregate: {value.Kind} has no {method}."
            ),
            AggregationMethod.Min or AggregationMethod.Max when value.Kind is Kind.Boolean or Kind.Guid =>
                throw ODataFailure.NotImplemented($"{method} of {value.Kind}"),
            AggregationMethod.Min => new SqlValue($"min({value.Sql})", value.Kind, true),
            AggregationMethod.Max => new SqlValue($"max({value.Sql})", value.Kind, true),
            _ => throw ODataFailure.NotImplemented(
                $"aggregate with {item.MethodDefinition.MethodLabel ?? $"{method}"}"
            ),
        };
    }

    private void Build(
        List<(IReadOnlyList<string> Path, SqlValue Value)> groups,
        List<(IReadOnlyList<string> Path, SqlValue Value)> aggregates
    )
    {
        string alias = query.Alias();
        var values = new Dictionary<string, SqlValue>();
        var columns = new List<string>();
        outputs = [];
        foreach (var (path, value) in groups.Concat(aggregates))
        {
            var column = value with { Sql = $"{alias}.c{columns.Count}", Between = null };
            columns.Add($"{value.Sql} as c{columns.Count}");
            if (!values.TryAdd(string.Join('/', path), column))
                throw ODataFailure.Malformed($"$apply: '{string.Join('/', path)}' stands twice.");
            outputs.Add(new Output(path, column));
        }
        string condition = where.Count == 0 ? "" : $" where {string.Join(" and ", where)}";
        string by =
            groups.Count == 0 ? "" : $" group by {string.Join(", ", Enumerable.Range(1, groups.Count))}";
        // Members of one object stand together in the answer.
        outputs =
        [
            .. outputs.OrderBy(output => output.Path.Count > 1 ? output.Path[0] : "", StringComparer.Ordinal),
        ];
        from = new FromClause($"(select {string.Join(", ", columns)} from {from}{condition}{by}) {alias}");
        row = new GroupedRow(values);
        where = [];
    }

    // Nothing was grouped: the entities themselves, and what was computed.
    private List<Output> Whole() =>
        [
            .. start.View.Columns.Select(column => new Output(
                [column.Name],
                row.Property(column.Name)!.Value
            )),
            .. row.Computed.Select(item => new Output([item.Key], item.Value)),
        ];
}
