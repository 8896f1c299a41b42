using Microsoft.OData.Edm;

namespace MutualAid.OData.PostGis.Model;

/// <summary>An EDM model whose entity sets are views.</summary>
public sealed class ServiceModel
{
    private readonly Dictionary<string, EntityView> bySet;
    private readonly Dictionary<string, EntityView> byType;

    internal ServiceModel(string name, IReadOnlyList<EntityView> views)
    {
        Namespace = name;
        Views = views;
        bySet = views.ToDictionary(view => view.Set);
        byType = views.ToDictionary(view => view.Type);
        Edm = EdmOf(this, open: false);
        Edm40 = EdmOf(this, open: false);
        Edm40.SetEdmVersion(EdmConstants.EdmVersion4);
        Parsed = EdmOf(this, open: true);
    }

    public string Namespace { get; }

    public IReadOnlyList<EntityView> Views { get; }

    /// <summary>What <c>$metadata</c> tells.</summary>
    public IEdmModel Edm { get; }

    /// <summary>The same for readers of 4.0.</summary>
    public IEdmModel Edm40 { get; }

    /// <summary>
    /// The same with open types, for the parser: it knows names that <c>$compute</c> gives on open types only. A name that
    /// is neither a column nor computed is refused where it is compiled.
    /// </summary>
    public IEdmModel Parsed { get; }

    public EntityView View(string set) => bySet[set];

    /// <summary>The view of an entity type of either EDM model.</summary>
    public EntityView ViewOf(IEdmType type) =>
        byType[
            ((IEdmSchemaElement)(type is IEdmCollectionType many ? many.ElementType.Definition : type)).Name
        ];

    private static EdmModel EdmOf(ServiceModel service, bool open)
    {
        var edm = new EdmModel();
        edm.SetEdmVersion(EdmConstants.EdmVersion401);
        var container = new EdmEntityContainer(service.Namespace, "Container");
        var types = new Dictionary<string, EdmEntityType>();
        var sets = new Dictionary<string, EdmEntitySet>();
        foreach (var view in service.Views)
        {
            var type = new EdmEntityType(service.Namespace, view.Type, null, isAbstract: false, isOpen: open);
            foreach (var column in view.Columns)
            {
                var property = type.AddStructuralProperty(column.Name, TypeOf(column));
                if (column.IsKey)
                    type.AddKeys(property);
            }
            edm.AddElement(type);
            types[view.Set] = type;
            sets[view.Set] = container.AddEntitySet(view.Set, type);
        }
        foreach (var view in service.Views)
        foreach (var navigation in view.Navigations)
        {
            var property = types[view.Set]
                .AddUnidirectionalNavigation(
                    new EdmNavigationPropertyInfo
                    {
                        Name = navigation.Name,
                        Target = types[navigation.Target],
                        TargetMultiplicity =
                            navigation.Many ? EdmMultiplicity.Many
                            : navigation.Nullable ? EdmMultiplicity.ZeroOrOne
                            : EdmMultiplicity.One,
                    }
                );
            sets[view.Set].AddNavigationTarget(property, sets[navigation.Target]);
        }
        edm.AddElement(container);
        return edm;
    }

    private static IEdmTypeReference TypeOf(ViewColumn column) =>
        EdmPrimitives.IsSpatial(column.Kind)
            ? new EdmSpatialTypeReference(
                EdmCoreModel.Instance.GetPrimitiveType(column.Kind),
                column.Nullable,
                4326
            )
        : column.Kind is EdmPrimitiveTypeKind.DateTimeOffset or EdmPrimitiveTypeKind.TimeOfDay
            ? new EdmTemporalTypeReference(
                EdmCoreModel.Instance.GetPrimitiveType(column.Kind),
                column.Nullable,
                6
            )
        : EdmCoreModel.Instance.GetPrimitive(column.Kind, column.Nullable);
}
