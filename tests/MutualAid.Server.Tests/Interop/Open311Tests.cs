using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Keys;

namespace MutualAid.Server.Tests.Interop;

/// <summary>What another system does by Open311, and what it may not see.</summary>
public sealed class Open311Tests(KeysFixture service) : IClassFixture<KeysFixture>
{
    [Fact]
    public async Task from_discovery_to_a_need_that_is_no_more()
    {
        var maker = await service.NewPerson("Tổng đài 1022");
        using var client = new Open311Client(service, await maker.KeyToken());
        string url = (await client.Xml("discovery.xml")).Descendants("url").Single().Value;
        Assert.EndsWith("/open311/v2", url, StringComparison.Ordinal);
        var code = (await client.Json("services.json"))[0]!.Text("service_code");
        var attributes = (await client.Json($"services/{code}.json"))["attributes"]!.AsArray();
        var form = Open311Client.Form(("service_code", code));
        foreach (var attribute in attributes.Where(one => (bool)one!["required"]!))
            Assert.Contains($"attribute[{attribute!.Text("code")}]", form.Keys);
        var made = (await client.Send(form).Is(HttpStatusCode.Created))[0]!;
        Assert.NotEmpty(made.Text("service_notice"));
        string id = made.Text("service_request_id");
        Assert.Equal(id, (await client.Json($"tokens/{id}.json"))[0]!.Text("service_request_id"));
        Assert.Equal("food", (await client.Json($"requests/{id}.json"))[0]!.Text("service_code"));

        // A need like any other: its owner's, everybody's, and the giver's.
        var own = await maker.Get($"/api/requests/{id}").Is(HttpStatusCode.OK);
        Assert.Equal((4, "urgent"), (own.Number("quantity"), own.Text("urgency")));
        Assert.Equal("12 ngõ 3 phố Thử", own["private"]!.Text("address"));
        var giver = await service.NewPerson();
        await giver.Post($"/api/requests/{id}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
        var promised = (await client.Json($"requests/{id}.json"))[0]!;
        Assert.Equal("open", promised.Text("status"));
        Assert.Equal("Somebody has promised to bring it", promised.Text("status_notes"));

        await maker.Post($"/api/requests/{id}/withdraw", new { reason = "x" }).Is(HttpStatusCode.OK);
        foreach (string gone in new[] { $"requests/{id}.json", $"tokens/{id}.json" })
            await client.Get(gone).Is(HttpStatusCode.NotFound);
        foreach (
            string list in new[]
            {
                "requests.json",
                $"requests.json?service_request_id={id}",
                "requests.json?status=closed",
            }
        )
            Assert.DoesNotContain(id, (await client.Json(list)).ToJsonString(), StringComparison.Ordinal);
    }

    // Seen to fail with lat and long of a post taken for each other.
    [Fact]
    public async Task latitude_is_lat_and_longitude_is_long()
    {
        var maker = await service.NewPerson();
        using var client = new Open311Client(service, await maker.KeyToken());
        var id = await client.Posted(("lat", "21.0148"), ("long", "105.8712"));
        var exact = (await maker.Get($"/api/requests/{id}").Is(HttpStatusCode.OK))["private"]!["location"]!;
        Assert.Equal("[105.8712,21.0148]", exact["coordinates"]!.ToJsonString());
        var place = (await service.Anonymous.GetAsync($"/api/requests/{id}").Is(HttpStatusCode.OK))[
            "location"
        ]!;
        var read = (await client.Json($"requests/{id}.json"))[0]!;
        Assert.Equal((double)place["coordinates"]![0]!, (double)read["long"]!);
        Assert.Equal((double)place["coordinates"]![1]!, (double)read["lat"]!);
        Assert.InRange((double)read["lat"]!, 21.01, 21.02);
        var xml = (await client.Xml($"requests/{id}.xml")).Element("request")!;
        Assert.StartsWith("21.0", xml.Element("lat")!.Value, StringComparison.Ordinal);
        Assert.StartsWith("105.8", xml.Element("long")!.Value, StringComparison.Ordinal);
        var south = await client.Posted(("lat", "10.77"), ("long", "106.70"));
        Assert.Equal(
            "Phường Khác, Tỉnh Khác",
            (await client.Json($"requests/{south}.json"))[0]!.Text("address")
        );
        var refused = await client
            .Send(Open311Client.Form(("lat", "106.70"), ("long", "10.77")))
            .Is(HttpStatusCode.BadRequest);
        Assert.Contains("lat=10.77, long=106.7", refused[0]!.Text("description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task nothing_private_is_told_to_whoever_reads()
    {
        var maker = await service.NewPerson("Người Đăng");
        using var client = new Open311Client(service, await maker.KeyToken());
        string longer = string.Join(' ', Enumerable.Repeat("mô tả thật dài", 20));
        var id = await client.Posted(
            ("first_name", "Thị Tư"),
            ("last_name", "Nguyễn"),
            ("phone", "0903 111 222"),
            ("email", "tu@example.vn"),
            ("lat", "21.01481234"),
            ("long", "105.87129876"),
            ("description", "gọi 0903111222, số 12 ngõ 3"),
            ("attribute[note]", "gõ cửa to")
        );
        var other = await client.Posted(("description", longer), ("attribute[note]", "cửa sau"));
        var own = (await maker.Get($"/api/requests/{id}").Is(HttpStatusCode.OK))["private"]!;
        Assert.Equal(("Nguyễn Thị Tư", "+84903111222"), (own.Text("name"), own.Text("phone")));
        Assert.Equal("gõ cửa to", own.Text("note"));
        own = (await maker.Get($"/api/requests/{other}").Is(HttpStatusCode.OK))["private"]!;
        Assert.Equal($"cửa sau\n{longer}", own.Text("note"));

        using var reader = new Open311Client(service);
        foreach (string format in new[] { "xml", "json" })
        foreach (
            string address in new[] { $"requests/{id}", $"requests/{other}", "requests", $"tokens/{id}" }
        )
        {
            string told = await (await reader.Get($"{address}.{format}")).Content.ReadAsStringAsync();
            foreach (
                string secret in new[]
                {
                    "Nguyễn",
                    "Thị Tư",
                    "0903",
                    "111222",
                    "example.vn",
                    "12 ngõ",
                    "ngõ 3",
                    "phố Thử",
                    "gõ cửa",
                    "cửa sau",
                    "mô tả thật dài",
                    "105.87129",
                    "21.01481",
                    "Người Đăng",
                    $"{maker.Id}",
                }
            )
                Assert.DoesNotContain(
                    secret,
                    secret == $"{maker.Id}" ? told : WithoutIds(told),
                    StringComparison.Ordinal
                );
        }
        Assert.Contains(
            "•••",
            (await reader.Json($"requests/{id}.json"))[0]!.Text("description"),
            StringComparison.Ordinal
        );
        Assert.Null((await reader.Json($"requests/{other}.json"))[0]!["description"]);
    }

    // Seen to fail with a fresh Idempotency-Key for every post.
    [Fact]
    public async Task sent_again_under_its_own_name_it_is_posted_once()
    {
        var maker = await service.NewPerson();
        using var client = new Open311Client(service, await maker.KeyToken());
        var first = await Send("case 17", null);
        Assert.Equal(first, await Send("case 17", null));
        // The header says the same; and a key made anew is the same system.
        Assert.Equal(first, await Send(null, "case 17"));
        using var renewed = new Open311Client(service, await maker.KeyToken());
        Assert.Equal(
            first,
            (
                await renewed
                    .Send(Open311Client.Form(("client_request_id", "case 17")))
                    .Is(HttpStatusCode.Created)
            )[0]!.Text("service_request_id")
        );
        Assert.NotEqual(first, await Send("case 18", null));
        await client
            .Send(Open311Client.Form(("client_request_id", "case 17"), ("attribute[quantity]", "5")))
            .Is(HttpStatusCode.UnprocessableEntity);
        Assert.NotEqual(await Send(null, null), await Send(null, null));
        Assert.Equal(
            4,
            await service.Look<int>("select count(*) from request where account_id = @Id", new { maker.Id })
        );
        var refused = await client
            .Send(Open311Client.Form(("client_request_id", "số 17")))
            .Is(HttpStatusCode.BadRequest);
        Assert.StartsWith("client_request_id:", refused[0]!.Text("description"), StringComparison.Ordinal);

        async Task<string> Send(string? field, string? header) =>
            (
                await client
                    .Send(Open311Client.Form(("client_request_id", field)), idempotencyKey: header)
                    .Is(HttpStatusCode.Created)
            )[0]!.Text("service_request_id");
    }

    [Fact]
    public async Task each_wrong_field_is_named_as_the_sender_named_it()
    {
        var maker = await service.NewPerson();
        using var client = new Open311Client(service, await maker.KeyToken());
        await Refused("lat", ("lat", null));
        await Refused("long", ("long", "105,8712"));
        await Refused("service_code", ("service_code", null));
        await Refused("attribute[quantity]", ("attribute[quantity]", "many"));
        await Refused("attribute[quantity]", ("attribute[quantity]", null));
        await Refused("attribute[urgency]", ("attribute[urgency]", "very"));
        await Refused("attribute[people]", ("attribute[people]", "0"));
        await Refused("attribute[neededBy]", ("attribute[neededBy]", "2026-11-24T10:00:00"));
        await Refused("attribute[neededBy]", ("attribute[neededBy]", "2026-11-20T10:00:00Z"));
        await Refused("attribute[divisible]", ("attribute[divisible]", "maybe"));
        await Refused("attribute[consent]", ("attribute[consent]", null));
        await Refused("attribute[colour]", ("attribute[colour]", "red"));
        await Refused("attribute[destination]", ("attribute[destination]", "bệnh viện"));
        await Refused("attribute[destination]", ("service_code", "transport"));
        await Refused("phone", ("first_name", "Tư"));
        await Refused("first_name", ("phone", "0903111222"));
        await Refused("address_string", ("address_string", new string('x', 301)));
        await Refused("attribute[note]", ("description", new string('x', 2001)));
        await Refused("description", ("description", "a\u0001b"));
        // The framework refuses it in a form's usual encoding, and lets it through in the other.
        Assert.Equal(413, await Status(("description", "a\0b")));
        using (var parts = new MultipartFormDataContent { { new StringContent("a\0b"), "description" } })
        {
            var errors = await service
                .Anonymous.PostAsync("/open311/v2/requests.json", parts)
                .Is(HttpStatusCode.BadRequest);
            Assert.StartsWith("description: ", errors[0]!.Text("description"), StringComparison.Ordinal);
        }
        Assert.Equal(404, await Status(("service_code", "potholes")));
        Assert.Equal(404, await Status(("jurisdiction_id", "elsewhere.gov")));
        Assert.Equal(201, await Status(("jurisdiction_id", "01")));
        Assert.Equal(
            1,
            await service.Look<int>("select count(*) from request where account_id = @Id", new { maker.Id })
        );

        async Task Refused(string field, params (string, string?)[] changes)
        {
            var errors = await client.Send(Open311Client.Form(changes)).Is(HttpStatusCode.BadRequest);
            Assert.StartsWith($"{field}: ", errors[0]!.Text("description"), StringComparison.Ordinal);
            Assert.Equal(400, (int)errors[0]!["code"]!);
        }

        async Task<int> Status(params (string, string?)[] changes)
        {
            using var answer = await client.Send(Open311Client.Form(changes));
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task only_a_live_posting_key_posts_and_only_where_nobody_reads_along()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        var posting = await lead.Key();
        string token = posting.Text("token");
        string reading = await lead.KeyToken(Places.NorthWest);
        foreach (
            string? wrong in new[] { null, "", "x", reading, lead.Token, token[..^1] + "!", token + "x" }
        )
            Assert.Equal(403, await Status(wrong));
        Assert.Equal(201, await Status(token));
        // The session of the page does not stand in for a key, and neither does a key for a session.
        await service.Ask(token, "/api/me").IsProblem(401, "tokenUnknown");
        using (var afar = new HttpRequestMessage(HttpMethod.Post, "/open311/v2/requests.json"))
        {
            afar.Headers.Add("X-Forwarded-For", "203.0.113.9");
            afar.Headers.Add("X-Forwarded-Proto", "http");
            afar.Content = new FormUrlEncodedContent(Open311Client.Form(("api_key", token)));
            var refused = await service.Anonymous.SendAsync(afar).Is(HttpStatusCode.Forbidden);
            Assert.Contains("https", refused[0]!.Text("description"), StringComparison.Ordinal);
        }
        await service.Look<int>(
            "update account set suspended_at = @now where id = @Id",
            new { now = service.Clock.GetUtcNow(), lead.Id }
        );
        Assert.Equal(403, await Status(token));
        await service.Look<int>("update account set suspended_at = null where id = @Id", new { lead.Id });
        await Patience.Until(
            async () =>
                (await lead.Get("/api/me/keys").Is(HttpStatusCode.OK))["items"]!
                    .AsArray()
                    .Single(key => key!.Id() == posting.Id())!["lastUsedAt"]
                    is not null,
            "its use is noted"
        );
        await service.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Equal(403, await Status(token));
        var fresh = await service.NewPerson();
        var revoked = await fresh.Key();
        await fresh.Http.DeleteAsync($"/api/me/keys/{revoked.Id()}").Is(HttpStatusCode.NoContent);
        Assert.Equal(403, await Status(revoked.Text("token")));

        async Task<int> Status(string? key)
        {
            using var client = new Open311Client(service);
            using var answer = await client.Send(Open311Client.Form(("api_key", key)));
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task lists_are_narrowed_as_the_standard_says()
    {
        var maker = await service.NewPerson();
        using var client = new Open311Client(service, await maker.KeyToken());
        await service.Clock.Advance(TimeSpan.FromDays(10));
        var start = service.Clock.GetUtcNow();
        var early = await client.Posted();
        await service.Clock.Advance(TimeSpan.FromHours(1));
        var late = await client.Posted(("service_code", "medicine"));
        string from = $"start_date={start:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        Assert.Equal([late, early], await Ids(from));
        Assert.Equal(
            [late, early],
            await Ids($"{from}&status=open,closed&jurisdiction_id=01&api_key=anything")
        );
        Assert.Equal([], await Ids($"{from}&status=closed"));
        Assert.Equal([], await Ids($"{from}&jurisdiction_id=79"));
        Assert.Equal([late], await Ids($"{from}&service_code=medicine,transport"));
        Assert.Equal(
            [early],
            await Ids($"{from}&end_date={start.AddMinutes(1):yyyy-MM-dd'T'HH:mm:ss}%2B00:00")
        );
        Assert.Equal(
            [early],
            await Ids($"end_date={start.AddHours(7):yyyy-MM-dd'T'HH:mm:ss}+07:00&service_code=food&{from}")
        );
        // Numbers override everything else; what is none of ours is not there.
        Assert.Equal(
            [early],
            await Ids(
                $"service_request_id={early},12345,{Guid.NewGuid()}&service_code=medicine&status=closed"
            )
        );
        foreach (
            string wrong in new[]
            {
                "start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z",
                "start_date=2026-01-01",
                "end_date=soon",
                "status=lost",
                "service_code=potholes",
                "page=2",
            }
        )
            await client.Get($"requests.json?{wrong}").Is(HttpStatusCode.BadRequest);
        Assert.Equal([], await Ids("start_date=0001-01-01T00:00:00Z"));
        Assert.Equal([], await Ids("start_date=9999-12-31T00:00:00Z"));
        using var anybody = await client.Get($"requests.json?{from}");
        Assert.True(anybody.Headers.CacheControl!.Public);
        Assert.InRange(anybody.Headers.CacheControl.MaxAge!.Value.TotalSeconds, 1, 60);
        using var signedIn = await maker.Get("/open311/v2/requests.json");
        Assert.True(signedIn.Headers.CacheControl!.NoStore);

        async Task<IEnumerable<Guid>> Ids(string query) =>
            (await client.Json($"requests.json?{query}"))
                .AsArray()
                .Select(each => Guid.Parse(each!.Text("service_request_id")));
    }

    // An id may hold any four digits by chance.
    private static string WithoutIds(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "");
}
