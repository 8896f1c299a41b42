namespace MutualAid.OData.PostGis.Protocol;

/// <summary>Seals tokens, so that nobody makes one of their own: they hold what the database's past is read with, and whose they are.</summary>
public interface ITokenSeal
{
    string Seal(string text);

    /// <summary>What was sealed; null: it was not sealed here, or was changed.</summary>
    string? Open(string sealedText);
}
