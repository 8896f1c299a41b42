using System.Globalization;
using System.Threading.RateLimiting;
using MutualAid.Server.Accounts;
using MutualAid.Server.Keys;

namespace MutualAid.Server.Web;

/// <summary>How often one caller may ask: an account, or signed out the client's address. Writing costs more than reading.</summary>
public static class RateLimits
{
    /// <summary>The name of the limit on answers that hold a whole area: each costs the database a thousand pages.</summary>
    public const string Whole = "whole";

    private static readonly Bucket Reading = new(Burst: 300, Tokens: 100, TimeSpan.FromSeconds(1));
    private static readonly Bucket Writing = new(Burst: 60, Tokens: 20, TimeSpan.FromSeconds(10));
    private static readonly Bucket Areas = new(Burst: 20, Tokens: 1, TimeSpan.FromSeconds(10));

    public static void AddRateLimits(this IServiceCollection services, Settings settings) =>
        services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                Partition(context, settings.RateFactor)
            );
            options.AddPolicy(Whole, context => Limit('a', Who(context), Areas, settings.RateFactor));
            options.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter)
                    ? retryAfter
                    : Writing.Period;
                await Problems.Write(rejected.HttpContext, Refusal.TooMany(wait));
            };
        });

    private static RateLimitPartition<string> Partition(HttpContext context, double factor)
    {
        // Whoever watches whether the service lives asks as often as it likes.
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            return RateLimitPartition.GetNoLimiter("health");
        // All keys of an account are one caller, and the account itself.
        string who =
            (Caller.Of(context)?.AccountId ?? ReadingKey.Of(context)?.AccountId)?.ToString()
            ?? ClientAddress.Of(context);
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return Limit(reads ? 'r' : 'w', Who(context), reads ? Reading : Writing, factor);
    }

    private static string Who(HttpContext context) =>
        Caller.Of(context) is { } caller ? caller.AccountId.ToString() : ClientAddress.Of(context);

    private static RateLimitPartition<string> Limit(char what, string who, Bucket bucket, double factor) =>
        RateLimitPartition.GetTokenBucketLimiter(
            string.Create(CultureInfo.InvariantCulture, $"{what} {who}"),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Times(bucket.Burst, factor),
                TokensPerPeriod = Times(bucket.Tokens, factor),
                ReplenishmentPeriod = bucket.Period,
                QueueLimit = 0,
            }
        );

    private static int Times(int number, double factor) =>
        (int)Math.Clamp(number * factor, 1, int.MaxValue / 2);

    private sealed record Bucket(int Burst, int Tokens, TimeSpan Period);
}
