using Microsoft.OData.UriParser;
using MutualAid.OData.PostGis.Model;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>Reads a filter in CQL2 text (OGC 21-065r2) as the tree that OData's filters are.</summary>
public sealed class CqlText
{
    private static readonly string[] Comparisons = ["=", "<>", "<", "<=", ">", ">="];

    private readonly CqlTree tree;
    private readonly CqlLimits limits = new();
    private readonly CqlTokens tokens;

    private CqlText(string text, CqlTree tree) => (this.tree, tokens) = (tree, new CqlTokens(text));

    /// <param name="plane">What the coordinates of its geometries are.</param>
    /// <exception cref="CqlException">It is none, or asks for what <paramref name="set"/> has not.</exception>
    public static SingleValueNode Read(string text, ServiceModel model, string set, CqlPlane plane)
    {
        CqlLimits.Length(text);
        var tree = new CqlTree(model, model.View(set), plane);
        var parser = new CqlText(text, tree);
        var filter = parser.Or();
        parser.tokens.Demand(parser.Now.Kind == CqlKind.End, "the end");
        return tree.Condition(filter);
    }

    private CqlToken Now => tokens.Now;

    private CqlTerm Or() => Chain("OR", BinaryOperatorKind.Or, And);

    private CqlTerm And() => Chain("AND", BinaryOperatorKind.And, Not);

    private CqlTerm Chain(string word, BinaryOperatorKind kind, Func<CqlTerm> part)
    {
        int position = Now.Position;
        limits.Down(position);
        var first = part();
        if (tokens.IsWord(word))
        {
            var all = new List<CqlTerm> { first };
            while (tokens.TakeWord(word))
                all.Add(part());
            first = tree.Logic(kind, all, position);
        }
        limits.Up();
        return first;
    }

    private CqlTerm Not()
    {
        int position = Now.Position;
        if (!tokens.TakeWord("NOT"))
            return Comparison();
        limits.Down(position);
        var not = tree.Not(Not(), position);
        limits.Up();
        return not;
    }

    private CqlTerm Comparison()
    {
        var left = Sum();
        var here = Now;
        if (here.Kind == CqlKind.Sign && Comparisons.Contains(here.Value))
        {
            tokens.Take();
            return tree.Compare(here.Value, left, Sum(), here.Position);
        }
        if (tokens.TakeWord("IS"))
        {
            bool not = tokens.TakeWord("NOT");
            tokens.DemandWord("NULL");
            return Negated(not, tree.IsNull(left, here.Position), here.Position);
        }
        bool negated = tokens.TakeWord("NOT");
        if (tokens.TakeWord("LIKE"))
            return Negated(negated, tree.Like(left, Sum(), false, here.Position), here.Position);
        // The draft's word for CASEI on both sides, which GDAL says.
        if (tokens.TakeWord("ILIKE"))
            return Negated(negated, tree.Like(left, Sum(), true, here.Position), here.Position);
        if (tokens.TakeWord("BETWEEN"))
        {
            var from = Sum();
            tokens.DemandWord("AND");
            return Negated(negated, tree.Between(left, from, Sum(), here.Position), here.Position);
        }
        if (tokens.TakeWord("IN"))
            return Negated(negated, tree.In(left, Arguments(), here.Position), here.Position);
        tokens.Demand(!negated, "LIKE, BETWEEN or IN");
        return left;
    }

    private CqlTerm Negated(bool not, CqlTerm condition, int position) =>
        not ? tree.Not(condition, position) : condition;

    private CqlTerm Sum() => Row(["+", "-"], Product);

    private CqlTerm Product() => Row(["*", "/", "%", "DIV"], Power);

    // From the left; each further operator is one level more of the tree.
    private CqlTerm Row(string[] operators, Func<CqlTerm> part)
    {
        var left = part();
        int levels = 0;
        while (
            (Now.Kind == CqlKind.Sign && operators.Contains(Now.Value))
            || (operators.Contains("DIV") && tokens.IsWord("DIV"))
        )
        {
            var sign = tokens.Take();
            limits.Down(sign.Position);
            levels++;
            left = tree.Reckon(sign.Value.ToUpperInvariant(), left, part(), sign.Position);
        }
        limits.Up(levels);
        return left;
    }

    private CqlTerm Power()
    {
        var under = Primary();
        var sign = Now;
        if (!tokens.TakeSign("^"))
            return under;
        limits.Down(sign.Position);
        var power = tree.Reckon("^", under, Power(), sign.Position);
        limits.Up();
        return power;
    }

    private CqlTerm Primary()
    {
        var here = tokens.Take();
        limits.Part(here.Position);
        switch (here.Kind)
        {
            case CqlKind.Text:
                return tree.Text(here.Value, here.Position);
            case CqlKind.Number:
                return tree.Number(here.Value, here.Position);
            case CqlKind.Quoted:
                return tree.Property(here.Value, here.Position);
            case CqlKind.Sign when here.Value == "(":
                limits.Down(here.Position);
                var inner = Or();
                tokens.DemandSign(")");
                limits.Up();
                return inner;
            case CqlKind.Sign when here.Value is "-" or "+":
                limits.Down(here.Position);
                var operand = Primary();
                limits.Up();
                return here.Value == "+" ? operand : tree.Minus(operand, here.Position);
            case CqlKind.Word:
                return Word(here);
            default:
                throw new CqlException(CqlFault.Expected, here.Position, "a value");
        }
    }

    private CqlTerm Word(CqlToken word)
    {
        string name = word.Value.ToUpperInvariant();
        if (name is "TRUE" or "FALSE")
            return tree.Boolean(name == "TRUE", word.Position);
        if (
            CqlWkt.Names.Contains(name)
            && Now is { Kind: CqlKind.Sign, Value: "(" } or { Kind: CqlKind.Word, Value: "Z" or "z" }
        )
            return tree.Geometry(CqlWkt.Read(name, word.Position, tokens), word.Position);
        if (Now is not { Kind: CqlKind.Sign, Value: "(" })
            return tree.Property(word.Value, word.Position);
        limits.Down(word.Position);
        var arguments = Arguments();
        limits.Up();
        return tree.Call(name, arguments, word.Position);
    }

    private List<CqlTerm> Arguments()
    {
        tokens.DemandSign("(");
        var all = new List<CqlTerm>();
        if (tokens.TakeSign(")"))
            return all;
        do all.Add(Or());
        while (tokens.TakeSign(","));
        tokens.DemandSign(")");
        return all;
    }
}
