using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MutualAid.Matching;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>
/// Looks for the doors of all needs with as many offers as it likes, each by an account of its own. It puts them beside each
/// need's cell on four sides, bisects their reach, reads what it is asked, how far it is and why, and the lists' distances; and
/// lets every ask lapse. It never accepts.
/// </summary>
/// <remarks>
/// Stronger than anybody could be: limits of rate are lifted, phones for its accounts cost nothing, and rounds come just when
/// its offers stand where it wants them.
/// </remarks>
internal sealed partial class Trilaterator(ServiceFixture service, int offers)
{
    private const int Passes = 7;

    // First from two sides with a reach that holds all of the cell: two distances cross in one point of it.
    private const int ReadingPasses = 2;
    private const int WholeCellMetres = 600;

    private static readonly TimeSpan ToLapse = TimeSpan.FromHours(2.5);
    private static readonly TimeSpan ToRest = TimeSpan.FromHours(1.5);
    private static readonly (int East, int North)[] Sides = [(-1, 0), (0, -1), (1, 0), (0, 1)];

    private readonly List<(Person Giver, Guid Offer)> givers = [];
    private readonly Dictionary<Guid, Seen> needs = [];
    private int queries;

    public int Queries => queries;

    public IReadOnlyDictionary<Guid, Seen> Needs => needs;

    /// <summary>The lists, read from three sides.</summary>
    public async Task ReadLists()
    {
        foreach (var (lon, lat) in new[] { (107.25, 15.25), (107.0, 15.25), (107.25, 15.0) })
        {
            string? next = string.Create(
                CultureInfo.InvariantCulture,
                $"/api/requests/nearby?lon={lon}&lat={lat}&within=50000&limit=100"
            );
            while (next is not null)
            {
                var page = await Ask(service.Anonymous, HttpMethod.Get, next);
                foreach (var item in page["items"]!.AsArray())
                    ListedAt(item!, lon, lat);
                next = (string?)page["next"];
            }
        }
    }

    /// <summary>The versions of some needs, and what is counted of their ward: all that the public reads beside lists.</summary>
    public async Task<string> Watch()
    {
        var seen = new List<string>();
        foreach (var need in needs.Keys.Order().Take(40))
        {
            Interlocked.Increment(ref queries);
            using var answer = await service.Anonymous.GetAsync($"/api/requests/{need}");
            seen.Add($"{answer.Headers.ETag}");
        }
        var counts = await Ask(service.Anonymous, HttpMethod.Get, $"/api/areas/{ThievesTown.Ward}/summary");
        // The offers are the thief's own, and the hour is known.
        return $"{string.Join(' ', seen)} {counts["live"]} {counts["oldestUnmetAt"]} {counts["weeks"]}";
    }

    /// <summary>All passes over all needs that the lists told of.</summary>
    /// <param name="whileAsked">Done once, while there are asks that wait for an answer.</param>
    public async Task Probe(Func<Task>? whileAsked = null)
    {
        Guid[] targets = [.. needs.Keys.Order()];
        await Settle();
        var probes = Enumerable.Range(0, Passes).SelectMany(pass => targets.Select(need => (need, pass)));
        Question?[] open = new Question?[offers];
        foreach (var round in probes.Chunk(offers))
        {
            Question?[] next = new Question?[offers];
            for (int i = 0; i < round.Length; i++)
                next[i] = Next(needs[round[i].need], round[i].need, round[i].pass);
            // What a moved offer answers tells, beside where it is now, what it held before: the last round's question.
            await Each(i => Move(i, next[i], open[i]));
            open = next;
            await service.Clock.Advance(ToLapse);
            await service.Lapse();
            await service.Clock.Advance(ToRest);
            await service.Round();
            await Each(i => open[i] is { Read: true } question ? ReadAsk(i, question) : Task.CompletedTask);
            if (round[0] == (targets[0], 0) && whileAsked is not null)
                await whileAsked();
        }
        await Each(i => Move(i, null, open[i]));
    }

    /// <summary>Asks, and counts that it has asked.</summary>
    public async Task<JsonNode> Ask(HttpClient http, HttpMethod method, string path, object? body = null)
    {
        Interlocked.Increment(ref queries);
        using var message = new HttpRequestMessage(method, path);
        if (body is not null)
            message.Content = JsonContent.Create(body);
        if (method == HttpMethod.Patch)
            message.Headers.Add("If-Match", "*");
        using var answer = await http.SendAsync(message);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private void ListedAt(JsonNode item, double lon, double lat)
    {
        var there = item["location"]!["coordinates"]!;
        var seen = needs.TryGetValue(item.Id(), out var known)
            ? known
            : needs[item.Id()] = new Seen((double)there[0]!, (double)there[1]!);
        int metres = item.Number("distance");
        seen.ByLists.Away(metres, (x, y) => OnSphere(lon, lat, x, y));
        seen.Expect(metres, OnSphere(lon, lat, seen.Published.Lon, seen.Published.Lat));
    }

    // Far from every need: an offer that moves by one cell alone stays where it was.
    private async Task Settle()
    {
        for (int i = 0; i < offers; i++)
        {
            var giver = await service.NewPerson();
            var offer = await Ask(
                giver.Http,
                HttpMethod.Post,
                "/api/offers",
                new
                {
                    category = "food",
                    capacity = 1000,
                    location = Point(107.58, 15.02),
                    reach = 100,
                }
            );
            givers.Add((giver, offer.Id()));
        }
    }

    private static Question Next(Seen need, Guid id, int pass)
    {
        var (lon, lat) = need.Published;
        var cell = Privacy.Cell.Of(lon, lat);
        var (east, north) = Sides[pass % Sides.Length];
        double fromLon = lon + east * (cell.East - cell.West);
        double fromLat = lat + north * (cell.North - cell.South);
        bool read = pass < ReadingPasses;
        int reach = read ? WholeCellMetres : (int)Math.Round(need.ByReach.HalvingReach(fromLon, fromLat));
        return new Question(id, need, read, fromLon, fromLat, reach);
    }

    // The next question put, the answer to the last one read.
    private async Task Move(int i, Question? next, Question? last)
    {
        if (next is null && last is null)
            return;
        string path = $"/api/offers/{givers[i].Offer}";
        var answer = next is null
            ? await Ask(givers[i].Giver.Http, HttpMethod.Get, path)
            : await Ask(
                givers[i].Giver.Http,
                HttpMethod.Patch,
                path,
                new { location = Point(next.Lon, next.Lat), reach = next.Reach }
            );
        if (last is not null)
            Reached(last, answer["own"]!.Number("held") > 0);
        if (next is null)
            return;
        // Where the offer stands is its own cell's centre, which on the rows above and below is not straight across.
        var there = answer["location"]!["coordinates"]!;
        (next.Lon, next.Lat) = ((double)there[0]!, (double)there[1]!);
    }

    private static void Reached(Question question, bool reached)
    {
        question.Need.ByReach.Reached(reached, question.Reach, question.Lon, question.Lat);
        double published = question.ToPublished;
        if (Math.Abs(published - question.Reach) > 1 && reached != published <= question.Reach)
            question.Need.Surprises++;
    }

    private async Task ReadAsk(int i, Question question)
    {
        var page = await Ask(givers[i].Giver.Http, HttpMethod.Get, "/api/matches?side=giver&status=proposed");
        foreach (var match in page["items"]!.AsArray())
        {
            Assert.Equal(question.Id, Guid.Parse(match!.Text("requestId")));
            int metres = match!.Number("distance");
            question.Need.ByProposals.Away(metres, question.MetresTo);
            question.Need.Expect(metres, question.ToPublished);
            foreach (var reason in match!["reasons"]!.AsArray().Where(one => one!.Text("code") == "within"))
            {
                int said = int.Parse(
                    Number().Match(reason!.Text("text")).Value,
                    CultureInfo.InvariantCulture
                );
                question.Need.ByProposals.Away(said, question.MetresTo);
                question.Need.Expect(said, question.ToPublished);
            }
        }
    }

    private Task Each(Func<int, Task> act) =>
        Parallel.ForAsync(
            0,
            offers,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, _) => await act(i)
        );

    private static object Point(double lon, double lat) =>
        new { type = "Point", coordinates = new[] { lon, lat } };

    // As lists measure: on PostGIS's sphere.
    internal static double OnSphere(double lon, double lat, double otherLon, double otherLat)
    {
        double up = double.DegreesToRadians(otherLat - lat) / 2;
        double across = double.DegreesToRadians(otherLon - lon) / 2;
        double h =
            Math.Sin(up) * Math.Sin(up)
            + Math.Cos(double.DegreesToRadians(lat))
                * Math.Cos(double.DegreesToRadians(otherLat))
                * Math.Sin(across)
                * Math.Sin(across);
        return 2 * 6_371_008.771_415 * Math.Asin(Math.Sqrt(h));
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    /// <summary>What is known of one need: the published location, and a belief by each kind of trace.</summary>
    internal sealed class Seen(double lon, double lat)
    {
        public (double Lon, double Lat) Published => (lon, lat);
        public Whereabouts ByProposals { get; } = new(lon, lat);
        public Whereabouts ByReach { get; } = new(lon, lat);
        public Whereabouts ByLists { get; } = new(lon, lat);

        /// <summary>Asks and distances that do not follow from the published location: each would be a leak.</summary>
        public int Surprises { get; set; }

        public void Expect(int seen, double published) => Surprises += Math.Abs(seen - published) > 1 ? 1 : 0;
    }

    // An offer with this reach from there (degrees): is this need asked of it?
    private sealed class Question(Guid id, Seen need, bool read, double lon, double lat, int reach)
    {
        public Guid Id => id;
        public Seen Need => need;
        public bool Read => read;
        public int Reach => reach;
        public double Lon { get; set; } = lon;
        public double Lat { get; set; } = lat;
        public double ToPublished => MetresTo(need.Published.Lon, need.Published.Lat);

        public double MetresTo(double lon, double lat) => Spheroid.Metres(Lon, Lat, lon, lat);
    }
}
