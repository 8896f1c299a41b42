using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MutualAid.OData.PostGis.Protocol;

namespace MutualAid.Server.Interop.OData;

/// <summary>Seals tokens with the service's keys, which all its servers share.</summary>
internal sealed class DeltaSeal(IDataProtectionProvider keys) : ITokenSeal
{
    private readonly IDataProtector protector = keys.CreateProtector("odata delta token");

    public string Seal(string text) => protector.Protect(text);

    public string? Open(string sealedText)
    {
        try
        {
            return protector.Unprotect(sealedText);
        }
        catch (Exception e)
            when (e is CryptographicException or FormatException
                && e.GetBaseException() is not Npgsql.NpgsqlException
            )
        {
            return null;
        }
    }
}
