using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary>Everything about oneself, by pages: who one is, who looked, whom one keeps away, a copy of it all, and the way out.</summary>
public static class AccountPages
{
    public static void AddAccountPages(this IServiceCollection services)
    {
        services.AddSingleton<MePages>();
        services.AddSingleton<PhonePages>();
        services.AddSingleton<BlockPages>();
        services.AddSingleton<ErasePages>();
        services.AddSingleton<RecoveryCodePages>();
        services.AddSingleton(MePages.Draft);
        services.AddSingleton(PhonePages.Draft);
    }

    public static void MapAccountPages(this RouteGroupBuilder pages)
    {
        MePages.Map(pages);
        PhonePages.Map(pages);
        pages.MapSeenPage();
        SessionPages.Map(pages);
        RecoveryCodePages.Map(pages);
        BlockPages.Map(pages);
        ErasePages.Map(pages);
        pages.MapGet("/me/export", (Caller _, HttpContext context) => Pages.Show<ExportPage>(context));
    }

    /// <summary>Where somebody whose session is over comes back to; for forms in which nothing is typed.</summary>
    internal static SeeOther SignInFirst(string path) =>
        SeeOther.To($"/sign-in?return={Uri.EscapeDataString(path)}");
}
