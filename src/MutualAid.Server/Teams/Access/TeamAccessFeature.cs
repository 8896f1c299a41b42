using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Access;

/// <summary>Who may see what on the desk, and who has looked: roles, and the access log of an area.</summary>
public static class TeamAccessFeature
{
    public static void AddTeamAccess(this IServiceCollection services)
    {
        services.AddSingleton<RoleMessages>();
        services.AddSingleton<RoleGrants>();
        services.AddSingleton<RoleEnds>();
        services.AddSingleton<RolePages>();
        services.AddSingleton<AreaAccessLog>();
    }

    public static void MapTeamAccess(this WebApplication app)
    {
        app.MapRoles();
        app.MapAreaAccessLog();
        var pages = app.MapPages();
        RolePages.Map(pages);
        pages.MapAreaAccessLogPage();
        pages.MapRetentionPage();
    }
}
