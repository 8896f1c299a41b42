using System.Text.RegularExpressions;
using MutualAid.Server.Jobs;
using MutualAid.Server.Rounds;
using MutualAid.Server.Tests;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Browser.Tests;

/// <summary>
/// A daughter posts three needs for her mother in another ward; a neighbour is offered one and takes another, writes, and
/// delivers; the third runs out and is renewed from the link that comes. By thumb without script, by thumb with it on the
/// narrowest phone, and by keys alone.
/// </summary>
public sealed partial class MotherTests(Chromium chromium, Cluster cluster)
{
    public enum Hand
    {
        WithoutScript,
        WithScript,
        Keyboard,
    }

    public static TheoryData<Hand, string> Hands
    {
        get
        {
            var data = new TheoryData<Hand, string>();
            foreach (var hand in Enum.GetValues<Hand>())
            foreach (string locale in Languages.These)
                data.Add(hand, locale);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Hands))]
    public async Task three_needs_for_a_mother_are_met_from_the_first_page_to_the_last_confirmation(
        Hand hand,
        string locale
    )
    {
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        await using var daughter = await Open(service, hand, locale);
        await Post(daughter, service);

        await using var neighbour = await Open(service, hand, locale);
        await Offer(neighbour, service);
        await Accept(neighbour, service);
        await Claim(neighbour);
        await Write(neighbour, daughter);
        await Deliver(neighbour, daughter);
        await Renew(daughter, service);
    }

    private async Task Post(Phone daughter, ServiceFixture service)
    {
        await daughter.Go("/");
        await daughter.Follow(daughter.Words("near.needHelp"));
        await What(daughter, "food", "4", daughter.Words("post.next"));
        await Look(daughter, "mother-who");
        await daughter.Tick(daughter.Words("post.other"));
        await daughter.Fill(daughter.Words("post.otherName"), "Bà Tư");
        await daughter.Fill(daughter.Words("post.otherPhone"), "0905 555 111");
        await daughter.Tick(daughter.Words("post.consent"));
        await daughter.Press(daughter.Words("post.next"));
        await daughter.Fill(daughter.Words("place.ward"), "phuong gao");
        await daughter.Type(daughter.Page.Locator("[name=address]"), "12 ngõ 3 phố Thử");
        await daughter.Press(daughter.Words("post.next"));
        await daughter.Press(daughter.Words("post.check"));
        foreach (var (kind, many) in new[] { ("medicine", "1"), ("necessities", "2") })
        {
            await daughter.Press(daughter.Words("post.add"));
            await What(daughter, kind, many, daughter.Words("post.check"));
        }
        await Look(daughter, "mother-check");
        await daughter.Press(daughter.Words("post.post"));
        await daughter.SignIn(service, "0912 345 678", "+84912345678");
        await daughter.Sees(daughter.Words("request.posted"));
        foreach (string kind in new[] { "food", "medicine", "necessities" })
            await daughter.Sees(Kind(daughter, kind).Name);
        await Look(daughter, "mother-posted");
        Assert.Equal(3, await service.Look<int>("select count(*)::int from request"));
        Assert.Equal(1, await service.Look<int>("select count(distinct household_id)::int from request"));
    }

    private static async Task What(Phone daughter, string kind, string many, string then)
    {
        var (name, unit) = Kind(daughter, kind);
        await daughter.Tick(daughter.Words("post.kind", name, unit));
        await daughter.Press(daughter.Words("post.next"));
        await daughter.Fill(daughter.Words("post.quantity"), many);
        await daughter.Press(then);
    }

    private async Task Offer(Phone neighbour, ServiceFixture service)
    {
        await neighbour.Go("/");
        await neighbour.Follow(neighbour.Words("near.canHelp"));
        var (name, unit) = Kind(neighbour, "food");
        await neighbour.Choose(neighbour.Words("post.category"), neighbour.Words("post.kind", name, unit));
        await neighbour.Type(neighbour.Page.Locator("[name=perDay]"), "20");
        await neighbour.Fill(neighbour.Words("place.ward"), "Phường Gạo");
        await neighbour.Press(neighbour.Words("offer.post"));
        await neighbour.SignIn(service, "+84 987 654 321", "+84987654321");
        await neighbour.Sees(neighbour.Words("mine.offered"));
        await Look(neighbour, "neighbour-offered");
    }

    private async Task Accept(Phone neighbour, ServiceFixture service)
    {
        await service.App.Services.GetRequiredService<MatchingRound>().Run(CancellationToken.None);
        await neighbour.Go("/mine");
        await neighbour.Sees(neighbour.Words("matchStatus.proposed"));
        await neighbour.Sees(neighbour.Words("thread.money"));
        await neighbour.Press(neighbour.Words("match.accept"));
        await neighbour.Sees(neighbour.Words("matchStatus.accepted"));
    }

    private async Task Claim(Phone neighbour)
    {
        await neighbour.Go("/?q=phuong+gao");
        await neighbour.Follow(Kind(neighbour, "medicine").Name);
        await Look(neighbour, "neighbour-claim");
        await neighbour.Press(neighbour.Words("request.claim"));
        await neighbour.Sees(neighbour.Words("mine.claimed"));
    }

    private async Task Write(Phone neighbour, Phone daughter)
    {
        await neighbour.Follow(neighbour.Words("thread.title"));
        await neighbour.Fill(neighbour.Words("thread.text"), "Nửa tiếng nữa tôi đến");
        await neighbour.Press(neighbour.Words("thread.send"));
        await neighbour.Sees("Nửa tiếng nữa tôi đến");
        await daughter.Go("/mine");
        await daughter.Follow($"{daughter.Words("thread.title")}: {daughter.Words("thread.unread.one", 1)}");
        await daughter.Sees("Nửa tiếng nữa tôi đến");
        await daughter.Fill(daughter.Words("thread.text"), "Cảm ơn anh");
        await daughter.Press(daughter.Words("thread.send"));
        await daughter.Sees("Cảm ơn anh");
        await Look(daughter, "mother-messages");
    }

    // Of food the code is read out at the door; of medicine it is not, and the daughter confirms.
    private async Task Deliver(Phone neighbour, Phone daughter)
    {
        foreach (string kind in new[] { "food", "medicine" })
        {
            string name = Kind(neighbour, kind).Name;
            await neighbour.Go("/mine");
            string card =
                await neighbour
                    .Page.Locator("article.match", new() { HasText = name })
                    .First.GetAttributeAsync("id")
                ?? "";
            await neighbour.PressIn(card, neighbour.Words("match.setOut"));
            await daughter.Go("/mine");
            await daughter.Follow(name);
            await daughter.Sees(daughter.Words("status.inDelivery"));
            string code = await daughter.Page.Locator(".handover").First.InnerTextAsync();
            if (kind == "food")
                await neighbour.Type(neighbour.Page.Locator($"[id='code-{card}']"), code);
            await neighbour.PressIn(card, neighbour.Words("match.delivered"));
            await daughter.Follow(daughter.Words("request.refresh"));
            if (kind == "medicine")
            {
                await Look(daughter, "mother-confirm");
                await daughter.Press(daughter.Words("match.confirm"));
            }
            await daughter.Sees(daughter.Words("status.fulfilled"));
        }
    }

    private async Task Renew(Phone daughter, ServiceFixture service)
    {
        int known = service.SentTo("+84912345678").Count;
        await service.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromHours(2));
        await Sweep(service, "remind-before-expiry");
        string message = await service.NextTo("+84912345678", known);
        await service.Clock.Advance(TimeSpan.FromHours(3));
        await Sweep(service, "expire-requests");
        const string Status = "select status from request where category_id = 2";
        Assert.Equal("expired", await service.Look<string>(Status));
        await daughter.Go(new Uri(Links().Match(message).Value).AbsolutePath);
        await Look(daughter, "mother-renew");
        Assert.Equal("expired", await service.Look<string>(Status));
        await daughter.Press(daughter.Words("link.renew.button"));
        await daughter.Sees(daughter.Words("link.renew.done.title"));
        Assert.Equal("open", await service.Look<string>(Status));
    }

    private Task<Phone> Open(ServiceFixture service, Hand hand, string locale) =>
        Phone.Open(
            chromium,
            service.Address,
            locale,
            script: hand == Hand.WithScript,
            keyboard: hand == Hand.Keyboard,
            width: hand == Hand.WithScript ? 320 : 360
        );

    // What JourneyTests looks at in Vietnamese on every day is looked at here in English, on every other.
    private Task Look(Phone phone, string name) =>
        phone.Locale == "en" ? phone.Inspect(chromium, name) : Task.CompletedTask;

    private static Task Sweep(ServiceFixture service, string name) =>
        service
            .App.Services.GetServices<ISweep>()
            .Single(sweep => sweep.Name == name)
            .Sweep(service.Clock.GetUtcNow(), CancellationToken.None);

    private static (string Name, string Unit) Kind(Phone phone, string code) =>
        (code, phone.Locale) switch
        {
            ("food", "vi") => ("Lương thực, thực phẩm", "phần"),
            ("necessities", "vi") => ("Nhu yếu phẩm", "phần"),
            ("medicine", "vi") => ("Thuốc men", "phần thuốc"),
            ("food", _) => ("Food", "parcels"),
            ("necessities", _) => ("Necessities", "parcels"),
            _ => ("Medicine", "packs"),
        };

    [GeneratedRegex(@"https?://\S+/n/[\w-]+")]
    private static partial Regex Links();
}
