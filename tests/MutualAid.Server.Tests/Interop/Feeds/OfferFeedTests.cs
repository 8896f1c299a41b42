using System.Globalization;
using System.Net;
using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Recovery;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>An offer's hours and trips by a secret link, for its giver's own calendar.</summary>
public sealed class OfferFeedTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task it_has_the_hours_and_the_trips_and_nothing_of_whose_they_are()
    {
        var giver = await service.NewPerson("Minh");
        var offer = await service.GivenOffer(giver);
        await service.Look<int>(
            "update offer set daily_from = '08:00', daily_to = '18:00', available_until = '2026-12-31T10:00:00Z' where id = @offer",
            new { offer }
        );
        var owner = await service.NewPerson("Bà Tư");
        var request = await service.GivenRequest(owner);
        await service.Look<int>(
            "update request set public_note = 'lời nhắn' where id = @request",
            new { request }
        );
        var match = await service.GivenProposal(offer, request, 3);
        string path = await Made(giver, offer);
        var before = await Read(path);
        Assert.DoesNotContain(
            before.Events,
            one => one["UID"].StartsWith("match-", StringComparison.Ordinal)
        );
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "246810"));

        using var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal("text/calendar; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("noindex", Assert.Single(answer.Headers.GetValues("X-Robots-Tag")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        var calendar = Calendar.Read(bytes);
        Assert.Equal("VCALENDAR", calendar.Whole.Kind);
        Assert.Equal(("2.0", "PUBLISH"), (calendar.Whole["VERSION"], calendar.Whole["METHOD"]));
        Assert.True(calendar.Whole.Has("PRODID"));
        Assert.Equal(
            "Asia/Ho_Chi_Minh",
            calendar.Whole.Inside.Single(part => part.Kind == "VTIMEZONE")["TZID"]
        );
        Assert.All(calendar.Events, one => Assert.Equal("20261123T020000Z", one["DTSTAMP"]));

        var daily = calendar.Event("daily-");
        Assert.Equal("20261124T080000", daily["DTSTART;TZID=Asia/Ho_Chi_Minh"]);
        Assert.Equal("20261124T180000", daily["DTEND;TZID=Asia/Ho_Chi_Minh"]);
        // The last whole day before 17:00 on the 31st begins at 8:00 on the 30th, 1:00 UTC.
        Assert.Equal("FREQ=DAILY;UNTIL=20261230T010000Z", daily["RRULE"]);
        Assert.Equal("20261123T090000", calendar.Event("first-")["DTSTART;TZID=Asia/Ho_Chi_Minh"]);
        Assert.Equal("20261231T170000", calendar.Event("last-")["DTEND;TZID=Asia/Ho_Chi_Minh"]);
        Assert.Equal("TRANSPARENT", daily["TRANSP"]);

        var trip = calendar.Event("match-");
        Assert.Equal($"match-{match}@localhost", trip["UID"]);
        Assert.Equal("Mang 3 phần đến Phường Sông", trip["SUMMARY"]);
        Assert.Equal("Phường Sông", trip["LOCATION"]);
        Assert.Equal("20261123T020000Z", trip["DTSTART"]);
        var due = await service.Look<DateTime>("select due_by from match where id = @match", new { match });
        Assert.Equal(due.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), trip["DTEND"]);
        // Latitude first, of the cell's centre.
        Assert.Equal(
            await service.Look<string>(
                "select st_y(public_place::geometry) || ';' || st_x(public_place::geometry) from request where id = @request",
                new { request }
            ),
            trip["GEO"]
        );
        Assert.StartsWith("21.", trip["GEO"], StringComparison.Ordinal);
        string text = System
            .Text.Encoding.UTF8.GetString(bytes)
            .Replace("\r\n ", "", StringComparison.Ordinal);
        foreach (
            string secret in new[]
            {
                "Bà Tư",
                "Minh@",
                owner.Phone[3..],
                giver.Phone[3..],
                "ngõ 3",
                "cửa sau",
                "sữa",
                "lời nhắn",
                "246810",
                $"{request}",
                $"{owner.Id}",
                $"{giver.Id}",
                "105.853;",
                "21.032;",
            }
        )
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        // Asked again, the events are the same.
        var again = await Read(path);
        Assert.Equal(calendar.Events.Select(one => one["UID"]), again.Events.Select(one => one["UID"]));
        // Delivered, the trip is over.
        Assert.Equal("done", await service.Step(match, "setOut", "giver", giver.Id));
        Assert.Single((await Read(path)).Events, one => one.Has("GEO"));
        Assert.Equal("done", await service.Step(match, "deliver", "giver", giver.Id));
        Assert.DoesNotContain((await Read(path)).Events, one => one.Has("GEO"));
    }

    [Fact]
    public async Task an_offer_without_an_end_or_hours_is_there_and_a_paused_one_is_not()
    {
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);
        string path = await Made(giver, offer);
        var all = Assert.Single((await Read(path)).Events);
        Assert.StartsWith("all-", all["UID"], StringComparison.Ordinal);
        Assert.False(all.Has("RRULE"));
        Assert.Equal("20271228T000000", all["DTEND;TZID=Asia/Ho_Chi_Minh"]);
        await giver.Post($"/api/offers/{offer}/pause").Is(HttpStatusCode.OK);
        Assert.Empty((await Read(path)).Events);
        Assert.DoesNotContain((await Read(path)).Whole.Inside, part => part.Kind == "VTIMEZONE");
        await giver.Post($"/api/offers/{offer}/resume").Is(HttpStatusCode.OK);
        Assert.NotEmpty((await Read(path)).Events);
    }

    [Fact]
    public async Task unknown_revoked_replaced_and_suspended_ones_answer_alike()
    {
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);
        using var visitor = await Visitor.Of(service, giver);
        string never = await Answer("/feeds/offers/AAAAAAAAAAAAAAAAAAAAAA.ics");
        Assert.StartsWith("404", never, StringComparison.Ordinal);
        string first = await Made(giver, offer);
        string second = await Made(giver, offer);
        Assert.Equal(never, await Answer(first));
        Assert.NotEqual(never, await Answer(second));
        await service.Look<int>("update account set suspended_at = now() where id = @Id", new { giver.Id });
        Assert.Equal(never, await Answer(second));
        await service.Look<int>("update account set suspended_at = null where id = @Id", new { giver.Id });
        var page = await visitor.Get($"/offers/{offer}/calendar");
        Assert.DoesNotContain(second.Split('/')[3][..22], page.Html.Source.Text, StringComparison.Ordinal);
        (await visitor.Send(page, $"/offers/{offer}/calendar/revoke")).Leads(
            $"/offers/{offer}/calendar?revoked"
        );
        Assert.Equal(never, await Answer(second));
        foreach (string token in new[] { "x", new string('a', 1000), "%27--", "%F0%9F%98%80" })
            Assert.InRange(
                (int)(await service.Anonymous.GetAsync($"/feeds/offers/{token}.ics")).StatusCode,
                400,
                404
            );
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from offer_calendar where offer_id = @offer",
                new { offer }
            )
        );

        async Task<string> Answer(string path)
        {
            using var answer = await service.Anonymous.GetAsync(path);
            string text = await answer.Content.ReadAsStringAsync();
            return $"{(int)answer.StatusCode} {answer.Headers.CacheControl} {text.Replace(path, "PATH", StringComparison.Ordinal)}";
        }
    }

    [Fact]
    public async Task the_page_shows_it_once_and_nobody_elses_page_makes_or_revokes_it()
    {
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver);
        using var visitor = await Visitor.Of(service, giver);
        var mine = await visitor.Get("/mine");
        Assert.NotNull(mine.Html.QuerySelector($"main a[href='/offers/{offer}/calendar']"));
        string action = $"/offers/{offer}/calendar/new";
        var page = await visitor.Get($"/offers/{offer}/calendar");
        var made = (await visitor.Send(page, action)).Is(HttpStatusCode.OK);
        string path = Path(made);
        Assert.Equal("no-referrer", Assert.Single(made.Answer.Headers.GetValues("Referrer-Policy")));
        (await visitor.Send(page, action)).Leads($"/offers/{offer}/calendar?once");
        Assert.Null((await visitor.Get($"/offers/{offer}/calendar")).Html.QuerySelector("#url"));
        (await visitor.Send(page, action, ("__RequestVerificationToken", "old"))).Is(
            HttpStatusCode.Forbidden
        );

        var stranger = await service.NewPerson();
        var own = await service.GivenOffer(stranger);
        using var other = await Visitor.Of(service, stranger);
        (await other.Get($"/offers/{offer}/calendar")).Is(HttpStatusCode.NotFound);
        string token = (await other.Get($"/offers/{own}/calendar")).Value("__RequestVerificationToken")!;
        (await other.Post(action, ("__RequestVerificationToken", token), ("key", "theirs"))).Is(
            HttpStatusCode.NotFound
        );
        await other.Post($"/offers/{offer}/calendar/revoke", ("__RequestVerificationToken", token));
        await Read(path);
        using var nobody = await Visitor.Of(service, null);
        string signIn = $"/sign-in?return={Uri.EscapeDataString($"/offers/{offer}/calendar")}";
        (await nobody.Get($"/offers/{offer}/calendar")).Leads(signIn);
        (await nobody.Post(action, ("key", "x"))).Leads(signIn);
        Assert.Contains(
            "\"calendarLinks\": [{",
            await giver.Http.GetStringAsync("/api/me/export"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task it_goes_with_who_made_it_after_the_offers_end_and_with_a_restored_backup()
    {
        var erased = await service.NewPerson();
        var offer = await service.GivenOffer(erased);
        string path = await Made(erased, offer);
        await erased.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.GetAsync(path)).StatusCode);
        Assert.Equal(0, await Count(offer));
        await service.InvariantsHold();

        var giver = await service.NewPerson();
        var ended = await service.GivenOffer(giver);
        path = await Made(giver, ended);
        await giver.Post($"/api/offers/{ended}/withdraw").Is(HttpStatusCode.OK);
        Assert.Empty((await Read(path)).Events);
        using var visitor = await Visitor.Of(service, giver);
        var page = await visitor.Get($"/offers/{ended}/calendar");
        Assert.Null(page.Html.QuerySelector("form[action$=new]"));
        (
            await visitor.Post(
                $"/offers/{ended}/calendar/new",
                ("__RequestVerificationToken", page.Value("__RequestVerificationToken")),
                ("key", "after")
            )
        ).Is(HttpStatusCode.Conflict);
        await service.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.GetAsync(path)).StatusCode);
        Assert.Equal(1, await Count(ended));
        await new Purge(service.App.Services.GetRequiredService<ServiceDatabase>()).Sweep(
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
        Assert.Equal(0, await Count(ended));

        var person = await service.NewPerson();
        var kept = await service.GivenOffer(person);
        path = await Made(person, kept);
        await using var connection = await service.Open();
        await Aftercare.Run(connection, [], service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Anonymous.GetAsync(path)).StatusCode);
    }

    private Task<int> Count(Guid offer) =>
        service.Look<int>("select count(*)::int from offer_calendar where offer_id = @offer", new { offer });

    private async Task<string> Made(Person giver, Guid offer)
    {
        using var visitor = await Visitor.Of(service, giver);
        var page = await visitor.Get($"/offers/{offer}/calendar");
        return Path((await visitor.Send(page, $"/offers/{offer}/calendar/new")).Is(HttpStatusCode.OK));
    }

    private string Path(Shown page)
    {
        string url = page.Html.QuerySelector("#url")!.GetAttribute("value")!;
        string site = service.Settings.PublicUrl.TrimEnd('/');
        Assert.StartsWith($"{site}/feeds/offers/", url, StringComparison.Ordinal);
        return url[site.Length..];
    }

    private async Task<Calendar> Read(string path)
    {
        using var answer = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Calendar.Read(await answer.Content.ReadAsByteArrayAsync());
    }
}
