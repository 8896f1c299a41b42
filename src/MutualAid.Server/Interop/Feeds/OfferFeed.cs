using System.Text;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Feeds;

/// <summary><c>GET /feeds/offers/TOKEN.ics</c>: an offer's hours and the trips that its giver has accepted, for their own calendar.</summary>
internal static class OfferFeed
{
    internal static async Task<IResult> Get(
        string token,
        HttpContext context,
        ServiceDatabase database,
        Categories categories,
        Settings settings,
        TimeProvider time,
        CancellationToken stop
    )
    {
        // The address is the key: it must not travel in a Referer, rest in a cache or be found by a search.
        var headers = context.Response.Headers;
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        headers.CacheControl = "no-store";
        var now = time.GetUtcNow();
        CalendarOffer? offer;
        IReadOnlyList<CalendarTrip> trips;
        await using (var connection = await database.Open(stop))
        {
            offer = await CalendarOffer.Find(connection, token, now, stop);
            if (offer is null)
                throw new Refusal(404, "calendarGone");
            trips = await CalendarTrip.Of(connection, offer.Id, stop);
        }
        var calendar = new OfferCalendar(
            offer,
            Category.Of(await categories.All(stop), offer.Category),
            new Uri(settings.PublicUrl).IdnHost,
            now
        );
        return Results.Text(calendar.Write(trips), "text/calendar; charset=utf-8", Encoding.UTF8);
    }
}
