using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>Reads <c>name=value</c> of an address: the property equals the value, which is written without quotes.</summary>
public static class CqlEquals
{
    /// <exception cref="CqlException">The value is none of the property's type.</exception>
    public static SingleValueNode Read(ServiceModel model, string set, string name, string value)
    {
        var tree = new CqlTree(model, model.View(set), CqlPlane.LonLat);
        var column = model.View(set).Column(name);
        var given = column switch
        {
            not null when EdmPrimitives.IsNumeric(column.Kind) => tree.Number(value, 1),
            { Kind: Microsoft.OData.Edm.EdmPrimitiveTypeKind.Boolean } => value switch
            {
                "true" => tree.Boolean(true, 1),
                "false" => tree.Boolean(false, 1),
                _ => throw new CqlException(CqlFault.Value, 1, "true, false"),
            },
            _ => tree.Text(value, 1),
        };
        return tree.Condition(tree.Compare("=", tree.Property(name, 1), given, 1));
    }
}
