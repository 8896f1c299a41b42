namespace MutualAid.Server.Accounts;

/// <summary>Who somebody is: signing in, one's own data, links in messages.</summary>
public static class AccountsFeature
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<CodeLimits>();
        services.AddSingleton<CodeBudget>();
        services.AddSingleton<Codes>();
        services.AddSingleton<RecoveryCodes>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<Behalf>();
        services.AddSingleton<RenewLinks>();
        services.AddSingleton<PrivateViews>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapSignIn();
        app.MapMe();
        app.MapPhoneChange();
        app.MapExport();
        app.MapAccessLog();
        app.MapSessions();
        app.MapRecoveryCodes();
        app.MapBlocks();
    }

    public static void MapLinkPages(this RouteGroupBuilder pages)
    {
        pages.MapBehalfPage();
        pages.MapRenewPage();
    }
}
