using System.Net;
using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Recovery;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>When an offer's calendar ends; its clock goes on by days, so that nothing else is tested beside it.</summary>
public sealed class OfferFeedEndsTests(ServiceFixture service)
    : OfferFeed(service),
        IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task it_goes_with_who_made_it_after_the_offers_end_and_with_a_restored_backup()
    {
        var erased = await Service.NewPerson();
        var offer = await Service.GivenOffer(erased);
        string path = await Made(erased, offer);
        await erased.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await Service.Anonymous.GetAsync(path)).StatusCode);
        Assert.Equal(0, await Count(offer));
        await Service.InvariantsHold();

        var giver = await Service.NewPerson();
        var ended = await Service.GivenOffer(giver);
        path = await Made(giver, ended);
        await giver.Post($"/api/offers/{ended}/withdraw").Is(HttpStatusCode.OK);
        Assert.Empty((await Read(path)).Events);
        using var visitor = await Visitor.Of(Service, giver);
        var page = await visitor.Get($"/offers/{ended}/calendar");
        Assert.Null(page.Html.QuerySelector("form[action$=new]"));
        (
            await visitor.Post(
                $"/offers/{ended}/calendar/new",
                ("__RequestVerificationToken", page.Value("__RequestVerificationToken")),
                ("key", "after")
            )
        ).Is(HttpStatusCode.Conflict);
        await Service.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.NotFound, (await Service.Anonymous.GetAsync(path)).StatusCode);
        Assert.Equal(1, await Count(ended));
        await new Purge(Service.App.Services.GetRequiredService<ServiceDatabase>()).Sweep(
            Service.Clock.GetUtcNow(),
            CancellationToken.None
        );
        Assert.Equal(0, await Count(ended));

        var person = await Service.NewPerson();
        var kept = await Service.GivenOffer(person);
        path = await Made(person, kept);
        await using var connection = await Service.Open();
        await Aftercare.Run(connection, [], Service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(HttpStatusCode.NotFound, (await Service.Anonymous.GetAsync(path)).StatusCode);
    }
}
