using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>What no HTTP client would write: straight onto the wire.</summary>
public sealed class RawBytesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string TooMuch = new('a', 100_000);

    public static TheoryData<string> Tricks() =>
        [
            "GET /api/categories\r\n\r\n", // no version
            "GET /api/categories HTTP/1.1\r\n\r\n", // no host
            "GET /api/categories HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /api/categories HTTP/1.1\r\nHost: a b/c\r\n\r\n",
            "GET http://elsewhere.example/api/categories HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /api/areas?q=%c0%ae HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /api/areas?q=\u00ff\u00fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /api/categories HTTP/1.1\r\nHost: x\r\nAccept-Language: a\0b\r\n\r\n",
            "GET /api/categories HTTP/1.1\r\nHost: x\r\n folded: yes\r\n\r\n",
            "GET /api/categories HTTP/1.1\nHost: x\nConnection: close\n\n",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST /api/reports HTTP/1.1\r\nHost: x\r\nExpect: the worst\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            "BREW /api/categories HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /api/categories HTTP/9.9\r\nHost: x\r\n\r\n",
            $"GET /{TooMuch} HTTP/1.1\r\nHost: x\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: x\r\nCookie: {TooMuch}\r\n\r\n",
            $"{TooMuch}",
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", // TLS to a port that speaks none
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ];

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task what_is_no_http_is_refused_or_answered_and_the_next_one_is_served(string bytes)
    {
        string answer = await Send(bytes);
        // A connection that is just closed is an answer too.
        Assert.DoesNotMatch("^HTTP/1.1 5(?!05)", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/api/categories")).StatusCode);
    }

    // Both lengths at once: whoever believes the one reads a second request where whoever believes the other reads a body.
    [Fact]
    public async Task a_request_hidden_in_another_ones_body_is_not_done()
    {
        const string second = "GET /api/matching HTTP/1.1\r\nHost: x\r\n\r\n";
        string Both(string lengths) =>
            $"POST /api/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lengths}\r\n\r\n0\r\n\r\n{second}";
        Assert.DoesNotContain(
            "HTTP/1.1 200",
            await Send(Both($"Content-Length: {5 + second.Length}\r\nTransfer-Encoding: chunked")),
            StringComparison.Ordinal
        );
        // What stands behind a body of one length only is a request of its own, so the test would see it.
        Assert.Contains(
            "HTTP/1.1 200",
            await Send(Both("Transfer-Encoding: chunked")),
            StringComparison.Ordinal
        );
    }

    private async Task<string> Send(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            byte[] buffer = new byte[16_384];
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (Exception cut) when (cut is IOException or SocketException or OperationCanceledException) { }
        return answer.ToString();
    }
}
