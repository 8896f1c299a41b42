using Microsoft.OData.Edm;

namespace MutualAid.OData.PostGis.Model;

/// <summary>Says which entity sets there are, and which view and columns each is.</summary>
/// <param name="ns">The schema's namespace, such as <c>MutualAid</c>.</param>
public sealed class ServiceModelBuilder(string ns)
{
    private readonly List<EntityViewBuilder> views = [];

    /// <param name="set">The entity set's name.</param>
    /// <param name="type">The entity type's name.</param>
    /// <param name="source">A view's name, or a query in parentheses; see <see cref="EntityView.Source"/>.</param>
    public EntityViewBuilder Set(string set, string type, string source)
    {
        var view = new EntityViewBuilder(set, type, source);
        views.Add(view);
        return view;
    }

    /// <exception cref="InvalidOperationException">A set without a key, a navigation to a set or column that is not there.</exception>
    public ServiceModel Build()
    {
        var built = views.ConvertAll(view => view.Build());
        foreach (var view in built)
        {
            if (view.Key.Count == 0)
                throw new InvalidOperationException($"{view.Set} has no key");
            foreach (var way in view.Navigations)
            {
                var target =
                    built.Find(other => other.Set == way.Target)
                    ?? throw new InvalidOperationException(
                        $"{view.Set}/{way.Name}: there is no set {way.Target}"
                    );
                if (
                    view.Columns.All(column => column.Sql != way.Here)
                    || target.Columns.All(column => column.Sql != way.There)
                )
                    throw new InvalidOperationException($"{view.Set}/{way.Name}: a column is missing");
            }
        }
        return new ServiceModel(ns, built);
    }
}

/// <summary>One entity set in the making. Properties come in the order in which they are said.</summary>
public sealed class EntityViewBuilder
{
    private readonly string set;
    private readonly string type;
    private readonly string source;
    private readonly List<ViewColumn> columns = [];
    private readonly List<ViewNavigation> navigations = [];
    private SearchedText? searched;
    private ChangeLog? changes;

    internal EntityViewBuilder(string set, string type, string source) =>
        (this.set, this.type, this.source) = (set, type, source);

    public EntityViewBuilder Key(string name, string column, EdmPrimitiveTypeKind kind)
    {
        columns.Add(new ViewColumn(name, column, kind, Nullable: false, IsKey: true));
        return this;
    }

    public EntityViewBuilder Property(
        string name,
        string column,
        EdmPrimitiveTypeKind kind,
        bool nullable = false
    )
    {
        columns.Add(new ViewColumn(name, column, kind, nullable, IsKey: false));
        return this;
    }

    /// <summary>At most one row of <paramref name="target"/>: the one whose column <paramref name="there"/> equals <paramref name="here"/>.</summary>
    public EntityViewBuilder One(string name, string target, string here, string there, bool nullable = false)
    {
        navigations.Add(new ViewNavigation(name, target, here, there, Many: false, nullable));
        return this;
    }

    public EntityViewBuilder Many(string name, string target, string here, string there)
    {
        navigations.Add(new ViewNavigation(name, target, here, there, Many: true, Nullable: false));
        return this;
    }

    /// <summary>Lets <c>$search</c> look in <paramref name="column"/> (SQL over alias <c>{0}</c>), folded by function <paramref name="fold"/>.</summary>
    public EntityViewBuilder Searched(string column, string fold)
    {
        searched = new SearchedText(column, fold);
        return this;
    }

    /// <summary>Lets readers ask for changes (<c>track-changes</c>).</summary>
    public EntityViewBuilder Tracked(ChangeLog log)
    {
        changes = log;
        return this;
    }

    internal EntityView Build() => new(set, type, source, columns, navigations, searched, changes);
}
