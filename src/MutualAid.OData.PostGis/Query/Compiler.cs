using System.Globalization;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>A parsed request to one statement. Nothing is evaluated anywhere but in the database.</summary>
internal sealed class Compiler(QueryScope query, AnswerForm form, string serviceRoot)
{
    /// <summary>Of what has been compiled: <see cref="QueryScope.OwnFactsAlone"/>.</summary>
    public bool OwnFactsAlone => query.OwnFactsAlone;

    /// <summary>The rows of a page.</summary>
    public Statement Rows(PathReader path, QueryOptions options, Paging paging)
    {
        var (row, from, where, outputs) = Filtered(path, options);
        var expressions = new Expressions(query, row);
        var shown = outputs ?? new Selection(expressions, form, serviceRoot).Of((ViewRow)row, options);
        var ties = outputs is null
            ? ((ViewRow)row).View.Key.Select(key => row.Property(key.Name)!.Value)
            : outputs.Select(output => output.Value).Where(value => !EdmPrimitives.IsSpatial(value.Kind));
        var order = new Order(expressions, options.OrderBy, ties);
        if (paging.After is not null)
            where.Add(order.After(paging.After, query.Parameters));
        if (outputs is not null)
            shown = Named(outputs, options.SelectExpand, row);
        // Where the reader wants no more after it, no row's position is asked for.
        var position = paging.IsLast ? [] : order.Position(shown);
        string sql = order.Nearest is null
            ? InOrder(shown, order, position, from, where, paging)
            : NearestFirst(shown, order, position, from, where, paging);
        return new Statement(
            sql,
            query.Parameters,
            shown,
            Columns(position, shown.Count),
            outputs is null ? path.Target.View : null
        );
    }

    private string InOrder(
        List<Output> shown,
        Order order,
        IReadOnlyList<(int Shown, int Item)> position,
        FromClause from,
        List<string> where,
        Paging paging
    )
    {
        var columns = shown
            .Select(RowWriter.Select)
            .Concat(Beside(position).Select(item => $"({order.Values[item]})::text"))
            .DefaultIfEmpty("1");
        string by = order.Count == 0 ? "" : $" order by {order.Sql}";
        return $"select {string.Join(", ", columns)} from {from}{Where(where)}{by} {Limit(paging)}";
    }

    // PostgreSQL walks an index by distance when distance is the whole order. So that is the order inside, with all that lie as
    // far as the last; outside the few that are left come into the whole order.
    private string NearestFirst(
        List<Output> shown,
        Order order,
        IReadOnlyList<(int Shown, int Item)> position,
        FromClause from,
        List<string> where,
        Paging paging
    )
    {
        var columns = shown
            .Select((output, at) => $"{RowWriter.Select(output)} as c{at}")
            .Concat(order.Values.Select((value, at) => $"{value} as o{at}"));
        string inner =
            $"select {string.Join(", ", columns)} from {from}{Where(where)} order by {order.Nearest} fetch first ({Number(paging.Limit + paging.Offset)}) rows with ties";
        var named = shown
            .Select((_, at) => $"near.c{at}")
            .Concat(Beside(position).Select(item => $"near.o{item}::text"));
        return $"select {string.Join(", ", named)} from ({inner}) near order by {order.Over("near.o")} {Limit(paging)}";
    }

    private static IEnumerable<int> Beside(IReadOnlyList<(int Shown, int Item)> position) =>
        position.Where(at => at.Shown < 0).Select(at => at.Item);

    private static int[] Columns(IReadOnlyList<(int Shown, int Item)> position, int shown) =>
        [.. position.Select(at => at.Shown < 0 ? shown++ : at.Shown)];

    private string Limit(Paging paging) =>
        // The page's own length is ours, and stands in the statement: with it known, one plan serves all of its values.
        $"limit {(paging.Left is null ? paging.Limit.ToString(CultureInfo.InvariantCulture) : Number(paging.Limit))}"
        + (paging.Offset > 0 ? $" offset {Number(paging.Offset)}" : "");

    /// <summary>How many rows there are, whatever page is asked for.</summary>
    public Statement Count(PathReader path, QueryOptions options)
    {
        var (_, from, where, _) = Filtered(path, options);
        return new Statement($"select count(*) from {from}{Where(where)}", query.Parameters, [], []);
    }

    /// <summary>The one row that a path leads to, or one property of it.</summary>
    public Statement Row(PathReader path, QueryOptions options)
    {
        var expressions = new Expressions(query, path.Row);
        Selection.Compute(expressions, path.Row, options.Compute);
        var outputs = path.Target.Property is { } property
            ? [new Output([property], path.Row.Property(property)!.Value)]
            : new Selection(expressions, form, serviceRoot).Of(path.Row, options);
        // Ways to one join after the selection has named them.
        string columns = string.Join(", ", outputs.Select(RowWriter.Select).DefaultIfEmpty("1"));
        return new Statement(
            $"select {columns} from {path.Row.From}{Where(path.Where)} limit 2",
            query.Parameters,
            outputs,
            [],
            path.Target.Property is null ? path.Target.View : null
        );
    }

    /// <summary>
    /// Rows that may have changed since a snapshot, by key: as they are now where they belong to the query, and null where
    /// they do not (any more).
    /// </summary>
    public Statement Changed(PathReader path, QueryOptions options, string snapshot, string? after, int limit)
    {
        var (row, from, where, _) = Filtered(path, options);
        var view = path.Target.View;
        var log = view.Changes!;
        var outputs = new Selection(new Expressions(query, row), form, serviceRoot).Of((ViewRow)row, options);
        string key = view.Key[0].Sql;
        string since = query.Parameters.Written(snapshot, "pg_snapshot");
        string beyond = after is null
            ? ""
            : $" and {log.Key} > {query.Parameters.Written(after, EdmPrimitives.SqlType(view.Key[0].Kind)!)}";
        where.Add($"{path.Row.Column(key)} = changed.key");
        // Ids below the snapshot's oldest running transaction were all seen then: the index leaves them out.
        string sql = $"""
            select {string.Join(
                ", ",
                outputs.Select((_, at) => $"now.c{at}").Append("now.here").Append("changed.key::text")
            )}
            from (select distinct {log.Key} as key from {log.Source}
                  where {log.Transaction} >= pg_snapshot_xmin({since}) and not pg_visible_in_snapshot({log.Transaction}, {since}){beyond}
                  order by 1 limit {Number(limit + 1)}) changed
            left join lateral (
              select true as here{string.Concat(
                outputs.Select((output, at) => $", {RowWriter.Select(output)} as c{at}")
            )} from {from}{Where(where)}
            ) now on true
            order by changed.key
            """;
        return new Statement(sql, query.Parameters, outputs, [], view);
    }

    private (Row Row, FromClause From, List<string> Where, List<Output>? Outputs) Filtered(
        PathReader path,
        QueryOptions options
    )
    {
        List<Output>? outputs = null;
        Row row = path.Row;
        var from = path.Row.From;
        var where = path.Where.ToList();
        if (options.Search is not null)
            where.Add(Search.Of(options.Search, path.Target.View, path.Row.Alias, query));
        if (options.Apply is not null)
            (row, from, where, outputs) = new Transformations(query, path.Row, where).Of(options.Apply);
        var expressions = new Expressions(query, row);
        Selection.Compute(expressions, row, options.Compute);
        if (outputs is not null)
            foreach (var (name, value) in row.Computed)
                if (outputs.TrueForAll(output => output.Name != name))
                    outputs.Add(new Output([name], value));
        if (options.Filter is not null)
            where.Add(expressions.Where(options.Filter.Expression));
        return (row, from, where, outputs);
    }

    // After $apply, $select chooses among what the transformation gave.
    private static List<Output> Named(List<Output> outputs, SelectExpandClause? clause, Row row)
    {
        if (clause is null || clause.AllSelected && !clause.SelectedItems.Any())
            return outputs;
        var names = new HashSet<string>();
        foreach (var item in clause.SelectedItems)
            switch (item)
            {
                case WildcardSelectItem:
                    return outputs;
                case PathSelectItem { HasOptions: false } path:
                    names.Add(string.Join('/', path.SelectedPath.Select(segment => segment.Identifier)));
                    break;
                default:
                    throw ODataFailure.NotImplemented("$expand after $apply");
            }
        foreach (string name in names)
            if (
                !outputs.Exists(output =>
                    output.Name == name || output.Name.StartsWith(name + "/", StringComparison.Ordinal)
                )
            )
                throw ODataFailure.Malformed($"$select: there is no '{name}' after $apply.");
        return outputs.FindAll(output => names.Contains(output.Name) || names.Contains(output.Path[0]));
    }

    private string Number(long number) => query.Parameters.Add(number, Kind.Int64);

    private static string Where(List<string> where) =>
        where.Count == 0 ? "" : $" where {string.Join(" and ", where)}";
}
