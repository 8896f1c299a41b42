using System.Globalization;

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

    /// <param name="cities">In each direction, so many degrees apart; one is the city that is seeded.</param>
    public static string Nearby(int cities = 1, double eastOf = 0, double northOf = 0) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {{Somewhere}}
            function request()
              local lon, lat = somewhere()
              lon, lat = lon + math.random(0, {{cities - 1}}) * {{eastOf}}, lat + math.random(0, {{cities
                - 1}}) * {{northOf}}
              return wrk.format("GET", string.format("/api/requests/nearby?lon=%.6f&lat=%.6f&within=3000&category=food&limit=20", lon, lat))
            end
            """
        );

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
