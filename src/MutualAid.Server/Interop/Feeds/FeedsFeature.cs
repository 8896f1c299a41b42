using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>What other programs come back for: the needs of an area as Atom, an offer's hours as iCalendar.</summary>
public static class FeedsFeature
{
    public static void AddFeeds(this IServiceCollection services)
    {
        services.AddSingleton<CalendarLinks>();
        services.AddSingleton<CalendarPages>();
    }

    public static void MapFeeds(this WebApplication app)
    {
        app.MapGet("/feeds/areas/{id:guid}.atom", AreaFeed.Get).ExcludeFromDescription();
        app.MapGet("/feeds/offers/{token}.ics", OfferFeed.Get).ExcludeFromDescription();
        CalendarPages.Map(app.MapPages());
    }
}
