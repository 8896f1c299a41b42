using System.Text;
using System.Text.Json;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Each part of a <c>$batch</c> is answered as the same request alone, in both forms that a batch can have.</summary>
public sealed class BatchTests(ViewsDatabase database)
{
    // Beside drawn ones: what is refused, what is empty, what is no row, what has odd letters in its address.
    private static readonly string[] Others =
    [
        "",
        "Things(3)",
        "Things(3)/Name/$value",
        "Things(999)",
        "Things/$count?$filter=Flag",
        "Groups('o''k')",
        "Groups('50%25_a')",
        "Groups('a%2Fb%20c')/Things?$select=Id",
        "Groups('%C4%90')/Title",
        "Groups('%F0%9F%98%80')",
        "Groups?$filter=Title eq 'N%C6%B0%E1%BB%9Bc u%E1%BB%91ng'",
        "Groups?$filter=Code%20eq%20%27plain%27",
        "Groups?$filter=Code+eq+'plain'",
        "Things?$filter=Name eq 'a%2526b'&$select=Id",
        "Things?$filter=Nothing eq 1",
        "Nothings",
        "Things?$top=1&$select=Id&$expand=Parent($levels=2;$select=Id)",
        "Things?$select=Id&$skiptoken=none",
        "Notes?$deltatoken=none",
    ];

    private sealed record Part(string Url, string[] Headers);

    [Fact]
    public async Task A_part_of_multipart_is_answered_as_the_same_request_alone()
    {
        foreach (var parts in Drawn())
        {
            var text = new StringBuilder();
            foreach (var (part, at) in parts.Select((part, at) => (part, at)))
            {
                // Relative to the service, from the host's root, and whole.
                string url =
                    at % 3 == 0 && part.Url.Length > 0 ? part.Url
                    : at % 3 == 1 ? "/odata/" + part.Url
                    : Desk.Root + part.Url;
                text.Append("--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n")
                    .Append(
                        $"Content-ID: {at}\r\n\r\nGET {url.Replace(" ", "%20", StringComparison.Ordinal)} HTTP/1.1\r\n"
                    );
                foreach (string header in part.Headers)
                    text.Append(header).Append("\r\n");
                text.Append("\r\n\r\n");
            }
            text.Append("--b--\r\n");
            var reply = await new Desk(database).Ask(
                "POST",
                "$batch",
                text.ToString(),
                ["Content-Type: multipart/mixed; boundary=b"]
            );
            Assert.True(reply.Status == 200, reply.Text);
            string boundary = reply.Headers["Content-Type"].Split("boundary=")[1];
            string[] answers = reply.Text.Split($"--{boundary}");
            Assert.Equal(("", "--\r\n"), (answers[0], answers[^1]));
            Assert.Equal(parts.Count, answers.Length - 2);
            foreach (var (part, at) in parts.Select((part, at) => (part, at)))
            {
                string[] halves = answers[at + 1].Split("\r\n\r\n", 3);
                Assert.Contains($"Content-ID: {at}", halves[0], StringComparison.Ordinal);
                string[] head = halves[1].Split("\r\n");
                await AssertSame(
                    part,
                    int.Parse(head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
                    head[1..],
                    halves[2][..^2]
                );
            }
        }
    }

    [Fact]
    public async Task A_part_of_json_is_answered_as_the_same_request_alone()
    {
        foreach (var parts in Drawn())
        {
            var requests = parts.Select(
                (part, at) =>
                    new
                    {
                        id = $"r{at}",
                        method = "get",
                        url = at % 3 == 0 && part.Url.Length > 0 ? part.Url
                        : at % 3 == 1 ? "/odata/" + part.Url
                        : Desk.Root + part.Url,
                        headers = part.Headers.ToDictionary(
                            header => header.Split(": ")[0],
                            header => header.Split(": ")[1]
                        ),
                    }
            );
            var reply = await new Desk(database).Ask(
                "POST",
                "$batch",
                JsonSerializer.Serialize(new { requests }),
                ["Content-Type: application/json"]
            );
            Assert.True(reply.Status == 200, reply.Text);
            var answers = reply.Json.GetProperty("responses").EnumerateArray().ToList();
            Assert.Equal(parts.Count, answers.Count);
            foreach (var (part, at) in parts.Select((part, at) => (part, at)))
            {
                Assert.Equal($"r{at}", answers[at].GetProperty("id").GetString());
                var alone = await new Desk(database).Get(part.Url, part.Headers);
                Assert.True(
                    alone.Status == answers[at].GetProperty("status").GetInt32(),
                    $"{part.Url}: {alone.Status} alone, {answers[at].GetRawText()}"
                );
                if (alone.Headers.TryGetValue("Content-Type", out string? type))
                    Assert.Equal(
                        JsonSerializer.Serialize(
                            type.StartsWith("text/", StringComparison.Ordinal)
                                ? JsonSerializer.SerializeToElement(alone.Text)
                                : alone.Json
                        ),
                        JsonSerializer.Serialize(answers[at].GetProperty("body"))
                    );
                foreach (var (name, value) in alone.Headers)
                    Assert.Equal(
                        value,
                        answers[at]
                            .GetProperty("headers")
                            .EnumerateObject()
                            .Single(header => header.NameEquals(name.ToLowerInvariant()))
                            .Value.GetString()
                    );
            }
        }
    }

    private async Task AssertSame(Part part, int status, string[] headers, string body)
    {
        var alone = await new Desk(database).Get(part.Url, part.Headers);
        Assert.True(alone.Status == status, $"{part.Url}: {alone.Status} alone, {status} in a batch: {body}");
        Assert.Equal(alone.Headers.Select(pair => $"{pair.Key}: {pair.Value}").Order(), headers.Order());
        Assert.Equal(alone.Text, body);
    }

    private IEnumerable<IReadOnlyList<Part>> Drawn()
    {
        var random = new Random(Drawing.Seed);
        for (int batch = 0; batch < 5; batch++)
        {
            var parts = Others.Select(url => new Part(url, [])).ToList();
            while (parts.Count < Others.Length + 12)
                try
                {
                    var draw = new Draw(database.World, new Random(random.Next()));
                    var query = random.Next(3) switch
                    {
                        0 => draw.Groups(),
                        1 => draw.Expanded(),
                        _ => draw.Rows(),
                    };
                    parts.Add(
                        new Part(
                            query.Url,
                            random.Next(3) switch
                            {
                                0 => ["Prefer: maxpagesize=3"],
                                1 =>
                                [
                                    "Accept: application/json;odata.metadata=full",
                                    "OData-MaxVersion: 4.0",
                                ],
                                _ => [],
                            }
                        )
                    );
                }
                catch (Exception e)
                    when ((e is InvalidOperationException ? e.InnerException : e)
                            is DoubtfulException
                                or OverflowException
                                or ArgumentOutOfRangeException
                    )
                {
                    // Drawn anew.
                }
            yield return [.. parts.OrderBy(_ => random.Next())];
        }
    }
}
