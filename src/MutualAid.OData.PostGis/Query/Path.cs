using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>What a request's path leads to.</summary>
/// <param name="View">Whose rows.</param>
/// <param name="Single">One row, or none: 404.</param>
/// <param name="Property">One property of it; null: the row.</param>
/// <param name="Raw"><c>/$value</c></param>
/// <param name="Count"><c>/$count</c></param>
/// <param name="Optional">A way to one that may lead nowhere: 204.</param>
internal sealed record Target(
    EntityView View,
    bool Single,
    string? Property = null,
    bool Raw = false,
    bool Count = false,
    bool Optional = false
);

/// <summary>Reads a path and ties each step to the one before.</summary>
internal sealed class PathReader(QueryScope query)
{
    /// <summary>The conditions that the path puts on the last row.</summary>
    public List<string> Where { get; } = [];

    public Target Target { get; private set; } = null!;

    /// <summary>The row at the path's end; its FROM begins with its view.</summary>
    public ViewRow Row { get; private set; } = null!;

    /// <exception cref="ODataFailure">501: a step that is not supported.</exception>
    public PathReader Read(ODataPath path)
    {
        foreach (var segment in path)
            switch (segment)
            {
                case EntitySetSegment set:
                    Start(query.Model.View(set.EntitySet.Name));
                    break;
                case KeySegment key:
                    foreach (var (name, value) in key.Keys)
                    {
                        var column = Target.View.Column(name)!;
                        Where.Add($"{Row.Column(column.Sql)} = {query.Parameters.Add(value, column.Kind)}");
                    }
                    Target = Target with { Single = true };
                    break;
                case NavigationPropertySegment way:
                    Follow(Target.View.Navigation(way.NavigationProperty.Name)!);
                    break;
                case PropertySegment property:
                    Target = Target with { Property = property.Property.Name };
                    break;
                case ValueSegment when Target.Property is not null:
                    Target = Target with { Raw = true };
                    break;
                case CountSegment when !Target.Single:
                    Target = Target with { Count = true };
                    break;
                case DynamicPathSegment unknown:
                    throw ODataFailure.NotFound($"'{unknown.Identifier}' here");
                default:
                    throw ODataFailure.NotImplemented($"A path with {segment.Identifier}");
            }
        if (Target is null)
            throw ODataFailure.NotImplemented("This path");
        return this;
    }

    private void Start(EntityView view)
    {
        Row = ViewRow.Start(query, view);
        Target = new Target(view, Single: false);
    }

    private void Follow(ViewNavigation way)
    {
        var before = Row;
        string condition = Where.Count == 0 ? "" : $" where {string.Join(" and ", Where)}";
        string from = $"(select {before.Column(way.Here)} from {before.From}{condition})";
        Where.Clear();
        Start(query.Model.View(way.Target));
        // The way starts at one row, so at most one value stands there.
        Where.Add($"{Row.Column(way.There)} = {from}");
        Target = Target with { Single = !way.Many, Optional = way.Nullable };
    }
}
