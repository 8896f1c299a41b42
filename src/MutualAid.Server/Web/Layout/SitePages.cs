using MutualAid.Server.Accounts;
using MutualAid.Server.Matches;
using MutualAid.Server.Offers;
using MutualAid.Server.Requests;
using MutualAid.Server.Threads;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Web.Layout;

/// <summary>Every page: one line each.</summary>
public static class SitePages
{
    public static void AddSitePages(this IServiceCollection services)
    {
        services.AddPages();
        services.AddSingleton<PostPages>();
        services.AddSingleton<RequestPages>();
        services.AddSingleton<MatchPages>();
        services.AddSingleton<ThreadPages>();
        services.AddSingleton<OfferPages>();
        services.AddSingleton<MinePages>();
        services.AddSingleton(PostPages.Draft);
        services.AddSingleton(OfferPages.Draft);
        services.AddSingleton(ThreadPages.Draft);
    }

    public static void MapSitePages(this WebApplication app)
    {
        var pages = app.MapPages();
        pages.MapLocaleChoice();
        pages.MapNear();
        PostPages.Map(pages);
        RequestPages.Map(pages);
        MatchPages.Map(pages);
        ThreadPages.Map(pages);
        OfferPages.Map(pages);
        MinePages.Map(pages);
        pages.MapSignInPages();
        pages.MapLinkPages();
        pages.MapApiPage();
    }
}
