using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;

namespace MutualAid.Server.Web;

/// <summary>
/// The keys of antiforgery tokens, shared by all servers through the database and sealed with the service's secret. A key that
/// was made from an old reading is not kept: of two servers that start together one makes the first key, and the other, which
/// the framework lets read again after it made one, takes that. Else each would have its own for a day, and forms of the one
/// would be refused by the other.
/// </summary>
public sealed class KeyRing(ServiceDatabase database) : IXmlRepository
{
    /// <summary>Held while a key is written. Any number will do, so long as every server takes the same one.</summary>
    public const long AdvisoryLock = 0x4D41_6B65_7931;

    private string[] read = [];

    // The framework asks synchronously, one caller at a time: at start and then about once a day.
    public IReadOnlyCollection<XElement> GetAllElements() => Read().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Write(element, friendlyName).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> Read()
    {
        await using var connection = await database.Open(CancellationToken.None).ConfigureAwait(false);
        var rows = await connection
            .Rows<Kept>(
                "select name, xml from data_protection_key order by created_at, name",
                null,
                CancellationToken.None
            )
            .ConfigureAwait(false);
        read = [.. rows.Select(kept => kept.Name)];
        return [.. rows.Select(kept => XElement.Parse(kept.Xml))];
    }

    private Task Write(XElement element, string name) =>
        database.Transaction(
            async connection =>
            {
                await connection
                    .Execute(
                        "select pg_advisory_xact_lock(@AdvisoryLock)",
                        new { AdvisoryLock },
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
                await connection
                    .Execute(
                        """
                        insert into data_protection_key (name, xml)
                        select @name, @xml
                        where not exists (select from data_protection_key where name <> all (@read))
                        """,
                        new
                        {
                            name,
                            xml = element.ToString(SaveOptions.DisableFormatting),
                            read,
                        },
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
            },
            CancellationToken.None
        );

    private sealed record Kept(string Name, string Xml);

    private static Sealed Seal(Settings settings) => new(settings, "key ring");

    internal sealed class Encryptor(Settings settings) : IXmlEncryptor
    {
        public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
            new(
                new XElement(
                    "sealed",
                    Convert.ToBase64String(
                        Seal(settings).Close(plaintextElement.ToString(SaveOptions.DisableFormatting), "")
                    )
                ),
                typeof(Decryptor)
            );
    }

    /// <summary>Made by the framework from the name that stands beside each key.</summary>
    public sealed class Decryptor(IServiceProvider services) : IXmlDecryptor
    {
        /// <exception cref="CryptographicException">The key was sealed with another secret.</exception>
        public XElement Decrypt(XElement encryptedElement) =>
            XElement.Parse(
                Encoding.UTF8.GetString(
                    Seal(services.GetRequiredService<Settings>())
                        .Open(Convert.FromBase64String(encryptedElement.Value), "")
                )
            );
    }
}

/// <summary>Data protection with the keys in the database.</summary>
public static class KeyRingFeature
{
    public static void AddKeyRing(this IServiceCollection services)
    {
        // Without a name of its own the keys would hang on the folder that the program lies in.
        services.AddSingleton<KeyRing>();
        services.AddDataProtection().SetApplicationName("MutualAid");
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<KeyRing, Settings>(
                (options, ring, settings) =>
                {
                    options.XmlRepository = ring;
                    options.XmlEncryptor = new KeyRing.Encryptor(settings);
                }
            );
    }
}
