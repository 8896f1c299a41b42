using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>The network goes while somebody writes, the browser is closed, and the network comes back.</summary>
public sealed class OfflineTests(ServiceFixture service, Chromium chromium)
    : IClassFixture<ServiceFixture>,
        IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ma-phone").FullName;

    [Fact]
    public async Task an_offer_left_without_a_network_arrives_once_after_the_browser_was_closed_and_started_again()
    {
        using var network = new Wireless(service.Address);
        var person = await service.NewPerson();
        await using (var phone = await Begin(network, person, "/offers/new"))
        {
            await FillOffer(phone);
            network.Cut();
            await phone.Press("Để lại lời giúp");
            await phone.WaitsFor("Sẽ tự gửi khi có mạng.");
            await phone.Sees("Lời giúp chưa gửi");
        }
        await using (var phone = await Again(network))
        {
            // What the browser writes to its disk late (a cookie of a moment ago) is not what is looked at here.
            await phone.SignInAs(service, person, network.Address);
            // Still no network: what is kept is kept.
            await phone.Go("/");
            await phone.WaitsFor("Sẽ tự gửi khi có mạng.");
            network.Restore();
            await phone.Go("/offline");
            await NothingWaits(phone);
        }
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from offer where account_id = @Id",
                new { person.Id }
            )
        );
    }

    [Fact]
    public async Task a_need_begun_with_a_network_and_finished_without_one_arrives_once_when_the_browser_is_started_again()
    {
        using var network = new Wireless(service.Address);
        var person = await service.NewPerson();
        await using (var phone = await Begin(network, person, "/requests/new"))
        {
            await phone.Tick("Lương thực, thực phẩm (tính theo phần)");
            await phone.Press("Tiếp tục");
            await phone.Fill("Bao nhiêu", "3");
            await phone.Page.Locator("[name='needs[0].details']").FillAsync("gạo tẻ");
            network.Cut();
            await phone.Press("Tiếp tục");
            // What was asked is asked on one page now, with what was answered in it.
            await phone.WaitsFor("Đây là điều bạn đã viết lúc trước");
            Assert.Equal("3", await phone.Page.Locator("[name='needs[0].quantity']").InputValueAsync());
        }
        await using (var phone = await Again(network))
        {
            await phone.SignInAs(service, person, network.Address);
            await phone.Go("/requests/new/all");
            await phone.WaitsFor("Đây là điều bạn đã viết lúc trước");
            Assert.Equal("gạo tẻ", await phone.Page.Locator("[name='needs[0].details']").InputValueAsync());
            await phone.Fill("Phường, xã", "Phường Gạo");
            await phone.Press("Tiếp tục: xem lại");
            await phone.WaitsFor("Sẽ tự gửi khi có mạng.");
            network.Restore();
            await phone.Go("/offline");
            await NothingWaits(phone);
        }
        Assert.Equal(
            "3 gạo tẻ",
            await service.Look<string>(
                "select string_agg(r.quantity || ' ' || p.details, ';') from request r join request_private p on p.request_id = r.id where r.account_id = @Id",
                new { person.Id }
            )
        );
    }

    [Fact]
    public async Task an_answer_that_was_lost_on_its_way_back_is_asked_for_again_and_nothing_is_posted_twice()
    {
        using var network = new Wireless(service.Address);
        var person = await service.NewPerson();
        await using var phone = await Begin(network, person, "/offers/new");
        await FillOffer(phone);
        // The service has taken it; the phone never hears of it.
        network.LoseAnswers = true;
        await phone.Press("Để lại lời giúp");
        await phone.WaitsFor("Sẽ tự gửi khi có mạng.");
        Assert.Equal(1, await Offers(person));
        network.LoseAnswers = false;
        await phone.Go("/offline");
        await NothingWaits(phone);
        Assert.Equal(1, await Offers(person));
    }

    [Fact]
    public async Task what_was_written_signed_out_waits_for_its_code_and_says_so()
    {
        using var network = new Wireless(service.Address);
        await using var phone = await Begin(network, null, "/offers/new");
        await FillOffer(phone);
        network.Cut();
        await phone.Press("Để lại lời giúp");
        await phone.WaitsFor("Bạn chưa đăng nhập");
        network.Restore();
        await phone.Go("/offline");
        await phone.WaitsFor("Lời giúp chưa gửi");
        await phone.Inspect(chromium, "offline-kept");
        await phone.Press("Lấy mã và gửi");
        await phone.WaitsFor("Điều bạn đã viết vẫn còn nguyên");
        await phone.SignIn(service, "0912 000 201", "+84912000201");
        await phone.WaitsFor("Cảm ơn bạn.");
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from offer o join account_private p on p.account_id = o.account_id where p.phone = '+84912000201'"
            )
        );
        // What has arrived is not kept any longer.
        await phone.Go("/offline");
        await NothingWaits(phone);
    }

    [Fact]
    public async Task what_one_reader_wrote_is_not_sent_in_the_name_of_the_next_on_the_same_phone()
    {
        using var network = new Wireless(service.Address);
        var first = await service.NewPerson();
        var second = await service.NewPerson();
        await using var phone = await Begin(network, first, "/offers/new");
        await FillOffer(phone);
        network.Cut();
        await phone.Press("Để lại lời giúp");
        await phone.WaitsFor("Sẽ tự gửi khi có mạng.");
        await phone.SignInAs(service, second, network.Address);
        network.Restore();
        await phone.Go("/offline");
        await phone.WaitsFor("Người khác đã viết trên máy này.");
        // Nor is it shown, or taken up.
        Assert.DoesNotContain("Phường Gạo", await phone.Page.Locator("main").InnerTextAsync());
        Assert.True(await phone.Page.Locator("[data-drafts] [data-part=take]").IsHiddenAsync());
        await Task.Delay(1_000);
        Assert.Equal(0, await Offers(first) + await Offers(second));
    }

    [Fact]
    public async Task where_nothing_can_be_kept_pages_open_and_what_is_posted_arrives_all_the_same()
    {
        using var network = new Wireless(service.Address);
        var person = await service.NewPerson();
        await using var phone = await Begin(network, person, "/offers/new");
        // Of another version, it cannot be opened any more, neither by pages nor by the worker.
        await phone.Page.EvaluateAsync(
            """
            () => new Promise((done) => {
              const asked = indexedDB.open('outbox', 2);
              asked.onsuccess = () => { asked.result.close(); done() };
            })
            """
        );
        await phone.Go("/offers/new");
        await FillOffer(phone);
        await phone.Press("Để lại lời giúp");
        await phone.WaitsFor("Cảm ơn bạn.");
        Assert.Equal(1, await Offers(person));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The browser itself may send it before the page asks for it: then the page shows an empty list from the start.
    private static Task NothingWaits(Phone phone) =>
        Until(
            phone,
            """
            () => document.querySelector('[data-outbox]').hidden && !document.querySelector('[data-drafts] .card')
              && new Promise((done) => {
                const asked = indexedDB.open('outbox', 1);
                asked.onsuccess = () => {
                  const count = asked.result.transaction('draft').objectStore('draft').count();
                  count.onsuccess = () => done(count.result === 0);
                };
              })
            """
        );

    // What a page promises is waited for here: WaitForFunction takes the promise itself for a yes.
    private static Task Until(Phone phone, string promise) =>
        Patience.Until(() => phone.Page.EvaluateAsync<bool>(promise), promise);

    private Task<int> Offers(Person person) =>
        service.Look<int>("select count(*)::int from offer where account_id = @Id", new { person.Id });

    private async Task<Phone> Begin(Wireless network, Person? person, string path)
    {
        var phone = await Again(network);
        if (person is not null)
            await phone.SignInAs(service, person, network.Address);
        await phone.Go(path);
        // Pages are kept once the worker has them all.
        await Until(
            phone,
            """
            async () => {
              const cache = await caches.open('shell');
              return !!navigator.serviceWorker.controller && !!(await cache.match('/reader')) && !!(await cache.match('/offers/new'));
            }
            """
        );
        return phone;
    }

    private async Task<Phone> Again(Wireless network)
    {
        var phone = await Phone.Resume(chromium, folder, network.Address);
        phone.MayLoseTheNetwork = true;
        return phone;
    }

    private static async Task FillOffer(Phone phone)
    {
        await phone.Choose("Loại giúp đỡ", "Lương thực, thực phẩm (tính theo phần)");
        await phone.Page.Locator("[name=perDay]").FillAsync("20");
        await phone.Fill("Phường, xã", "Phường Gạo");
    }
}
