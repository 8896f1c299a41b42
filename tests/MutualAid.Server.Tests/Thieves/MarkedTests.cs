using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Privacy;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>
/// What people trust the service with appears in no log line, trace, metric, and in nobody else's answer: every private field
/// is filled with a mark, every route is called, things are broken, and everything that was said is searched for the marks.
/// </summary>
public sealed class MarkedTests(OverheardFixture service) : IClassFixture<OverheardFixture>
{
    private const string Mark = "Zqx7731";
    private const string Phone = "0987 604 913";
    private const string Helped = "0976 508 241";
    private const double Lon = 105.8537291846;
    private const double Lat = 21.0318462957;

    // Numbers in any spelling, and the digits of the exact point that no published place has.
    private static readonly string[] Marks =
    [
        Mark,
        "987604913",
        "7 604 913",
        "976508241",
        "6 508 241",
        "965417382",
        "853729",
        "031846",
    ];

    // Seen to fail without QuietFramework (addresses in lines and in scopes), with the exception itself in Problems' line, with the
    // service's statements traced, and with a match that anybody may read.
    [Fact]
    public async Task a_mark_in_any_private_field_is_found_nowhere_else()
    {
        var (poster, token) = await SignedIn();
        var giver = await service.NewPerson($"{Mark} giver");
        var need = await Posted(poster);
        var offer = await giver
            .Post(
                "/api/offers",
                new
                {
                    category = "food",
                    capacity = 20,
                    location = Requests.Posting.Point(Lon + 0.004, Lat),
                    reach = 3000,
                    note = $"{Mark} offer",
                }
            )
            .Is(HttpStatusCode.Created);
        await service.Round();
        var match = await service.Look<Guid>("select id from match where status = 'proposed' limit 1");
        Assert.NotEqual(Guid.Empty, match);
        string seen = await Walk(giver.Http, need, offer.Id(), match, own: offer.Id());
        seen += await Walk(service.Anonymous, need, offer.Id(), match);
        var team = await service.NewPerson("Tổ trưởng", ("teamLead", Places.WestDistrict));
        seen += await Walk(team.Http, need, offer.Id(), match);
        await Move(poster, giver, need, match);
        seen += await Walk(service.Anonymous, need, offer.Id(), match);
        seen += await Walk((await service.NewPerson()).Http, need, offer.Id(), match);
        await SendNonsense(poster);
        seen += await Break(poster, need);
        await Walk(poster.Http, need, offer.Id(), match);
        await Erase(poster, giver);
        seen += await service.Anonymous.GetStringAsync("/metrics");
        seen += await service.Anonymous.GetStringAsync("/health/ready");

        AssertUnmarked("an answer to somebody else", seen.Split('\n'));
        Assert.Contains(
            service.Said,
            line => line.StartsWith("trace Microsoft.AspNetCore", StringComparison.Ordinal)
        );
        Assert.Contains(service.Said, line => line.StartsWith("metric ", StringComparison.Ordinal));
        Assert.Contains(service.Said, line => line.Contains("unexpected failure", StringComparison.Ordinal));
        AssertUnmarked("a log, a trace or a metric", service.Said);
        Assert.DoesNotContain(service.Said, line => line.Contains(token, StringComparison.Ordinal));
    }

    private static void AssertUnmarked(string where, IEnumerable<string> lines)
    {
        var found = lines
            .Where(line => Marks.Any(mark => line.Contains(mark, StringComparison.OrdinalIgnoreCase)))
            .Select(line => line.Length > 300 ? line[..300] : line)
            .ToList();
        Assert.True(
            found.Count == 0,
            $"{found.Count} times in {where}:\n{string.Join("\n", found.DistinctBy(line => string.Join(' ', line.Split(' ').Take(3))).Take(20))}"
        );
    }

    private async Task<(Person, string Token)> SignedIn()
    {
        var signedIn = await service.SignIn(Phone);
        string token = signedIn.Text("token");
        var person = new Person(signedIn["account"]!.Id(), Phone, token, service.Client(token));
        var me = await person.Get("/api/me");
        using var named = new HttpRequestMessage(HttpMethod.Patch, "/api/me")
        {
            Content = JsonContent.Create(new { name = $"{Mark} name" }),
        };
        named.Headers.Add("If-Match", me.Headers.ETag!.ToString());
        await person.Http.SendAsync(named).Is(HttpStatusCode.OK);
        return (person, token);
    }

    private static async Task<Guid> Posted(Person poster)
    {
        var body = Requests.Posting.Body(lon: Lon, lat: Lat);
        body["address"] = $"{Mark} address";
        body["note"] = $"{Mark} note";
        body["publicNote"] = "gọi 0965 417 382";
        body["needs"]![0]!["details"] = $"{Mark} details";
        body["needs"]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["category"] = "transport",
                    ["quantity"] = 1,
                    ["urgency"] = "soon",
                    ["destination"] = new JsonObject
                    {
                        ["address"] = $"{Mark} destination",
                        ["location"] = Requests.Posting.Point(Lon, Lat),
                    },
                }
            );
        await poster
            .Post(
                "/api/requests/preview",
                new
                {
                    location = Requests.Posting.Point(Lon, Lat),
                    publicNote = "gọi 0965 417 382",
                    forPhone = Helped,
                }
            )
            .Is(HttpStatusCode.OK);
        var own = (await poster.PostRequests(body).Is(HttpStatusCode.Created))["requests"]![0]!;
        body["onBehalfOf"] = new JsonObject
        {
            ["name"] = $"{Mark} helped",
            ["phone"] = Helped,
            ["consent"] = true,
        };
        await poster.PostRequests(body).Is(HttpStatusCode.Created);
        return own.Id();
    }

    // What somebody who is not to know is answered by every route that is fetched.
    private async Task<string> Walk(HttpClient http, Guid need, Guid offer, Guid match, Guid? own = null)
    {
        var seen = new StringBuilder();
        foreach (string route in PlacePrivacyTests.Routes(service).Where(route => route[..4] == "GET "))
        {
            string path = route[4..];
            // One's own account and offers hold one's own marks, and a stream has no end.
            bool ownData =
                own is not null
                && (
                    path.Contains("offers", StringComparison.Ordinal)
                    || path is "/mine" or "/" or "/api/me" or "/api/me/export"
                    || !path.StartsWith("/api", StringComparison.Ordinal)
                );
            if (path.EndsWith("/events", StringComparison.Ordinal))
                continue;
            var id =
                path.Contains("/matches/", StringComparison.Ordinal) ? match
                : path.Contains("/offers/", StringComparison.Ordinal) ? offer
                : path.Contains("/areas/", StringComparison.Ordinal) ? Places.NorthEast
                : need;
            string query = path.EndsWith("nearby", StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $"?lon={Lon}&lat={Lat}")
                : "";
            using var answer = await http.GetAsync(
                path.Replace("{id:guid}", $"{id}", StringComparison.Ordinal)
                    .Replace("{token}", Mark, StringComparison.Ordinal)
                    .Replace("{documentName}", "v1", StringComparison.Ordinal) + query
            );
            string body = await answer.Content.ReadAsStringAsync();
            // The reader's own question comes back to them, as a problem's instance or the next page's address.
            body = body.Replace($"/{Mark}", "", StringComparison.Ordinal)
                .Replace(query.Length > 0 ? query[1..] : "?", "", StringComparison.Ordinal);
            if (!ownData)
                seen.Append(body).Append('\n');
        }
        return seen.ToString();
    }

    // From acceptance to a disputed delivery, with reasons.
    private async Task Move(Person poster, Person giver, Guid need, Guid match)
    {
        await giver.Post($"/api/matches/{match}/accept").Is(HttpStatusCode.OK);
        await giver.Get($"/api/matches/{match}/contact").Is(HttpStatusCode.OK);
        await giver.Get($"/matches/{match}/contact");
        await poster.Get($"/api/matches/{match}/contact").Is(HttpStatusCode.OK);
        await poster.Post("/api/blocks", new { matchId = Guid.NewGuid(), note = Mark });
        await poster
            .Post(
                "/api/reports",
                new
                {
                    subject = new { kind = "match", id = match },
                    reason = "other",
                    text = $"{Mark} report",
                }
            )
            .Is(HttpStatusCode.Created);
        await giver.Post($"/api/matches/{match}/on-the-way").Is(HttpStatusCode.OK);
        await giver.Post($"/api/matches/{match}/delivered", new { units = 2 }).Is(HttpStatusCode.OK);
        await poster
            .Post($"/api/matches/{match}/dispute", new { reason = $"{Mark} reason" })
            .Is(HttpStatusCode.OK);
        var again = await giver
            .Post($"/api/requests/{need}/claims", new { units = 1 })
            .Is(HttpStatusCode.Created);
        await giver
            .Post($"/api/matches/{again.Id()}/withdraw", new { reason = $"{Mark} reason" })
            .Is(HttpStatusCode.OK);
    }

    private async Task SendNonsense(Person poster)
    {
        string[] bodies =
        [
            $$"""{"phone":"{{Phone}} {{Mark}}"}""",
            $$"""{"{{Mark}}":1,"phone":"{{Phone}}"}""",
            $$"""{"phone":{"{{Mark}}":"{{Phone}}"} }""",
            $$"""{"phone":"{{Phone}}" {{Mark}}""",
            $$"""{"needs":"{{Mark}}","people":"{{Mark}}","location":{"type":"{{Mark}}","coordinates":["{{Mark}}",{{Lat:R}}]} }""",
            $$"""{"subject":{"kind":"{{Mark}}","id":"{{Mark}}"},"reason":"{{Mark}}"}""",
            $$"""{"category":"{{Mark}}","capacity":"{{Mark}}"}""",
            $"phone={Phone}&do={Mark}&needs[0].quantity={Mark}&address={Mark}",
        ];
        foreach (
            string route in PlacePrivacyTests.Routes(service).Where(route => route[..4] is "POST" or "PATC")
        )
        {
            string[] parts = route.Split(' ');
            string path = parts[1]
                .Replace("{id:guid}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
                .Replace("{token}", Mark, StringComparison.Ordinal)
                .Replace("{act}", "withdraw", StringComparison.Ordinal);
            foreach (string body in bodies)
            {
                using var message = new HttpRequestMessage(HttpMethod.Parse(parts[0]), path)
                {
                    Content = new StringContent(
                        body,
                        Encoding.UTF8,
                        body[0] == '{' ? "application/json" : "application/x-www-form-urlencoded"
                    ),
                };
                message.Headers.TryAddWithoutValidation("If-Match", $"\"{Mark}\"");
                if (path != "/api/me" && path != "/sign-out" && path != "/api/sign-out")
                    (await poster.Http.SendAsync(message)).Dispose();
            }
        }
        string place = string.Create(CultureInfo.InvariantCulture, $"lon={Lon}&lat={Lat}");
        foreach (
            string path in new[]
            {
                $"/api/requests/{Mark}",
                $"/api/requests/nearby?{place}&category={Mark}&phone={Uri.EscapeDataString(Phone)}",
                $"/api/requests/nearby?{place}&cursor={Mark}",
                $"/api/areas?q={Mark}&at={Lon.ToString(CultureInfo.InvariantCulture)},{Lat.ToString(CultureInfo.InvariantCulture)}",
                $"/?{place}&q={Mark}",
                $"/requests/new?{place}&{Mark}=1",
                $"/b/{Mark}",
                $"/n/{Mark}",
                $"/s/{Mark}",
                $"/report?request={Mark}",
                $"/me/seen?cursor={Mark}",
                $"/{Mark}/{Mark}",
                $"/tiles/{Mark}?{Mark}={Mark}%00",
            }
        )
        foreach (var http in new[] { poster.Http, service.Anonymous })
            (await http.GetAsync(path)).Dispose();
        using var unknown = service.Client($"{Mark}{new string('a', 40)}");
        (await unknown.GetAsync("/api/me")).Dispose();
    }

    // The database refuses what it holds, in its own words, and takes too long; by constraints that quote the row.
    private async Task<string> Break(Person poster, Guid need)
    {
        await service.Execute(
            """
            alter table request_private add constraint broken check (note not like '%broken%');
            create function unhappy() returns trigger language plpgsql as $$
            begin
              if new.note like '%words%' then perform new.note::uuid; end if;
              return new;
            end $$;
            create trigger unhappy before update on request_private for each row execute function unhappy();
            """
        );
        var seen = new StringBuilder();
        foreach (var (trouble, status) in new[] { ("broken", 500), ("words", 500) })
        {
            using var edit = new HttpRequestMessage(HttpMethod.Patch, $"/api/requests/{need}")
            {
                Content = JsonContent.Create(new { note = $"{Mark} {trouble}" }),
            };
            edit.Headers.Add("If-Match", "*");
            using var answer = await poster.Http.SendAsync(edit);
            Assert.Equal((HttpStatusCode)status, answer.StatusCode);
            seen.Append(await answer.Content.ReadAsStringAsync()).Append('\n');
        }
        return seen.Append(await Late(poster, need)).ToString();
    }

    // A statement that is given up while it waits, as it would be after its thirty seconds.
    private async Task<string> Late(Person poster, Guid need)
    {
        await using var holding = await service.Open();
        await using var transaction = await holding.BeginTransactionAsync();
        await holding.ExecuteAsync("select 1 from request where id = @need for update", new { need });
        using var edit = new HttpRequestMessage(HttpMethod.Patch, $"/api/requests/{need}")
        {
            Content = JsonContent.Create(new { note = $"{Mark} late" }),
        };
        edit.Headers.Add("If-Match", "*");
        var answering = poster.Http.SendAsync(edit);
        while (
            !await service.Look<bool>(
                """
                select coalesce(bool_or(pg_cancel_backend(pid)), false) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()
                """
            )
        )
            await Task.Delay(20);
        using var answer = await answering;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task Erase(Person poster, Person giver)
    {
        await poster.Get("/api/me/export").Is(HttpStatusCode.OK);
        foreach (var person in new[] { poster, giver })
            await person.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
    }
}
