using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace MutualAid.Server;

/// <summary>Everything that is set from outside, read once at start. Each variable is named in the README.</summary>
public sealed record Settings
{
    /// <summary>Npgsql connection string; the user must own the database or be granted both service roles.</summary>
    public required string Database { get; init; }

    /// <summary>PostgreSQL itself, where a pooler in transaction mode stands behind <see cref="Database"/>: work that needs a session of its own goes here.</summary>
    [AllowNull]
    public string DirectDatabase
    {
        get => field ?? Database;
        init;
    }

    /// <summary>Whether a statement may meet another session than the one before it.</summary>
    public bool ThroughPooler => DirectDatabase != Database;

    /// <summary>A streaming replica that whoever is not signed in reads from; <see cref="Database"/> when not set.</summary>
    public string? PublicDatabase { get; init; }

    /// <summary>By how much <see cref="PublicDatabase"/> may be behind.</summary>
    public TimeSpan PublicLag { get; init; } = TimeSpan.FromSeconds(10);

    public string Urls { get; init; } = "http://localhost:5080";

    /// <summary>32 random bytes shared by all servers of one database: keys of codes, messages and cookies come from it.</summary>
    public required byte[] Secret { get; init; }

    /// <summary><c>log</c>, <c>file:PATH</c>, or a gateway's <c>https</c> address.</summary>
    public required string Messages { get; init; }

    /// <summary>The file that erasures are written down in, outside the database; null: nowhere.</summary>
    public string? Erasures { get; init; }

    /// <summary>The private cluster of <c>./run</c>: the demo city and printed codes are allowed.</summary>
    public bool PrivateDemo { get; init; }

    /// <summary>The address that people reach the service at, for links in messages.</summary>
    public string PublicUrl { get; init; } = "http://localhost:5080";

    /// <summary>Proxies whose X-Forwarded-* headers are believed.</summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>Opens <c>/metrics</c> to callers from elsewhere than loopback.</summary>
    public string? MetricsToken { get; init; }

    /// <summary>Pictures under the map; null: our own areas alone.</summary>
    public Web.Layout.BaseMap? BaseMap { get; init; }

    /// <summary>Whether matching rounds run in this process.</summary>
    public bool Rounds { get; init; } = true;

    /// <summary>Whether Quartz's jobs run in this process.</summary>
    public bool Jobs { get; init; } = true;

    /// <summary>Multiplies every rate limit; 1 in production.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Reads the environment.</summary>
    /// <exception cref="SettingsException">Something is missing or wrong; the message says what to do.</exception>
    public static Settings FromEnvironment(Func<string, string?> variable)
    {
        string Required(string name, string advice) =>
            variable(name) is { Length: > 0 } value
                ? value
                : throw new SettingsException($"{name} is not set. {advice}");

        TimeSpan Seconds(string name, double usual) =>
            variable(name) is not { Length: > 0 } text ? TimeSpan.FromSeconds(usual)
            : double.TryParse(text, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and <= 86_400
                ? TimeSpan.FromSeconds(seconds)
            : throw new SettingsException(
                $"{name}: '{text}' is not a number of seconds between 0 and 86400."
            );

        bool privateDemo = variable("MUTUALAID_PRIVATE_DEMO") == "1";
        string urls = variable("MUTUALAID_URLS") is { Length: > 0 } u ? u : "http://localhost:5080";
        string? messages = variable("MUTUALAID_MESSAGES");
        if (string.IsNullOrEmpty(messages))
        {
            messages = privateDemo
                ? "log"
                : throw new SettingsException(
                    "MUTUALAID_MESSAGES is not set, so nobody could receive a sign-in code. Choose one: "
                        + "file:PATH (one JSON object a line), a gateway's https:// address, or, for development only, log."
                );
        }
        if (messages == "log" && !privateDemo && variable("ASPNETCORE_ENVIRONMENT") != "Development")
            throw new SettingsException(
                "MUTUALAID_MESSAGES=log prints sign-in codes and is refused outside Development. Choose file:PATH or a gateway's https:// address."
            );
        return new Settings
        {
            Database = Required(
                "MUTUALAID_DATABASE",
                "Start with ./run for a private database, or give an Npgsql connection string: Host=…;Database=…;Username=…"
            ),
            DirectDatabase = variable("MUTUALAID_DATABASE_DIRECT") is { Length: > 0 } direct ? direct : null,
            PublicDatabase = variable("MUTUALAID_PUBLIC_DATABASE") is { Length: > 0 } there ? there : null,
            PublicLag = Seconds("MUTUALAID_PUBLIC_LAG", 10),
            Urls = urls,
            PublicUrl = variable("MUTUALAID_PUBLIC_URL") is { Length: > 0 } p ? p : urls.Split(';')[0],
            Secret = ReadSecret(variable),
            Messages = messages,
            Erasures = variable("MUTUALAID_ERASURES") is { Length: > 0 } erasures ? erasures : null,
            PrivateDemo = privateDemo,
            TrustedProxies =
            [
                .. (variable("MUTUALAID_TRUSTED_PROXIES") ?? "")
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(text =>
                        IPAddress.TryParse(text, out var address)
                            ? address
                            : throw new SettingsException(
                                $"MUTUALAID_TRUSTED_PROXIES: '{text}' is not an IP address."
                            )
                    ),
            ],
            MetricsToken = variable("MUTUALAID_METRICS_TOKEN"),
            BaseMap = Web.Layout.BaseMap.Read(
                variable("MUTUALAID_BASE_MAP"),
                variable("MUTUALAID_BASE_MAP_CREDIT")
            ),
            Rounds = variable("MUTUALAID_ROUNDS") != "off",
            Jobs = variable("MUTUALAID_JOBS") != "off",
            RateFactor =
                double.TryParse(
                    variable("MUTUALAID_RATE_FACTOR"),
                    CultureInfo.InvariantCulture,
                    out double factor
                )
                && factor > 0
                    ? factor
                    : 1,
        };
    }

    /// <summary>A key of 32 bytes for one purpose (HKDF, RFC 5869): no two purposes share one.</summary>
    public byte[] Key(string purpose) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Secret,
            32,
            info: System.Text.Encoding.UTF8.GetBytes(purpose)
        );

    private static byte[] ReadSecret(Func<string, string?> variable)
    {
        string? text = variable("MUTUALAID_SECRET");
        if (string.IsNullOrEmpty(text) && variable("MUTUALAID_SECRET_FILE") is { Length: > 0 } file)
            text = File.Exists(file)
                ? File.ReadAllText(file)
                : throw new SettingsException($"MUTUALAID_SECRET_FILE: {file} does not exist.");
        const string advice =
            "Make one with: head -c 32 /dev/urandom | base64. All servers of one database share it.";
        if (string.IsNullOrEmpty(text))
            throw new SettingsException($"MUTUALAID_SECRET (or MUTUALAID_SECRET_FILE) is not set. {advice}");
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text.Trim());
        }
        catch (FormatException)
        {
            throw new SettingsException($"MUTUALAID_SECRET is not base64. {advice}");
        }
        return bytes.Length >= 32
            ? bytes
            : throw new SettingsException($"MUTUALAID_SECRET has fewer than 32 bytes. {advice}");
    }
}

/// <summary>The service cannot start as it is set up; the message is for the person at the terminal.</summary>
public sealed class SettingsException(string message) : Exception(message);
