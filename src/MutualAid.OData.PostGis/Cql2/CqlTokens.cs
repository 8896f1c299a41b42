namespace MutualAid.OData.PostGis.Cql2;

/// <summary>The tokens of a filter, read one after the other.</summary>
internal sealed class CqlTokens(string text)
{
    private readonly List<CqlToken> tokens = CqlLexer.Cut(text);
    private int at;

    public CqlToken Now => tokens[at];

    /// <summary>The next one; the end stays where it is.</summary>
    public CqlToken Take() => Now.Kind == CqlKind.End ? Now : tokens[at++];

    public bool IsSign(string sign) => Now.Kind == CqlKind.Sign && Now.Value == sign;

    public bool IsWord(string word) =>
        Now.Kind == CqlKind.Word && Now.Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool TakeSign(string sign) => TakeWhen(IsSign(sign));

    public bool TakeWord(string word) => TakeWhen(IsWord(word));

    public void DemandSign(string sign) => Demand(TakeSign(sign), sign);

    public void DemandWord(string word) => Demand(TakeWord(word), word);

    /// <exception cref="CqlException">It does not hold: <paramref name="what"/> was expected here.</exception>
    public void Demand(bool holds, string what)
    {
        if (!holds)
            throw new CqlException(CqlFault.Expected, Now.Position, what);
    }

    private bool TakeWhen(bool there)
    {
        if (there)
            at++;
        return there;
    }
}
