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

/// <summary>The keys of antiforgery tokens, shared by all servers through the database and sealed with the service's secret.</summary>
public sealed class KeyRing(ServiceDatabase database) : IXmlRepository
{
    // The framework asks synchronously, at start and then about once a day.
    public IReadOnlyCollection<XElement> GetAllElements() => Read().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Write(element, friendlyName).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> Read()
    {
        await using var connection = await database.Open(CancellationToken.None).ConfigureAwait(false);
        var rows = await connection
            .Rows<string>(
                "select xml from data_protection_key order by created_at, name",
                null,
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return [.. rows.Select(xml => XElement.Parse(xml))];
    }

    private async Task Write(XElement element, string name)
    {
        await using var connection = await database.Open(CancellationToken.None).ConfigureAwait(false);
        await connection
            .Execute(
                "insert into data_protection_key (name, xml) values (@name, @xml) on conflict (name) do nothing",
                new { name, xml = element.ToString(SaveOptions.DisableFormatting) },
                CancellationToken.None
            )
            .ConfigureAwait(false);
    }

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

/// <summary>
/// Makes the first key of a new database, one server at a time. Two that start together would each make one, and learn of the
/// other's a day later: forms of the one would be refused by the other. Later keys are made days before they are used.
/// </summary>
public sealed class FirstKey(ServiceDatabase database, IKeyManager keys, ILogger<FirstKey> log)
    : IHostedService
{
    /// <summary>Any number will do, so long as every server takes the same one.</summary>
    public const long AdvisoryLock = 0x4D41_6B65_7931;

    private static readonly TimeSpan Life = TimeSpan.FromDays(90);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.Transaction(
                async connection =>
                {
                    // The framework makes the key on a session of its own meanwhile; a machine that is busy starting may take
                    // its time, and whoever lost the lock over it would make a second one.
                    await connection.Execute(
                        "set local idle_in_transaction_session_timeout = '1min'",
                        null,
                        cancellationToken
                    );
                    await connection.Execute(
                        "select pg_advisory_xact_lock(@AdvisoryLock)",
                        new { AdvisoryLock },
                        cancellationToken
                    );
                    if (keys.GetAllKeys().Count == 0)
                    {
                        // By the machine's clock, as the framework goes by.
                        var now = TimeProvider.System.GetUtcNow();
                        keys.CreateNewKey(now, now + Life);
                    }
                },
                cancellationToken
            );
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Served all the same: what is read needs no key, and the framework tries again when one is needed.
            log.LogWarning("the first key waits: {Kind}", e.GetType().Name);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Data protection with the keys in the database.</summary>
public static class KeyRingFeature
{
    public static void AddKeyRing(this IServiceCollection services)
    {
        // Without a name of its own the keys would hang on the folder that the program lies in.
        services.AddSingleton<KeyRing>();
        // Before the framework's own start of its keys.
        services.AddHostedService<FirstKey>();
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
