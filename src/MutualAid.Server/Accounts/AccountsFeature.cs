namespace MutualAid.Server.Accounts;

/// <summary>Who somebody is: signing in, one's own data, links in messages.</summary>
public static class AccountsFeature
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<Behalf>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapBehalfPage();
    }
}
