using System.Net;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Floods;

/// <summary>
/// Hundreds who send or read a byte now and then, each to hold a connection for as long as they can. Guards: Kestrel's
/// RequestHeadersTimeout (ours is half of its own), and its MinRequestBodyDataRate and MinResponseDataRate. Without any one
/// of them those of its kind were still connected after a minute.
/// </summary>
public sealed class SlowClientTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly int OfAKind = Seeds.Long ? 300 : 60;

    [Fact]
    public async Task slow_senders_and_slow_readers_are_cut_and_the_rest_is_answered_meanwhile()
    {
        var person = await service.NewPerson();
        string head = $"Host: x\r\nAuthorization: Bearer {person.Token}\r\n";
        var slow = new List<(string Kind, Wire Wire)>();
        for (int i = 0; i < OfAKind; i++)
        {
            slow.Add(("head", await Begin($"GET / HTTP/1.1\r\n{head}X-Slow: ")));
            slow.Add(
                (
                    "body",
                    await Begin(
                        $"POST /api/requests HTTP/1.1\r\n{head}Idempotency-Key: {i}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{"
                    )
                )
            );
            // More answers than the buffers between us hold, none of them read. Small ones: a large one is given the time that
            // its whole size takes at the least rate.
            slow.Add(
                (
                    "reader",
                    await Begin(
                        string.Concat(
                            Enumerable.Repeat("GET /api/categories HTTP/1.1\r\nHost: x\r\n\r\n", 400)
                        ),
                        small: true
                    )
                )
            );
        }
        int most = slow.Count,
            answered = 0;
        for (int turn = 0; turn < 120 && slow.Count > 0; turn++)
        {
            Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/ready")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await person.Get("/api/requests/mine")).StatusCode);
            Assert.Equal(HttpStatusCode.Created, (await person.PostRequests(Posting.Body())).StatusCode);
            answered++;
            await Task.Delay(500);
            foreach (var cut in slow.FindAll(one => !one.Wire.Trickle()))
            {
                slow.Remove(cut);
                cut.Wire.Dispose();
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{most} slow clients cut; {answered * 3} answers to others meanwhile"
        );
        Assert.Empty(slow.Select(one => one.Kind).Distinct());
    }

    private async Task<Wire> Begin(string bytes, bool small = false)
    {
        var wire = await Wire.Open(service.Address, small: small);
        await wire.Send(bytes);
        return wire;
    }
}
