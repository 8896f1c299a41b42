using MutualAid.Server.Accounts;
using MutualAid.Server.Matches;
using MutualAid.Server.Offers;
using MutualAid.Server.Reports;
using MutualAid.Server.Requests;
using MutualAid.Server.Sharing;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Teams.View;
using MutualAid.Server.Threads;
using MutualAid.Server.Web.Info;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Web.Layout;

/// <summary>Every page: one line each.</summary>
public static class SitePages
{
    public static void AddSitePages(this IServiceCollection services)
    {
        services.AddPages();
        services.AddSingleton<PostChecking>();
        services.AddSingleton<PostShowing>();
        services.AddSingleton<PostPages>();
        services.AddSingleton<RequestPages>();
        services.AddSingleton<MatchPages>();
        services.AddSingleton<ThreadPages>();
        services.AddSingleton<OfferPages>();
        services.AddSingleton<MinePages>();
        services.AddAccountPages();
        services.AddSingleton<StatusLinks>();
        services.AddSingleton<SharePages>();
        services.AddSingleton<ReportPages>();
        services.AddSingleton<NeedPages>();
        services.AddSingleton<ActPages>();
        services.AddSingleton(ReportPages.Draft);
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
        pages.MapAccountPages();
        ReportPages.Map(pages);
        pages.MapAreaViewPages();
        NeedPages.Map(pages);
        ActPages.Map(pages);
        SharePages.Map(pages);
        pages.MapSignInPages();
        pages.MapLinkPages();
        pages.MapInfoPages();
        pages.MapApiPage();
    }
}
