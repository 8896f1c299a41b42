using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>Names in any case, and decimals that meet with doubles (URL Conventions 5.1.1.16.1), which Microsoft's parser refuses.</summary>
internal sealed class NumbersMeet : ODataUriResolver
{
    public NumbersMeet() => EnableCaseInsensitive = true;

    public override void PromoteBinaryOperandTypes(
        BinaryOperatorKind binaryOperatorKind,
        ref SingleValueNode leftNode,
        ref SingleValueNode rightNode,
        out IEdmTypeReference typeReference
    )
    {
        var (left, right) = (KindOf(leftNode), KindOf(rightNode));
        if (left == Kind.Decimal && right is Kind.Double or Kind.Single)
            leftNode = AsDouble(leftNode);
        else if (right == Kind.Decimal && left is Kind.Double or Kind.Single)
            rightNode = AsDouble(rightNode);
        base.PromoteBinaryOperandTypes(binaryOperatorKind, ref leftNode, ref rightNode, out typeReference);
    }

    private static Kind KindOf(SingleValueNode node) =>
        node.TypeReference is { } type ? EdmPrimitives.KindOf(type) : Kind.None;

    private static ConvertNode AsDouble(SingleValueNode node) =>
        new(node, EdmCoreModel.Instance.GetDouble(node.TypeReference.IsNullable));
}
