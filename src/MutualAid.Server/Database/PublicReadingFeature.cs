namespace MutualAid.Server.Database;

/// <summary>Public reading, and the replica that it may go to.</summary>
public static class PublicReadingFeature
{
    public static void AddPublicReading(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<PublicDatabase>();
        if (settings.PublicDatabase is not null)
            services.AddHostedService<ReplicaWatch>();
    }
}
