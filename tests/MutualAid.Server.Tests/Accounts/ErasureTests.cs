using System.Net;
using System.Text;
using Dapper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Messages;
using Npgsql;

namespace MutualAid.Server.Tests.Accounts;

public sealed class ErasureTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task after_an_erasure_nothing_in_the_whole_database_tells_who_it_was_and_the_counts_stay()
    {
        const string name = "Trịnh Văn Độc Nhất";
        var erased = await service.NewPerson(name, ("teamLead", Places.NorthWest));
        var neighbour = await service.NewPerson();
        string token = await Session(erased);
        // Needs of their own: one with a live match, one delivered; and one that they give to.
        var live = await service.GivenRequest(erased, quantity: 4, onBehalfPhone: "+84917777001");
        var done = await service.GivenRequest(erased, quantity: 1);
        var theirs = await service.GivenRequest(neighbour, quantity: 2, lon: 105.86);
        var offer = await service.GivenOffer(erased);
        var theirOffer = await service.GivenOffer(neighbour);
        var trip = Guid.CreateVersion7();
        var accepted = await service.GivenProposal(theirOffer, live, 2, trip);
        var delivered = await service.GivenProposal(theirOffer, done, 1, trip);
        await service.GivenTrusted(neighbour);
        Assert.Equal("done", await service.Step(accepted, "accept", "giver", neighbour.Id, "717171"));
        Assert.Equal("done", await service.Step(delivered, "accept", "giver", neighbour.Id, "727272"));
        Assert.Equal("done", await service.Step(delivered, "deliver", "giver", neighbour.Id));
        var given = await service.GivenProposal(offer, theirs, 2);
        Assert.Equal("done", await service.Step(given, "accept", "giver", erased.Id, "737373"));
        await FillWithTyped(erased, live, offer, delivered);
        string[] traces =
        [
            name,
            erased.Phone,
            erased.Phone[3..],
            "+84917777001",
            "12 ngõ 3 phố Thử độc nhất",
            "gọi cửa sau độc nhất",
            "lời nhắn công khai",
            "ghi chú của người cho",
            "lý do tự gõ",
            "bản báo cáo tự gõ",
            "717171",
        ];
        string[] points = [await Ewkb("105.853 21.032"), await Ewkb("105.856 21.034")];
        foreach (string trace in traces)
            Assert.NotEmpty(await Found(trace));
        foreach (string point in points)
            Assert.NotEmpty(await Found(point, own: erased.Id));

        await erased.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);

        foreach (string trace in traces)
            Assert.True(
                (await Found(trace)).Count == 0,
                $"'{trace}' in {string.Join(", ", await Found(trace))}"
            );
        foreach (string point in points)
            Assert.Empty(await Found(point, own: erased.Id));
        Assert.Equal(
            0,
            await service.Look<int>(
                "select (select count(*) from outbox where account_id = @Id) + (select count(*) from behalf_link) + (select count(*) from renew_link)",
                new { erased.Id }
            )
        );
        Assert.Equal(
            "withdrawn erased",
            await service.Look<string>(
                "select status || ' ' || end_reason from match where id = @accepted",
                new { accepted }
            )
        );
        Assert.Equal(
            "withdrawn erased",
            await service.Look<string>(
                "select status || ' ' || end_reason from match where id = @given",
                new { given }
            )
        );
        Assert.Equal(
            "delivered",
            await service.Look<string>("select status from match where id = @delivered", new { delivered })
        );
        Assert.Equal(
            "withdrawn erased",
            await service.Look<string>(
                "select end_status || ' ' || end_reason from request where id = @live",
                new { live }
            )
        );
        Assert.Equal(
            "withdrawn",
            await service.Look<string>("select status from offer where id = @offer", new { offer })
        );
        Assert.Equal(
            2,
            await service.Look<int>("select unmet from request where id = @theirs", new { theirs })
        );
        await service.InvariantsHold();
        Assert.Equal(
            1,
            await service.Look<int>("select count(*) from erasure where account_id = @Id", new { erased.Id })
        );

        // Every session of theirs is told, whatever it asks; the number may begin anew.
        await erased.Get("/api/me").IsProblem(410, "erased");
        using var other = service.Client(token);
        await other.PostAsync("/api/blocks", null).IsProblem(410, "erased");
        var anew = await service.SignIn(erased.Phone);
        Assert.NotEqual(erased.Id, anew["account"]!.Id());
        Assert.Null(anew["account"]!["name"]);
    }

    [Fact]
    public async Task an_erased_cookie_is_told_once_and_then_forgotten()
    {
        var person = await service.NewPerson();
        string cookie;
        await using (var connection = await service.Open())
            cookie = await Sessions.Open(
                connection,
                person.Id,
                "cookie",
                false,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
        await person.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.Add("Cookie", $"{Sessions.Cookie}={cookie}");
        var answer = await service.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        Assert.StartsWith(
            $"{Sessions.Cookie}=;",
            answer.Headers.GetValues("Set-Cookie").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task erasing_again_as_after_a_restored_backup_changes_nothing()
    {
        var person = await service.NewPerson();
        await service.GivenRequest(person);
        await person.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        var before = await service.Look<DateTime>(
            "select erased_at from account where id = @Id",
            new { person.Id }
        );
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            "select erase_account(@now, @Id)",
            new { now = service.Clock.GetUtcNow().AddDays(1), person.Id }
        );
        Assert.Equal(
            before,
            await service.Look<DateTime>("select erased_at from account where id = @Id", new { person.Id })
        );
    }

    [Theory]
    [InlineData(
        "insert into household (id, root_area_id, account_id, on_behalf, created_at) values (gen_random_uuid(), @root, @id, false, @now)"
    )]
    [InlineData(
        """
            insert into offer (id, root_area_id, account_id, category_id, capacity, free, promised, one_time, created_at)
            values (gen_random_uuid(), @root, @id, 1, 1, 1, 0, true, @now)
            """
    )]
    public async Task whoever_posts_while_they_are_erased_posts_nothing(string post)
    {
        var person = await service.NewPerson();
        await using var erasing = await service.Open();
        await using var posting = await service.Open();
        var values = new
        {
            id = person.Id,
            root = Places.Province,
            now = service.Clock.GetUtcNow(),
        };
        Task<int> posted;
        await using (var transaction = await erasing.BeginTransactionAsync())
        {
            await erasing.ExecuteAsync("select erase_account(@now, @id)", values);
            posted = posting.ExecuteAsync(post, values);
            // It waits for the erasure: there is nothing to see from outside but its lock.
            while (
                await service.Look<int>(
                    "select count(*) from pg_stat_activity where pid = @pid and wait_event_type = 'Lock'",
                    new { pid = posting.ProcessID }
                ) == 0
                && !posted.IsCompleted
            )
                await Task.Delay(10);
            await transaction.CommitAsync();
        }
        var refused = await Assert.ThrowsAsync<PostgresException>(() => posted);
        Assert.Equal("MA410", refused.SqlState);
    }

    private async Task<string> Session(Person person)
    {
        await using var connection = await service.Open();
        return await Sessions.Open(
            connection,
            person.Id,
            "bearer",
            false,
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
    }

    // What people type, and what the service keeps beside it, in every place that has room for it.
    private async Task FillWithTyped(Person person, Guid request, Guid offer, Guid match)
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            """
            update request_private set address = '12 ngõ 3 phố Thử độc nhất', note = 'gọi cửa sau độc nhất' where request_id = @request;
            update request set public_note = 'lời nhắn công khai' where id = @request;
            update household set phone_hash = 'x', address_hash = 'y' where account_id = @Id;
            update offer_private set note = 'ghi chú của người cho' where offer_id = @offer;
            update match set end_reason = 'lý do tự gõ' where id = @match;
            insert into report (id, reporter_account_id, subject_kind, subject_id, reason, text, created_at)
            values (gen_random_uuid(), @Id, 'request', @request, 'other', 'bản báo cáo tự gõ', @now);
            insert into renew_link (token_hash, request_id, root_area_id, expires_at) values ('z', @request, @root, @now);
            """,
            new
            {
                person.Id,
                request,
                offer,
                match,
                root = Places.Province,
                now = service.Clock.GetUtcNow(),
            }
        );
        var household = (
            await service.Look<Guid?>("select household_id from request where id = @request", new { request })
        ).GetValueOrDefault();
        await service
            .App.Services.GetRequiredService<Behalf>()
            .Tell(
                connection,
                household,
                Places.Province,
                "+84917777001",
                person.Id,
                service.Clock.GetUtcNow(),
                CancellationToken.None
            );
        // One that waits for ever, so that it is there when the account goes.
        await service
            .App.Services.GetRequiredService<Outbox>()
            .Add(
                connection,
                "later",
                person.Phone,
                "text",
                person.Id,
                service.Clock.GetUtcNow() + TimeSpan.FromHours(1),
                CancellationToken.None
            );
    }

    private async Task<string> Ewkb(string point) =>
        (
            await service.Look<string>(
                "select encode(st_asewkb(st_geomfromtext(@text, 4326)), 'hex')",
                new { text = $"POINT({point})" }
            )
        )!;

    /// <summary>Every table in which some row, written out as text, holds these words (or, in binary columns, their bytes).</summary>
    /// <param name="own">Only rows that name this account or its requests and offers: a point may be a neighbour's too.</param>
    private async Task<IReadOnlyList<string>> Found(string words, Guid? own = null)
    {
        await using var connection = await service.Open();
        var tables = await connection.QueryAsync<string>(
            """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'm') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
            """
        );
        var found = new List<string>();
        string hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(words));
        foreach (string table in tables)
            if (
                await connection.ExecuteScalarAsync<bool>(
                    $"""
                    select exists (select from {table} t where (t::text ilike '%' || @words || '%' or t::text like '%' || @hex || '%')
                      and (@own::uuid is null or t::text like '%' || @own || '%'
                        or exists (select from request r where r.account_id = @own and t::text like '%' || r.id || '%')
                        or exists (select from offer o where o.account_id = @own and t::text like '%' || o.id || '%')))
                    """,
                    new
                    {
                        words,
                        hex,
                        own,
                    }
                )
            )
                found.Add(table);
        return found;
    }
}
