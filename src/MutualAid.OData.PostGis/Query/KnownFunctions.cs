using System.Text.RegularExpressions;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.OData.PostGis.Query;

/// <summary>What OData has and Microsoft's parser of this version does not: told to it, or named in a 501.</summary>
internal static partial class KnownFunctions
{
    private static readonly HashSet<string> NotSupported = new(StringComparer.OrdinalIgnoreCase)
    {
        "hassubset",
        "hassubsequence",
        "case",
        "isof",
        "divby",
    };
    private static readonly Lock Once = new();
    private static bool registered;

    public static void Register()
    {
        lock (Once)
        {
            if (registered)
                return;
            registered = true;
            Add("matchesPattern", Kind.Boolean, Kind.String, Kind.String);
            foreach (
                var area in new[]
                {
                    Kind.GeographyMultiPolygon,
                    Kind.GeographyCollection,
                    Kind.GeographyLineString,
                }
            )
            {
                Add("geo.intersects", Kind.Boolean, Kind.GeographyPoint, area);
                Add("geo.intersects", Kind.Boolean, area, Kind.GeographyPoint);
                Add("geo.distance", Kind.Double, Kind.GeographyPoint, area);
                Add("geo.distance", Kind.Double, area, Kind.GeographyPoint);
            }
            Add("geo.distance", Kind.Double, Kind.GeographyPoint, Kind.GeographyPolygon);
            Add("geo.distance", Kind.Double, Kind.GeographyPolygon, Kind.GeographyPoint);
            Add("geo.intersects", Kind.Boolean, Kind.GeographyPolygon, Kind.GeographyPolygon);
            Add("geo.intersects", Kind.Boolean, Kind.GeographyMultiPolygon, Kind.GeographyPolygon);
            Add("geo.intersects", Kind.Boolean, Kind.GeographyPolygon, Kind.GeographyMultiPolygon);
        }
    }

    /// <summary>501 when the parser stumbled over something that OData has.</summary>
    public static ODataFailure? NotHere(string message)
    {
        if (
            UnknownFunction().Match(message) is { Success: true } unknown
            && NotSupported.Contains(unknown.Groups[1].Value)
        )
            return ODataFailure.NotImplemented($"The function {unknown.Groups[1].Value}");
        return message.Contains("divby", StringComparison.Ordinal)
            ? ODataFailure.NotImplemented("divby")
            : null;
    }

    private static void Add(string name, Kind result, params ReadOnlySpan<Kind> arguments)
    {
        var types = new List<IEdmTypeReference>();
        foreach (var kind in arguments)
            types.Add(Type(kind));
        CustomUriFunctions.AddCustomUriFunction(
            name,
            new FunctionSignatureWithReturnType(Type(result), [.. types])
        );
    }

    private static IEdmPrimitiveTypeReference Type(Kind kind) =>
        EdmCoreModel.Instance.GetPrimitive(kind, isNullable: true);

    [GeneratedRegex("unknown function with name '([A-Za-z.]+)'")]
    private static partial Regex UnknownFunction();
}
