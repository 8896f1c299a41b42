using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>What the first visit to a page costs on a phone that is paid by the megabyte, as it goes over the wire.</summary>
public sealed class WeightTests(ServiceFixture service, Chromium chromium) : IClassFixture<ServiceFixture>
{
    private const double BeforeLetters = 60 * 1024,
        Whole = 130 * 1024,
        Script = 25 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_first_visit_to_a_main_page_weighs_little(bool signedIn)
    {
        var person = await service.NewPerson();
        var need = await service.GivenRequest(person, urgency: "soon", lon: 105.826, lat: 21.0155);
        // A list as long as lists get.
        for (int i = 0; i < 25; i++)
            await service.GivenRequest(await service.NewPerson(), lon: 105.832, lat: 21.021);
        string[] paths =
        [
            "/",
            $"/?ward={Places.SouthWest}",
            "/requests/new",
            "/requests/new/all",
            "/offers/new",
            $"/requests/{need}",
            "/help",
            "/privacy",
            signedIn ? "/mine" : "/sign-in",
            .. signedIn ? new[] { "/me" } : [],
        ];
        foreach (string path in paths)
        {
            // Another phone each time: nothing is kept from the page before.
            await using var phone = await Phone.Open(chromium, service.Address, script: true);
            if (signedIn)
                await phone.SignInAs(service, person);
            var weight = await Visit(phone, path);
            Assert.Equal(path, new Uri(phone.Page.Url).PathAndQuery);
            string what = $"{path}: {string.Join(", ", weight.Bytes)}; {string.Join(' ', weight.Files)}";
            double letters = weight.Of("Font");
            Assert.True(letters > 0 && weight.Of("Document") > 0 && weight.Of("Stylesheet") > 0, what);
            Assert.True(weight.All - letters <= BeforeLetters, what);
            Assert.True(weight.All <= Whole, what);
            Assert.InRange(weight.Of("Script"), 1, Script);
            Assert.DoesNotContain(
                weight.Files,
                file => file.StartsWith("/made/map", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task the_map_is_fetched_when_its_button_is_pressed()
    {
        await using var phone = await Phone.Open(chromium, service.Address, script: true);
        var weight = await Visit(phone, $"/?ward={Places.SouthWest}");
        Assert.DoesNotContain(weight.Files, file => file.StartsWith("/made/map", StringComparison.Ordinal));
        var script = phone.Page.WaitForRequestAsync("**/made/map.js*");
        await phone.Press("Xem bản đồ");
        await script;
    }

    // Until a second has passed in which nothing came.
    private static async Task<Weight> Visit(Phone phone, string path)
    {
        var wire = await phone.Page.Context.NewCDPSessionAsync(phone.Page);
        var weight = new Weight();
        var kinds = new Dictionary<string, string>();
        wire.Event("Network.responseReceived").OnEvent += (_, said) =>
        {
            lock (weight)
            {
                var one = said!.Value;
                kinds[one.GetProperty("requestId").GetString()!] = one.GetProperty("type").GetString()!;
                weight.Files.Add(
                    new Uri(one.GetProperty("response").GetProperty("url").GetString()!).AbsolutePath
                );
            }
        };
        wire.Event("Network.loadingFinished").OnEvent += (_, said) =>
        {
            lock (weight)
                weight.Add(
                    kinds.GetValueOrDefault(said!.Value.GetProperty("requestId").GetString()!, "Other"),
                    said.Value.GetProperty("encodedDataLength").GetDouble()
                );
        };
        await wire.SendAsync("Network.enable");
        await phone.Page.GotoAsync(path);
        await phone.Page.EvaluateAsync("() => document.fonts.ready.then(() => true)");
        for (double known = -1; known != weight.All; await Task.Delay(TimeSpan.FromSeconds(1)))
            known = weight.All;
        return weight;
    }

    private sealed class Weight
    {
        public Dictionary<string, double> Bytes { get; } = [];
        public List<string> Files { get; } = [];

        public double All
        {
            get
            {
                lock (this)
                    return Bytes.Values.Sum();
            }
        }

        public void Add(string kind, double bytes) => Bytes[kind] = Of(kind) + bytes;

        public double Of(string kind) => Bytes.GetValueOrDefault(kind);
    }
}
