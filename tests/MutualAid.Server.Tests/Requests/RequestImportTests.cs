using System.Text;
using MutualAid.Server.Areas;
using MutualAid.Server.Requests;

namespace MutualAid.Server.Tests.Requests;

/// <summary>A file of calls for help from elsewhere, with what real ones have in them.</summary>
public sealed class RequestImportTests(Cluster cluster) : ServiceFixture(cluster)
{
    private static readonly RequestImportOptions Usual = new(
        "2010",
        new Dictionary<string, string>
        {
            ["id"] = "serial",
            ["lon"] = "lon",
            ["lat"] = "lat",
            ["category"] = "what",
            ["time"] = "time",
        }
    )
    {
        Values = [new("category", "food", "food"), new("category", "WATER", "necessities")],
        Defaults = new Dictionary<string, string>
        {
            ["category"] = "other",
            ["quantity"] = "2",
            ["urgency"] = "urgent",
        },
        TimeFormat = "dd/MM/yyyy HH:mm",
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"),
        ExpiresIn = TimeSpan.FromDays(3),
    };

    private const string Good = """
        serial,time,lat,lon,what
        1,20/11/2026 08:30,21.01,105.81,"2a. Food Shortage, 2b. Water"
        2,21/11/2026 23:06,21.05,105.83,Clean water
        3,22/11/2026 00:00,21.02,105.88,Roof
        """;

    [Fact]
    public async Task rows_become_requests_where_and_when_they_were_made_by_the_rules_of_a_post()
    {
        var result = await Import(Good);
        Assert.Equal((3, 0, 0), (result.Imported, result.KnownBefore, result.Problems.Count));
        Assert.Equal(
            "food:2:urgent:2026-11-20 01:30 necessities:2:urgent:2026-11-21 16:06 other:2:urgent:2026-11-21 17:00",
            await Look<string>(
                """
                select string_agg(c.code || ':' || r.quantity || ':' || r.urgency || ':' || to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), ' ' order by r.created_at)
                from request r join category c on c.id = r.category_id
                """
            )
        );
        Assert.Equal(
            0,
            await Look<int>(
                """
                select count(*)::int from request r join request_private p on p.request_id = r.id
                cross join lateral leaf_at(p.place) l cross join lateral public_location(p.place) g
                where (r.responsible_area_id, p.outside, r.public_area_id, r.cell_row, r.cell_column, r.public_place::bytea)
                  is distinct from (l.area_id, l.outside, g.area_id, g.cell_row, g.cell_column, g.place::bytea)
                """
            )
        );
        Assert.Equal(
            3,
            await Look<int>(
                "select count(*)::int from request where expires_at = clock() + interval '3 days' and status = 'open'"
            )
        );
        // Of one account that nobody can sign in to; readers of the change log hear of each.
        Assert.Equal(1, await Look<int>("select count(distinct account_id)::int from request"));
        Assert.Equal(
            0,
            await Look<int>(
                "select count(*)::int from request r join account_private a on a.account_id = r.account_id"
            )
        );
        Assert.Equal(
            3,
            await Look<int>("select count(*)::int from change where subject = 'request' and public")
        );
        await this.InvariantsHold();
    }

    [Fact]
    public async Task nothing_is_imported_twice_and_what_is_new_is()
    {
        await Import(Good);
        var again = await Import(Good + "\n4,22/11/2026 10:00,21.02,105.88,food\n");
        Assert.Equal((1, 3, 0), (again.Imported, again.KnownBefore, again.Problems.Count));
        // Another source may use the same numbers.
        Assert.Equal(3, (await Import(Good, Usual with { Source = "2011" })).Imported);
        Assert.Equal(7, await Look<int>("select count(*)::int from request"));
    }

    [Fact]
    public async Task a_file_without_ids_is_known_by_what_its_rows_say()
    {
        var options = Usual with { Columns = Usual.Columns.Where(pair => pair.Key != "id").ToDictionary() };
        Assert.Equal(3, (await Import(Good, options)).Imported);
        var again = await Import(Good, options);
        Assert.Equal((0, 3), (again.Imported, again.KnownBefore));
    }

    [Fact]
    public async Task each_bad_row_is_named_by_its_line_and_the_others_come_in()
    {
        string bad = """
            serial;time;lat;lon;what
            1;20/11/2026 08:30;21,01;105,81;food
            2;20/11/2026 08:30;105.81;21.01;food
            3;20/11/2026 08:30;50.226;5.73;food
            4;2026-11-20;21.01;105.81;food
            5;20/11/2027 08:30;21.01;105.81;food
            6;20/11/2026 08:30;north;105.81;food
            7;20/11/2026 08:30;21.01
            1;20/11/2026 08:30;21.01;105.81;food
            ;20/11/2026 08:30;21.01;105.81;food
            10;20/11/2026 08:30;21.01;105.81;"food
            and rice"
            11;20/11/2026 08:30;21.01;105.81;stones
            12;20/11/2026 08:30;21.01;105.81;food
            """;
        var result = await Import(bad, Usual with { Defaults = new Dictionary<string, string>() });
        Assert.Equal(
            [
                "line 3: lon, lat: Longitude comes first. Did you mean [105.81, 21.01]?",
                "line 4: no area within 50 km of 5.73, 50.226",
                "line 5: time '2026-11-20': A date and time: 2026-11-23T09:00:00+07:00, or as --date-format says.",
                "line 6: time '20/11/2027 08:30': This time has not come yet.",
                "line 7: lat 'north': Longitude and latitude in degrees, longitude first: [106.70, 10.77].",
                "line 8: 3 columns where the header has 5",
                "line 9: the same id as line 2",
                "line 10: id: This is needed.",
                "line 13: category 'stones': One of: food, necessities, medicine, medical-supplies, health-advice, transport, other.",
            ],
            result.Problems.Select(problem => problem.ToString())
        );
        Assert.Equal(3, result.Imported);
        Assert.Equal(3, await Look<int>("select count(*)::int from request"));
    }

    [Fact]
    public async Task whoever_is_named_by_telephone_is_told_and_a_repeat_is_linked()
    {
        string file = """
            what,lon,lat,phone,name,note,publicNote,address
            food,105.81,21.01,0912 345 678,Bà Tư,cửa sau,"gọi 0912345678, nhà 12",12 ngõ 3
            food,105.81,21.01,+84912345678,Bà Tư,,,
            food,105.81,21.01,12345,Ai đó,,,
            """;
        string[] fields = ["lon", "lat", "phone", "name", "note", "publicNote", "address"];
        var columns = fields.ToDictionary(field => field);
        columns["category"] = "what";
        var result = await Import(file, new RequestImportOptions("phường", columns));
        Assert.Equal(["line 4"], result.Problems.Select(problem => problem.ToString().Split(':')[0]));
        Assert.Equal(
            2,
            await Look<int>(
                "select count(*)::int from request_private where phone = '+84912345678' and name = 'Bà Tư'"
            )
        );
        Assert.Equal(2, await Look<int>("select count(*)::int from outbox where kind = 'behalf'"));
        Assert.Equal(
            1,
            await Look<int>("select count(distinct phone_hash)::int from household where on_behalf")
        );
        string note = (await Look<string>("select public_note from request where public_note is not null"))!;
        Assert.DoesNotContain("0912345678", note);
        Assert.DoesNotContain("12", note);
    }

    [Fact]
    public async Task old_requests_come_in_expired_unless_a_new_expiry_is_said()
    {
        string file = "serial,time,lat,lon,what\n1,13/01/2010 08:30,21.01,105.81,food\n";
        Assert.Equal(1, (await Import(file, Usual with { ExpiresIn = null })).Imported);
        Assert.Equal(
            new DateTime(2010, 1, 16, 1, 30, 0, DateTimeKind.Utc),
            await Look<DateTime>("select expires_at from request")
        );
    }

    [Fact]
    public async Task a_file_that_does_not_fit_is_refused_by_name_before_anything_is_written()
    {
        async Task Refused(string text, RequestImportOptions options, string says) =>
            Assert.Contains(
                says,
                (await Assert.ThrowsAsync<ImportException>(() => Import(text, options))).Message
            );
        await Refused("", Usual, "empty");
        await Refused("a,b\n1,2\n", Usual, "no column 'serial'; its columns are a, b");
        await Refused(
            Good,
            Usual with
            {
                Columns = new Dictionary<string, string> { ["lon"] = "lon" },
            },
            "--map lat"
        );
        await Refused(
            Good,
            Usual with
            {
                Defaults = new Dictionary<string, string> { ["colour"] = "red" },
            },
            "'colour' is no field"
        );
        var latin = await Assert.ThrowsAsync<ImportException>(() =>
            Import([.. Encoding.UTF8.GetBytes(Good), 0xE9, 0x0A])
        );
        Assert.Contains("UTF-8", latin.Message);
        Assert.Equal(0, await Look<int>("select count(*)::int from request"));
    }

    private Task<RequestImportResult> Import(string text, RequestImportOptions? options = null) =>
        Import(Encoding.UTF8.GetBytes(text), options);

    private async Task<RequestImportResult> Import(byte[] text, RequestImportOptions? options = null)
    {
        using var file = new MemoryStream(text);
        return await new RequestImport(Settings, Clock, _ => { }).Run(
            file,
            options ?? Usual,
            CancellationToken.None
        );
    }
}
