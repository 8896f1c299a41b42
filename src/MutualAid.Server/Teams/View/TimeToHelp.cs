namespace MutualAid.Server.Teams.View;

/// <summary>Median and 90th percentile from the post to the delivery, out of buckets of a fifth (<c>help_bucket</c> of migration 0030).</summary>
/// <param name="Deliveries">How many it is told of.</param>
public sealed record TimeToHelp(long Deliveries, TimeSpan? Median, TimeSpan? P90)
{
    /// <param name="buckets">How many deliveries lie in each.</param>
    public static TimeToHelp Of(IEnumerable<(int Bucket, long Deliveries)> buckets)
    {
        var filled = buckets.Where(bucket => bucket.Deliveries > 0).OrderBy(bucket => bucket.Bucket).ToList();
        long all = filled.Sum(bucket => bucket.Deliveries);
        return new TimeToHelp(all, At(filled, all * 0.5), At(filled, all * 0.9));
    }

    // Within a bucket the deliveries are taken to lie evenly between its ends, which are 2^(n/4) minutes.
    private static TimeSpan? At(List<(int Bucket, long Deliveries)> filled, double rank)
    {
        double before = 0;
        foreach (var (bucket, deliveries) in filled)
        {
            if (before + deliveries >= rank)
            {
                double low = Math.Pow(2, bucket / 4.0),
                    high = Math.Pow(2, (bucket + 1) / 4.0);
                return TimeSpan.FromMinutes(low + (high - low) * (rank - before) / deliveries);
            }
            before += deliveries;
        }
        return null;
    }
}
