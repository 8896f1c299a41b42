using System.Net;
using System.Text;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Floods;

/// <summary>
/// Bodies and heads that are larger or deeper than any of ours. Guards, seen to fail: without MaxRequestBodySize the megabyte is
/// read to its end, without MaxRequestHeadersTotalSize the long head is.
/// </summary>
public sealed class BodyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int AtOnce = 10;
    private const int Levels = 10_000;

    private static readonly Dictionary<string, (string Bytes, int Status)> Floods = new()
    {
        ["a gigabyte announced"] = (Json("Content-Length: 1073741824", "{"), 413),
        ["a megabyte in chunks"] = (
            Json(
                "Transfer-Encoding: chunked",
                string.Concat(Enumerable.Repeat($"8000\r\n{new string(' ', 0x8000)}\r\n", 32)) + "0\r\n\r\n"
            ),
            413
        ),
        ["arrays in arrays"] = (Whole(new string('[', Levels) + new string(']', Levels)), 400),
        ["objects in objects"] = (
            Whole(string.Concat(Enumerable.Repeat("{\"a\":", Levels)) + "1" + new string('}', Levels)),
            400
        ),
        ["arrays in a field"] = (
            Whole("{\"needs\":" + new string('[', Levels) + new string(']', Levels) + "}"),
            400
        ),
        ["forty thousand needs"] = (
            Whole("{\"needs\":[" + string.Join(',', Enumerable.Repeat("null", 40_000)) + "]}"),
            400
        ),
        ["a number of two hundred thousand digits"] = (
            Whole("{\"people\":" + new string('9', 200_000) + "}"),
            400
        ),
        ["ninety-nine long headers"] = (
            "GET / HTTP/1.1\r\nHost: x\r\n"
                + string.Concat(Enumerable.Range(0, 97).Select(i => $"X-{i}: {new string('a', 300)}\r\n"))
                + "\r\n",
            431
        ),
        ["a thousand headers"] = (
            "GET / HTTP/1.1\r\nHost: x\r\n"
                + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"X-{i}: a\r\n"))
                + "\r\n",
            431
        ),
        ["five thousand parts"] = (
            Form(
                "multipart/form-data; boundary=b",
                string.Concat(
                    Enumerable
                        .Range(0, 4_000)
                        .Select(i => $"--b\r\nContent-Disposition: form-data; name=\"{i}\"\r\n\r\n1\r\n")
                ) + "--b--\r\n"
            ),
            413
        ),
        ["ten thousand fields"] = (
            Form(
                "application/x-www-form-urlencoded",
                string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"f{i}=1"))
            ),
            413
        ),
        ["a field with a name of a hundred thousand letters"] = (
            Form("application/x-www-form-urlencoded", new string('a', 100_000) + "=1"),
            413
        ),
    };

    public static TheoryData<string> Names() => [.. Floods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task what_is_too_large_or_too_deep_is_refused_as_such_and_the_rest_is_answered(string flood)
    {
        var (bytes, status) = Floods[flood];
        var person = await service.NewPerson();
        var answering = Enumerable
            .Range(0, AtOnce)
            .Select(async _ =>
            {
                using var wire = await Wire.Open(service.Address);
                await wire.Send(
                    bytes
                        .Replace("TOKEN", person.Token, StringComparison.Ordinal)
                        .Replace("KEY", $"{Guid.NewGuid()}", StringComparison.Ordinal)
                );
                return await wire.ReadTo("\r\n\r\n");
            })
            .ToArray();
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/api/categories")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await person.PostRequests(Posting.Body())).StatusCode);
        foreach (string answer in await Task.WhenAll(answering))
            Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    private static string Json(string framing, string body) =>
        $"POST /api/requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\nIdempotency-Key: KEY\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{body}";

    private static string Whole(string body) =>
        Json($"Content-Length: {Encoding.Latin1.GetByteCount(body)}", body);

    private static string Form(string type, string body) =>
        $"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
