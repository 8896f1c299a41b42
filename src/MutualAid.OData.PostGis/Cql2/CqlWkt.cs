using System.Globalization;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>Reads a geometry in CQL2 text: WKT, or <c>BBOX(…)</c>. Heights are read and left out.</summary>
internal static class CqlWkt
{
    public const string Box = "BBOX";

    public static readonly IReadOnlySet<string> Names = new HashSet<string>
    {
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
        Box,
    };

    /// <param name="type">The word that was read.</param>
    public static (CqlShape? Shape, IReadOnlyList<double>? Box) Read(
        string type,
        int position,
        CqlTokens tokens
    )
    {
        if (type != Box)
            return (Shape(type, position, tokens, 0), null);
        tokens.DemandSign("(");
        var corners = new List<double>();
        do corners.Add(Number(tokens));
        while (corners.Count < 6 && tokens.TakeSign(","));
        tokens.DemandSign(")");
        return (null, corners);
    }

    private static CqlShape Shape(string type, int position, CqlTokens tokens, int depth)
    {
        if (depth > 4)
            throw new CqlException(CqlFault.Large, position, "levels");
        tokens.TakeWord("Z");
        tokens.DemandSign("(");
        var positions = new List<CqlPosition>();
        var parts = new List<CqlShape>();
        string? part = CqlShape.PartOf(type);
        do if (type == "GEOMETRYCOLLECTION")
        {
            var word = tokens.Take();
            string inner = word.Value.ToUpperInvariant();
            if (word.Kind != CqlKind.Word || !Names.Contains(inner) || inner == Box)
                throw new CqlException(CqlFault.Expected, word.Position, "POINT, LINESTRING, POLYGON");
            parts.Add(Shape(inner, word.Position, tokens, depth + 1));
        }
        else if (part == "POINT")
            parts.Add(BarePoint(tokens));
        else if (part is not null)
            parts.Add(Shape(part, position, tokens, depth + 1));
        else
            positions.Add(Position(tokens));
        while (tokens.TakeSign(","));
        tokens.DemandSign(")");
        return new CqlShape(type, positions, parts, position);
    }

    // MULTIPOINT(1 2, 3 4) is written as often as MULTIPOINT((1 2), (3 4)).
    private static CqlShape BarePoint(CqlTokens tokens)
    {
        int position = tokens.Now.Position;
        bool opened = tokens.TakeSign("(");
        var at = Position(tokens);
        if (opened)
            tokens.DemandSign(")");
        return new CqlShape("POINT", [at], [], position);
    }

    private static CqlPosition Position(CqlTokens tokens)
    {
        double first = Number(tokens),
            second = Number(tokens);
        if (tokens.Now.Kind == CqlKind.Number || tokens.IsSign("-"))
            Number(tokens);
        return new CqlPosition(first, second);
    }

    private static double Number(CqlTokens tokens)
    {
        bool minus = tokens.TakeSign("-");
        var token = tokens.Take();
        if (
            token.Kind != CqlKind.Number
            || !double.TryParse(
                token.Value,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double number
            )
            || !double.IsFinite(number)
        )
            throw new CqlException(CqlFault.Expected, token.Position, "a number");
        return minus ? -number : number;
    }
}
