using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Sql;

namespace MutualAid.OData.PostGis.Query;

/// <summary>What a name in an expression stands for, at one place of the statement.</summary>
internal abstract class Row
{
    /// <summary>Names that <c>$compute</c> has given.</summary>
    public Dictionary<string, SqlValue> Computed { get; } = [];

    /// <summary>The value of a property or computed name; null: there is none of that name.</summary>
    public abstract SqlValue? Property(string name);

    /// <summary>The row at the end of a way to one.</summary>
    public abstract Row One(string navigation);

    /// <summary>The rows at the end of a way to many, and the condition that ties them to this one.</summary>
    public abstract (EntityView Target, Func<string, string> Tie) Many(string navigation);
}

/// <summary>A row of a view under an alias, and the views that are joined to it as they are needed.</summary>
internal sealed class ViewRow(
    QueryScope query,
    EntityView view,
    string alias,
    FromClause from,
    bool mayBeMissing = false
) : Row
{
    private readonly Dictionary<string, ViewRow> joined = [];

    public EntityView View => view;

    public string Alias => alias;

    public FromClause From => from;

    public string Column(string sql) => $"{alias}.{sql}";

    public override SqlValue? Property(string name) =>
        view.Column(name) is { } column
            ? new SqlValue(Column(column.Sql), column.Kind, column.Nullable || mayBeMissing)
        : Computed.TryGetValue(name, out var computed) ? computed
        : null;

    public override Row One(string navigation)
    {
        if (joined.TryGetValue(navigation, out var row))
            return row;
        query.CountJoin();
        var way = view.Navigation(navigation)!;
        var target = query.Model.View(way.Target);
        string other = query.Alias();
        from.LeftJoin(query.Source(target), other, $"{other}.{way.There} = {Column(way.Here)}");
        return joined[navigation] = new ViewRow(query, target, other, from, mayBeMissing || way.Nullable);
    }

    public override (EntityView Target, Func<string, string> Tie) Many(string navigation)
    {
        var way = view.Navigation(navigation)!;
        return (query.Model.View(way.Target), other => $"{other}.{way.There} = {Column(way.Here)}");
    }

    public static ViewRow Start(QueryScope query, EntityView view)
    {
        string alias = query.Alias();
        return new ViewRow(query, view, alias, new FromClause($"{query.Source(view)} {alias}"));
    }
}

/// <summary>A row of a transformation's result: named values, some of them along a path such as <c>Area/Name</c>.</summary>
internal sealed class GroupedRow(IReadOnlyDictionary<string, SqlValue> values, string path = "") : Row
{
    public override SqlValue? Property(string name) =>
        values.TryGetValue(path + name, out var value) ? value
        : Computed.TryGetValue(name, out var computed) ? computed
        : null;

    public override Row One(string navigation) => new GroupedRow(values, $"{path}{navigation}/");

    public override (EntityView Target, Func<string, string> Tie) Many(string navigation) =>
        throw ODataFailure.NotImplemented($"A way to many ({navigation}) after $apply");
}

/// <summary>What stands after FROM.</summary>
internal sealed class FromClause(string first)
{
    private string text = first;

    public void LeftJoin(string source, string alias, string on) =>
        text += $" left join {source} {alias} on {on}";

    public override string ToString() => text;
}
