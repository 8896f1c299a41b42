namespace MutualAid.OData.PostGis.Protocol;

/// <summary>Seals a delta token, so that nobody makes one of their own: they hold what the database's past is read with.</summary>
public interface ITokenSeal
{
    string Seal(string text);

    /// <summary>What was sealed; null: it was not sealed here, or was changed.</summary>
    string? Open(string sealedText);
}
