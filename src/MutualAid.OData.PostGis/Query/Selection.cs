using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>Which properties of a row are answered: <c>$select</c>, <c>$compute</c>, <c>$expand</c>.</summary>
internal sealed class Selection(Expressions expressions, AnswerForm form, string serviceRoot)
{
    private readonly QueryScope query = expressions.Query;

    /// <summary>Computes first: names of <c>$compute</c> are known to everything after it.</summary>
    public static void Compute(Expressions expressions, Row row, ComputeClause? clause)
    {
        foreach (var item in clause?.ComputedItems ?? [])
        {
            if (row.Property(item.Alias) is not null)
                throw ODataFailure.Malformed($"$compute: there is a property '{item.Alias}' already.");
            var value = expressions.Value(item.Expression);
            if (value.IsNull)
                throw ODataFailure.Malformed($"$compute: '{item.Alias}' is always null.");
            row.Computed[item.Alias] = value;
        }
    }

    /// <summary>The columns of one row's answer.</summary>
    public List<Output> Of(ViewRow row, QueryOptions options, int depth = 0)
    {
        var outputs = new List<Output>();
        var clause = options.SelectExpand;
        var named = Named(clause).ToHashSet();
        bool all = clause is null || clause.AllSelected || named.Contains("*");
        foreach (var column in row.View.Columns)
            if (all || named.Contains(column.Name))
                outputs.Add(new Output([column.Name], row.Property(column.Name)!.Value));
        foreach (var (name, value) in row.Computed)
            if (all || named.Contains(name))
                outputs.Add(new Output([name], value));
        foreach (string name in named)
            if (name != "*" && row.Property(name) is null && row.View.Navigation(name) is null)
                throw ODataFailure.Malformed($"$select: there is no property '{name}' here.");
        foreach (var item in clause?.SelectedItems ?? [])
            switch (item)
            {
                case ExpandedNavigationSelectItem expanded:
                    Expand(row, expanded, options.Written, outputs, depth + 1);
                    break;
                case ExpandedReferenceSelectItem:
                    throw ODataFailure.NotImplemented("$expand of $ref or $count alone");
            }
        return outputs;
    }

    private static IEnumerable<string> Named(SelectExpandClause? clause)
    {
        foreach (var item in clause?.SelectedItems ?? [])
            switch (item)
            {
                case WildcardSelectItem:
                    yield return "*";
                    break;
                case PathSelectItem { HasOptions: true }:
                    throw ODataFailure.NotImplemented("Options inside $select");
                case PathSelectItem path when path.SelectedPath.Count == 1:
                    yield return path.SelectedPath.FirstSegment.Identifier;
                    break;
                case PathSelectItem:
                    throw ODataFailure.NotImplemented("A path inside $select");
                case NamespaceQualifiedWildcardSelectItem:
                    throw ODataFailure.NotImplemented("$select of operations");
            }
    }

    private void Expand(
        ViewRow row,
        ExpandedNavigationSelectItem item,
        Written written,
        List<Output> outputs,
        int depth
    )
    {
        if (item.PathToNavigationProperty.LastSegment is not NavigationPropertySegment)
            throw ODataFailure.NotImplemented("A path inside $expand");
        int levels = item.LevelsOption switch
        {
            null => 1,
            { IsMaxLevel: true } => query.Limits.ExpandDepth - depth + 1,
            var some => (int)Math.Min(some.Level, int.MaxValue),
        };
        Expand(row, item, written, outputs, depth, levels);
    }

    private void Expand(
        ViewRow row,
        ExpandedNavigationSelectItem item,
        Written written,
        List<Output> outputs,
        int depth,
        int levels
    )
    {
        query.CountExpansion(depth);
        string name = item.PathToNavigationProperty.LastSegment.Identifier;
        var said = written.Options(name);
        var options = QueryOptions.Of(item) with { Written = written.Inside(said) };
        if (options.Apply is not null)
            throw ODataFailure.NotImplemented("$apply inside $expand");
        var way = row.View.Navigation(name)!;
        var target = ViewRow.Start(query, query.Model.View(way.Target));
        string tie = $"{target.Alias}.{way.There} = {row.Column(way.Here)}";
        var inner = new Expressions(query, target);
        Compute(inner, target, options.Compute);
        string filter = Filter(inner, target, options);
        if (!way.Many)
        {
            string one = JsonText.Object(
                new Selection(inner, form, serviceRoot).Shape(target, item, options, written, depth, levels),
                query,
                form
            );
            outputs.Add(Json([name], $"(select {one} from {target.From} where {tie}{filter})"));
            return;
        }
        var order = new Order(
            inner,
            options.OrderBy,
            target.View.Key.Select(key => target.Property(key.Name)!.Value)
        );
        string many = JsonText.Object(
            new Selection(inner, form, serviceRoot).Shape(target, item, options, written, depth, levels),
            query,
            form
        );
        // One more than the page tells whether there is a next one. A reader's own $top is no page.
        int page = query.Limits.ExpandedPageSize;
        bool paged = options.Top is null || options.Top > page;
        long skip = Paging.Skip(options.Skip, query.Limits);
        string numbered =
            $"select {many} as j, row_number() over (order by {order.Sql}) as n from {target.From} where {tie}{filter} order by {order.Sql} limit {Number(paged ? page + 1 : options.Top!.Value)} offset {Number(skip)}";
        string of = query.Alias();
        if (options.Count)
            outputs.Add(
                Json(
                    [$"{name}@odata.count"],
                    $"(select count(*)::text from {target.From} where {tie}{filter})"
                )
            );
        outputs.Add(
            Json(
                [name],
                $"(select '[' || coalesce(string_agg(x.j, ',' order by x.n), '') || ']' from ({numbered}) x where x.n <= {Number(page + skip)})"
            )
        );
        string Rest(long from) =>
            written.Rest(name, said, levels, from, options.Top - (from - (options.Skip ?? 0)));
        if (paged && !(options.Top <= page))
            outputs.Add(
                Json(
                    [$"{name}@odata.nextLink"],
                    $"(select to_json({NextLink(row, name, Rest(page + skip))})::text from ({numbered}) {of} where {of}.n = {Number(page + skip + 1)})"
                ) with
                {
                    OmitNull = true,
                }
            );
    }

    // What an expanded row shows: its own selection, and the same way again as far as $levels goes.
    private List<Output> Shape(
        ViewRow target,
        ExpandedNavigationSelectItem item,
        QueryOptions options,
        Written written,
        int depth,
        int levels
    )
    {
        var outputs = Of(target, options, depth);
        if (levels > 1)
        {
            string name = item.PathToNavigationProperty.LastSegment.Identifier;
            if (target.View.Navigation(name)?.Target != target.View.Set)
                throw ODataFailure.Malformed("$levels needs a way that leads to its own type.");
            if (outputs.Exists(output => output.Name == name))
                throw ODataFailure.Malformed($"$levels: '{name}' is expanded inside itself already.");
            Expand(target, item, written, outputs, depth + 1, levels - 1);
        }
        return outputs;
    }

    private string Filter(Expressions inner, ViewRow target, QueryOptions options)
    {
        string filter = options.Filter is null ? "" : $" and {inner.Where(options.Filter.Expression)}";
        return options.Search is null
            ? filter
            : $"{filter} and {Search.Of(options.Search, target.View, target.Alias, query)}";
    }

    // The rest of an expanded collection is the collection itself, from there on.
    private string NextLink(ViewRow row, string name, string rest)
    {
        if (row.View.Key.Count != 1)
            throw ODataFailure.NotImplemented("$expand of many from a set with a key of several parts");
        return $"{Text($"{serviceRoot}{row.View.Set}(")} || {JsonText.KeyLiteral(row)} || {Text($")/{name}{rest}")}";
    }

    private string Text(string text) =>
        query.Parameters.Add(text, Microsoft.OData.Edm.EdmPrimitiveTypeKind.String);

    private string Number(long number) =>
        query.Parameters.Add(number, Microsoft.OData.Edm.EdmPrimitiveTypeKind.Int64);

    private static Output Json(IReadOnlyList<string> path, string sql) =>
        new(path, new SqlValue(sql, Microsoft.OData.Edm.EdmPrimitiveTypeKind.String, true), Json: true);
}
