using Microsoft.OData.Edm;

namespace MutualAid.OData.PostGis.Model;

/// <summary>One entity set and the view whose rows it is. Names of SQL are the model's own words, never a reader's.</summary>
public sealed class EntityView
{
    private readonly Dictionary<string, ViewColumn> columns;
    private readonly Dictionary<string, ViewNavigation> navigations;

    internal EntityView(
        string set,
        string type,
        string source,
        IReadOnlyList<ViewColumn> columns,
        IReadOnlyList<ViewNavigation> navigations,
        SearchedText? searched,
        ChangeLog? changes
    )
    {
        (Set, Type, Source, Columns, Navigations, Searched, Changes) = (
            set,
            type,
            source,
            columns,
            navigations,
            searched,
            changes
        );
        this.columns = columns.ToDictionary(column => column.Name);
        this.navigations = navigations.ToDictionary(navigation => navigation.Name);
        Key = [.. columns.Where(column => column.IsKey)];
    }

    /// <summary>The entity set's name, such as <c>Requests</c>.</summary>
    public string Set { get; }

    /// <summary>The entity type's name without its namespace, such as <c>Request</c>.</summary>
    public string Type { get; }

    /// <summary>
    /// What stands after FROM, wherever rows of this set are read: a view's name, or a query in parentheses. <c>{name}</c> in it is
    /// an array of <c>uuid</c> that the reader brings, as a parameter: <c>(select * from v where area = any ({areas}))</c>.
    /// </summary>
    public string Source { get; }

    public IReadOnlyList<ViewColumn> Columns { get; }

    public IReadOnlyList<ViewNavigation> Navigations { get; }

    /// <summary>The columns of the key, in order; together unique and never null.</summary>
    public IReadOnlyList<ViewColumn> Key { get; }

    /// <summary>What <c>$search</c> looks in; null: it does not.</summary>
    public SearchedText? Searched { get; }

    /// <summary>Where changes are found; null: they are not tracked.</summary>
    public ChangeLog? Changes { get; }

    public ViewColumn? Column(string name) => columns.GetValueOrDefault(name);

    public ViewNavigation? Navigation(string name) => navigations.GetValueOrDefault(name);
}

/// <summary>A property and the column that it is.</summary>
/// <param name="Name">Of the property.</param>
/// <param name="Sql">The column's name in the view.</param>
/// <param name="Kind">Its type; geography kinds are columns of type <c>geography(…, 4326)</c>.</param>
public sealed record ViewColumn(
    string Name,
    string Sql,
    EdmPrimitiveTypeKind Kind,
    bool Nullable,
    bool IsKey
);

/// <summary>
/// A way from a row to rows of another set (or of its own): those whose <paramref name="There"/> equals this row's
/// <paramref name="Here"/>.
/// </summary>
/// <param name="Here">A column's name in this view.</param>
/// <param name="There">A column's name in the target's view.</param>
/// <param name="Many">A collection; otherwise at most one, found by the target's key.</param>
/// <param name="Nullable">There may be none; of single ones only.</param>
public sealed record ViewNavigation(
    string Name,
    string Target,
    string Here,
    string There,
    bool Many,
    bool Nullable
);

/// <summary>
/// What <c>$search</c> looks in. <paramref name="Column"/> is SQL over alias <c>{0}</c>, already folded (case, marks);
/// <paramref name="Fold"/> is the SQL function that folds what is looked for in the same way.
/// </summary>
public sealed record SearchedText(string Column, string Fold);
