namespace MutualAid.Server.Database;

/// <summary>Public reading, the replica that it may go to, and a team's reading.</summary>
public static class PublicReadingFeature
{
    public static void AddPublicReading(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<PublicDatabase>();
        services.AddSingleton<TeamDatabase>();
        if (settings.PublicDatabase is not null)
            services.AddHostedService<ReplicaWatch>();
    }
}
