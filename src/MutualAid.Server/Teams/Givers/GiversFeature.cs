using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Givers;

/// <summary>The givers of an area, for its team: what they carry, why they are idle, a word for them, a stop to them, and their appeal.</summary>
public static class GiversFeature
{
    public static void AddGivers(this IServiceCollection services)
    {
        services.AddSingleton<NextGap>();
        services.AddSingleton<Vouches>();
        services.AddSingleton<Suspensions>();
        services.AddSingleton<Appeals>();
        services.AddSingleton<GiverPages>();
        services.AddSingleton<AppealPages>();
        services.AddSingleton(AppealPages.Draft);
    }

    public static void MapGivers(this WebApplication app)
    {
        GiversApi.Map(app);
        AppealsApi.Map(app);
        var pages = app.MapPages();
        GiverPages.Map(pages);
        AppealPages.Map(pages);
    }
}
