using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.Server.Rounds;
using Npgsql;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>
/// A small world, posted through the API. Two of them have the same clock, the same ids and the same cells, and differ in
/// one thing: where in its own cell each need and each offer exactly is.
/// </summary>
internal sealed class PrivateWorld(ServiceFixture service)
{
    /// <summary>North of <see cref="Places.Province"/>, so that a root area's line runs along 21.06 N.</summary>
    private const string NorthernProvince = """
        insert into area (id, parent_id, root_id, code, name, level, boundary)
        select v.id::uuid, v.parent::uuid, '01900000-0000-7000-8000-000000000003', v.code, v.name, v.level,
               st_multi(st_makeenvelope(105.80, 21.06, 105.90, 21.12, 4326))::geography
        from (values ('01900000-0000-7000-8000-000000000003', null, '03', 'Tỉnh Bắc', 'province'),
                     ('01900000-0000-7000-8000-000000000026', '01900000-0000-7000-8000-000000000003', '00026', 'Phường Bắc', 'ward')
             ) v (id, parent, code, name, level);
        select area_refresh('01900000-0000-7000-8000-000000000003');
        """;

    public static readonly Guid NorthernWard = Guid.Parse("01900000-0000-7000-8000-000000000026");

    /// <summary>Crossed by a ward line (21.03 N) and by the line of two neighbourhood groups (105.825 E).</summary>
    public static readonly Cell Crossed = Cell.Of(105.825, 21.03);

    /// <summary>Crossed by the line of two root areas (21.06 N), and by that of the groups south of it.</summary>
    public static readonly Cell BetweenRoots = Cell.Of(105.825, 21.06);

    public static readonly IReadOnlyList<string> Owners = ["an", "binh", "chi", "dung", "giang", "hoa"];

    public static readonly IReadOnlyList<string> Givers = ["khanh", "lan", "minh", "nga", "oanh"];

    private readonly Dictionary<string, Guid> ids = [];
    private readonly Dictionary<string, Person> people = [];

    public ServiceFixture Service => service;

    public Guid this[string name] => ids[name];

    public Person Somebody(string name) => people[name];

    public IEnumerable<Guid> Needs =>
        ids.Where(pair => pair.Key.StartsWith("need", StringComparison.Ordinal)).Select(pair => pair.Value);

    public IEnumerable<Guid> Offers =>
        ids.Where(pair => pair.Key.StartsWith("offer", StringComparison.Ordinal)).Select(pair => pair.Value);

    /// <param name="spot">Where in its cell something is, from 0 to 1 eastwards and northwards; asked anew for each.</param>
    /// <param name="named">The ids that the first world got: this one takes them over.</param>
    public async Task Make(Func<(double East, double North)> spot, PrivateWorld? named = null)
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync(NorthernProvince);

        await Need("need 1", "an", Crossed, spot, "food", 4, "urgent");
        await Need("need 2", "binh", BetweenRoots, spot, "food", 2, "soon");
        // A household's repeat: the second need keeps the cell of the first, one further west.
        await Need("need 3", "chi", Crossed.Further(-1), spot, "medicine", 1, "urgent");
        await Need("need 4", "chi", Crossed, spot, "food", 3, "urgent");
        await Need("need 5", "dung", Crossed, spot, "necessities", 5, "routine", onBehalfOf: "0912000005");
        await Need("need 6", "dung", Crossed, spot, "food", 2, "routine", onBehalfOf: "0912000006");
        await Need("need 7 (withdrawn)", "giang", Crossed, spot, "food", 2, "soon");
        await Need("need 8 (hidden)", "hoa", Crossed, spot, "food", 2, "soon");

        // The reach of the first ends inside the crossed cell, short of its centre; the second's beyond it.
        var near = Crossed.Further(4);
        var far = Crossed.Further(-5);
        await Offer("offer 1", "khanh", near, spot, "food", 10, null, near.MetresTo(Crossed) - 60);
        await Offer("offer 2", "lan", far, spot, "food", 10, null, far.MetresTo(Crossed) + 60);
        await Offer("offer 3", "minh", BetweenRoots.Further(2), spot, "food", null, 5, 1000);
        await Offer("offer 4", "nga", Cell.Of(105.83, 21.066), spot, "food", 8, null, 2000);
        await Offer("offer 5", "oanh", Crossed, spot, "necessities", 6, 3, 100);

        if (named is not null)
            await Rename(connection, named);
        await people["giang"]
            .Post($"/api/requests/{this["need 7 (withdrawn)"]}/withdraw", new { reason = "đã có" })
            .Is(HttpStatusCode.OK);
        await connection.ExecuteAsync(
            "select request_hide(@now, @id, true)",
            new { now = service.Clock.GetUtcNow(), id = this["need 8 (hidden)"] }
        );
        await Round();
    }

    public Task Round() =>
        service.App.Services.GetRequiredService<MatchingRound>().Run(CancellationToken.None);

    /// <summary>Every giver says yes to all that they were asked, and half of them bring it.</summary>
    public async Task Accept()
    {
        foreach (string giver in Givers)
        {
            var matches = await somebody(giver)
                .Get("/api/matches?side=giver&status=proposed")
                .Is(HttpStatusCode.OK);
            foreach (var match in matches["items"]!.AsArray())
            {
                using var answer = await somebody(giver).Post($"/api/matches/{match!.Id()}/accept");
                if (answer.IsSuccessStatusCode && giver is "lan" or "oanh")
                    await somebody(giver)
                        .Post($"/api/matches/{match!.Id()}/on-the-way")
                        .Is(HttpStatusCode.OK);
            }
        }
        await Round();

        Person somebody(string name) => people[name];
    }

    private async Task<Person> SomebodyNew(string name) =>
        people.TryGetValue(name, out var known) ? known : people[name] = await service.NewPerson(name);

    private async Task Need(
        string name,
        string owner,
        Cell cell,
        Func<(double East, double North)> spot,
        string category,
        int quantity,
        string urgency,
        string? onBehalfOf = null
    )
    {
        var person = await SomebodyNew(owner);
        var made = await person
            .Post(
                "/api/requests",
                new
                {
                    needs = new[]
                    {
                        new
                        {
                            category,
                            quantity,
                            urgency,
                        },
                    },
                    location = Point(cell, spot),
                    address = $"{name}, ngõ 3",
                    note = "gọi cửa sau",
                    publicNote = name,
                    people = 3,
                    onBehalfOf = onBehalfOf is null
                        ? null
                        : new
                        {
                            name = "Bà Tư",
                            phone = onBehalfOf,
                            consent = true,
                        },
                }
            )
            .Is(HttpStatusCode.Created);
        ids[name] = made["requests"]![0]!.Id();
        ids[$"household of {name}"] = Guid.Parse(made.Text("householdId"));
    }

    private async Task Offer(
        string name,
        string giver,
        Cell cell,
        Func<(double East, double North)> spot,
        string category,
        int? capacity,
        int? perDay,
        double reach
    )
    {
        var person = await SomebodyNew(giver);
        ids[name] = (
            await person
                .Post(
                    "/api/offers",
                    new
                    {
                        category,
                        capacity,
                        perDay,
                        location = Point(cell, spot),
                        reach = (int)reach,
                    }
                )
                .Is(HttpStatusCode.Created)
        ).Id();
    }

    private static JsonObject Point(Cell cell, Func<(double East, double North)> spot)
    {
        var (east, north) = spot();
        var (lon, lat) = cell.At(east, north);
        return new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(lon, lat) };
    }

    // Ids are drawn, and order what is equally near. Rather than to hand a source of ids through the whole service for this
    // one test, every id of this world is exchanged, wherever it stands, for that of its namesake.
    private async Task Rename(NpgsqlConnection connection, PrivateWorld named)
    {
        var pairs = ids.Select(pair => (Old: pair.Value, New: named.ids[pair.Key]))
            .Concat(people.Select(pair => (Old: pair.Value.Id, New: named.people[pair.Key].Id)))
            .ToList();
        await connection.ExecuteAsync(
            """
            set session_replication_role = replica;
            create temporary table renamed on commit preserve rows as
              select * from unnest(@olds::uuid[], @news::uuid[]) r (old, new);
            do $$ declare c record; begin
              for c in select a.attrelid::regclass as t, a.attname as column_name from pg_attribute a join pg_class k on k.oid = a.attrelid
                       where a.atttypid = 'uuid'::regtype and a.attnum > 0 and not a.attisdropped and k.relnamespace = 'public'::regnamespace
                         and k.relkind in ('r', 'p') and not k.relispartition
              loop
                execute format('update %s x set %I = r.new from renamed r where x.%I = r.old', c.t, c.column_name, c.column_name);
              end loop;
            end $$;
            drop table renamed;
            set session_replication_role = default;
            """,
            new
            {
                olds = pairs.Select(pair => pair.Old).ToArray(),
                news = pairs.Select(pair => pair.New).ToArray(),
            }
        );
        foreach (string name in ids.Keys.ToList())
            ids[name] = named.ids[name];
        foreach (string name in people.Keys.ToList())
            people[name] = people[name] with { Id = named.people[name].Id };
    }
}
