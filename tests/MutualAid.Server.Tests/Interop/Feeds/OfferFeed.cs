using System.Net;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>How tests make and read an offer's calendar.</summary>
public abstract class OfferFeed(ServiceFixture service)
{
    private protected ServiceFixture Service => service;

    private protected Task<int> Count(Guid offer) =>
        service.Look<int>("select count(*)::int from offer_calendar where offer_id = @offer", new { offer });

    private protected async Task<string> Made(Person giver, Guid offer)
    {
        using var visitor = await Visitor.Of(service, giver);
        var page = await visitor.Get($"/offers/{offer}/calendar");
        return Path((await visitor.Send(page, $"/offers/{offer}/calendar/new")).Is(HttpStatusCode.OK));
    }

    private protected string Path(Shown page)
    {
        string url = page.Html.QuerySelector("#url")!.GetAttribute("value")!;
        string site = service.Settings.PublicUrl.TrimEnd('/');
        Assert.StartsWith($"{site}/feeds/offers/", url, StringComparison.Ordinal);
        return url[site.Length..];
    }

    private protected async Task<Calendar> Read(string path)
    {
        using var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Calendar.Read(await answer.Content.ReadAsByteArrayAsync());
    }
}
