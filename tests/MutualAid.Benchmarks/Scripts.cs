namespace MutualAid.Benchmarks;

/// <summary>What is asked over HTTP, as wrk's scripts: the same places, the same posts as <see cref="Statements"/>.</summary>
internal static class Scripts
{
    private const string Somewhere = """
        local threads = 0
        function setup(thread)
          threads = threads + 1
          thread:set("number", threads)
        end
        function init(args)
          started = os.time() .. "-" .. number
          math.randomseed(os.time() * 100 + number)
        end
        local function somewhere()
          return 105.80 + math.random() * 0.1, 20.99 + math.random() * 0.08
        end
        """;

    public const string Nearby = $"""
        {Somewhere}
        function request()
          return wrk.format("GET", string.format("/api/requests/nearby?lon=%.6f&lat=%.6f&within=3000&category=food&limit=20", somewhere()))
        end
        """;

    /// <param name="tokens">Of those who post.</param>
    public static string Post(IEnumerable<string> tokens) =>
        $$"""
            {{Somewhere}}
            local tokens = { {{string.Join(',', tokens.Select(token => $"\"{token}\""))}} }
            local posts = 0
            function request()
              posts = posts + 1
              local lon, lat = somewhere()
              return wrk.format("POST", "/api/requests", {
                ["Content-Type"] = "application/json",
                ["Authorization"] = "Bearer " .. tokens[math.random(#tokens)],
                ["Idempotency-Key"] = started .. "-" .. posts,
              }, string.format('{"needs":[{"category":"food","quantity":4,"urgency":"soon","details":"gạo, rau"}],' ..
                '"location":{"type":"Point","coordinates":[%.6f,%.6f]},"address":"%d ngõ 3","people":4,"note":"cửa xanh"}',
                lon, lat, math.random(0, 999999)))
            end
            """;
}
