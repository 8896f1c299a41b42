using System.Text;
using Dapper;
using MutualAid.Server.Areas;
using MutualAid.Server.Tests.Seeding;

namespace MutualAid.Server.Tests.Areas;

/// <summary>A little province of three wards in two districts, and what becomes of it when it is imported again.</summary>
public sealed class AreaImportTests(Cluster cluster) : NoAreas(cluster)
{
    private static readonly AreaImportOptions Wards = new(
        "ma",
        "ten",
        "ward",
        Parent: "quan",
        ParentName: "ten_quan",
        ParentLevel: "district",
        Root: "Tỉnh Giấy",
        RootCode: "97"
    );

    private static readonly string[] Three =
    [
        Ward("00001", "Phường Một", "901", Box(10, 10, 11, 11)),
        Ward("00002", "Phường Hai", "901", Box(11, 10, 12, 11)),
        Ward("00003", "Phường Ba", "902", Box(10, 11, 12, 12)),
    ];

    [Fact]
    public async Task missing_parents_are_the_union_of_their_children_and_the_tree_knows_its_shape()
    {
        var result = await Import(Wards, Three);
        Assert.Equal(
            (5, 0, 0, 0, 0),
            (result.Added, result.Updated, result.Unchanged, result.Ended, result.Problems.Count)
        );
        Assert.Equal(
            "97 Tỉnh Giấy:4 901 Quận 901:2 902 Quận 902:2 00001 Phường Một:1 00002 Phường Hai:1 00003 Phường Ba:2",
            await Look<string>(
                """
                select string_agg(code || ' ' || name || ':' || round(st_area(boundary::geometry)), ' ' order by cardinality(ancestors), code) from area
                """
            )
        );
        Assert.Equal("Quận 901, Tỉnh Giấy", await Look<string>("select path from area where code = '00002'"));
        Assert.Equal(3, await Look<int>("select count(*)::int from area where leaf and ward"));
    }

    [Fact]
    public async Task those_above_have_the_people_of_all_below_them_where_all_are_known()
    {
        var people = Wards with { Population = "dan" };
        static string Dan(string ward, string value) =>
            ward.Replace("\"ma\"", $"\"dan\": {value}, \"ma\"", StringComparison.Ordinal);
        await Import(people, [Dan(Three[0], "12000"), Dan(Three[1], "\"8000\""), Dan(Three[2], "null")]);
        const string Told =
            "select string_agg(code || ':' || coalesce(population::text, '?'), ' ' order by cardinality(ancestors), code) from area";
        Assert.Equal("97:? 901:20000 902:? 00001:12000 00002:8000 00003:?", await Look<string>(Told));
        // Without the option what is known stays; what is no number leaves its feature out.
        await Import(Wards, Three);
        var result = await Import(
            people,
            [
                Three[0].Replace("\"ma\"", "\"dan\": 5, \"ma\"", StringComparison.Ordinal),
                Dan(Three[1], "\"nhiều\""),
                Dan(Three[2], "1"),
            ]
        );
        Assert.Contains(
            "no number of people: nhiều",
            Assert.Single(result.Problems),
            StringComparison.Ordinal
        );
        Assert.Equal("97:8006 901:8005 902:1 00001:5 00002:8000 00003:1", await Look<string>(Told));
    }

    [Fact]
    public async Task a_point_on_a_long_edge_lies_where_the_flat_map_says()
    {
        await Import(Wards, Three);
        // Between 10° and 12° E the great circle bulges 130 m north of the 11th parallel.
        foreach (var (lat, ward) in ((double, string)[])[(10.9999, "00002"), (11.0001, "00003")])
            Assert.Equal(
                ward,
                await Look<string>(
                    "select a.code from leaf_at(st_setsrid(st_makepoint(11.5, @lat), 4326)::geography) l join area a on a.id = l.area_id",
                    new { lat }
                )
            );
    }

    [Fact]
    public async Task a_second_import_changes_nothing_and_a_new_name_and_boundary_are_taken()
    {
        await Import(Wards, Three);
        var same = await Import(Wards, Three);
        Assert.Equal((0, 0, 3, 0), (same.Added, same.Updated, same.Unchanged, same.Ended));

        var id = await Look<Guid>("select id from area where code = '00003'");
        var moved = await Import(
            Wards,
            [Three[0], Three[1], Ward("00003", "Phường Ba Mới", "902", Box(10, 11, 12, 13))]
        );
        Assert.Equal((0, 1, 2, 0), (moved.Added, moved.Updated, moved.Unchanged, moved.Ended));
        Assert.Equal(
            (id, "Phường Ba Mới"),
            await Row<(Guid, string)>("select id, name from area where code = '00003'")
        );
        Assert.Equal(
            6,
            await Look<double>("select round(st_area(boundary::geometry)) from area where code = '97'")
        );
    }

    [Fact]
    public async Task an_area_that_is_gone_ends_today_names_its_successor_and_keeps_its_requests()
    {
        await Import(Wards, Three);
        var request = await this.GivenRequest(await NewPerson(), lon: 10.5, lat: 10.5);
        var old = await Look<Guid>("select id from area where code = '00001'");

        var result = await Import(
            Wards,
            [Ward("00009", "Phường Chín", "901", Box(10, 10, 12, 11)), Three[2]]
        );
        Assert.Equal((1, 2), (result.Added, result.Ended));
        Assert.Equal(
            (new DateOnly(2026, 11, 23), old),
            await Row<(DateOnly, Guid)>(
                "select a.valid_to, a.id from request r join area a on a.id = r.responsible_area_id and a.id = r.public_area_id where r.id = @request",
                new { request }
            )
        );
        Assert.Equal(
            "00001>00009 00002>00009",
            await Look<string>(
                """
                select string_agg(a.code || '>' || n.code, ' ' order by a.code)
                from area_successor s join area a on a.id = s.area_id join area n on n.id = s.successor_id
                """
            )
        );
        Assert.Equal(
            "00009",
            await Look<string>(
                "select a.code from leaf_at(st_setsrid(st_makepoint(10.5, 10.5), 4326)::geography) l join area a on a.id = l.area_id"
            )
        );
        await this.InvariantsHold();
    }

    [Fact]
    public async Task a_part_of_a_province_is_brought_in_without_ending_the_rest()
    {
        await Import(Wards, Three);
        var result = await Import(
            Wards with
            {
                Keep = true,
            },
            [Ward("00004", "Phường Bốn", "903", Box(12, 10, 13, 12))]
        );
        Assert.Equal((2, 0), (result.Added, result.Ended));
        Assert.Equal(4, await Look<int>("select count(*)::int from area where leaf and valid_to is null"));
    }

    [Fact]
    public async Task a_feature_that_cannot_be_used_is_named_with_its_reason_and_its_area_does_not_end()
    {
        await Import(Wards, Three);
        var result = await Import(
            Wards,
            [
                Three[0],
                Three[1],
                Ward("00003", "Phường Ba", "902", """{"type":"Point","coordinates":[10,10]}"""),
                """{"type":"Feature","properties":{"ma":"00005","ten":"Không quận"},"geometry":null}""",
                Ward(
                    "00006",
                    "Phường Sáu",
                    "902",
                    """{"type":"Polygon","coordinates":[[[10,10],[11,10],[10,10]]]}"""
                ),
                Ward("00001", "Phường Khác", "901", Box(10, 10, 11, 11)),
            ]
        );
        Assert.Equal(
            [
                "feature 2 (00003) is a Point: areas are Polygon or MultiPolygon",
                "feature 3 (00005) has no quan; its properties are ma, ten",
                "feature 4 (00006) has a ring of fewer than three points",
                "feature 5 (00001) has the code of another area, Phường Một",
            ],
            result.Problems
        );
        Assert.Equal((0, 0), (result.Added, result.Ended));
        Assert.Equal(
            3,
            await Look<int>("select count(*)::int from area where level = 'ward' and valid_to is null")
        );
    }

    [Fact]
    public async Task a_bowtie_becomes_its_two_halves_parts_of_one_code_are_one_area_and_holes_stay()
    {
        await Import(
            Wards,
            [
                Ward(
                    "00001",
                    "Nơ",
                    "901",
                    """{"type":"Polygon","coordinates":[[[10,10],[12,12],[12,10],[10,12],[10,10]]]}"""
                ),
                Ward("00002", "Hai đảo", "901", Box(20, 10, 21, 11)),
                Ward("00002", "Hai đảo", "901", Box(22, 10, 23, 11)),
                Ward(
                    "00003",
                    "Vòng",
                    "902",
                    """{"type":"MultiPolygon","coordinates":[[[[30,10],[33,10],[33,13],[30,13]],[[31,11],[31,12],[32,12],[32,11],[31,11]]]]}"""
                ),
            ]
        );
        Assert.Equal(
            "00001:2:2 00002:2:2 00003:1:8",
            await Look<string>(
                """
                select string_agg(code || ':' || st_numgeometries(boundary::geometry) || ':' || round(st_area(boundary::geometry)), ' ' order by code)
                from area where level = 'ward' and st_isvalid(boundary::geometry)
                """
            )
        );
    }

    [Theory]
    [InlineData(
        """{"type":"Polygon","coordinates":[[[21.0,105.8],[21.1,105.8],[21.1,105.9],[21.0,105.8]]]}""",
        "latitude first"
    )]
    [InlineData(
        """{"type":"Polygon","coordinates":[[[587000,2326000],[588000,2326000],[588000,2327000],[587000,2326000]]]}""",
        "projected"
    )]
    public async Task swapped_and_projected_coordinates_are_refused_with_what_to_do(
        string geometry,
        string says
    )
    {
        var refused = await Assert.ThrowsAsync<ImportException>(() =>
            Import(Wards, [Ward("00001", "Ngược", "901", geometry)])
        );
        Assert.Contains(says, refused.Message);
        Assert.Equal(0, await Look<int>("select count(*)::int from area"));
    }

    [Theory]
    [InlineData("""{"type":"Feature","properties":{}}""", "not a GeoJSON FeatureCollection")]
    [InlineData("""{"type":"FeatureCollection"}""", "no \"features\"")]
    [InlineData("""{"type":"FeatureCollection","features":[]}""", "no features")]
    [InlineData("""{"type":"FeatureCollection","features":[{"type":"Fea""", "not JSON")]
    [InlineData("""[1, 2]""", "not a GeoJSON FeatureCollection")]
    [InlineData(
        """{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3405"}},"features":[]}""",
        "EPSG:4326"
    )]
    public async Task a_file_of_another_kind_is_refused_by_name(string text, string says)
    {
        var refused = await Assert.ThrowsAsync<ImportException>(() =>
            Import(Wards, Encoding.UTF8.GetBytes(text))
        );
        Assert.Contains(says, refused.Message);
    }

    [Fact]
    public async Task a_file_larger_than_the_buffer_is_read_in_pieces_with_members_before_and_after()
    {
        string circle = string.Join(
            ',',
            Enumerable
                .Range(0, 5_000)
                .Select(i =>
                    FormattableString.Invariant(
                        $"[{10 + Math.Cos(i * Math.Tau / 5_000)},{10 + Math.Sin(i * Math.Tau / 5_000)}]"
                    )
                )
        );
        string[] features =
        [
            .. Enumerable.Range(0, 20).Select(i => Ward($"{i:D5}", $"Phường {i}", "901", Ring(circle))),
        ];
        byte[] text = Encoding.UTF8.GetBytes(
            """{"name":"x","bbox":[1,2,3,4],"type":"FeatureCollection","features":["""
                + string.Join(',', features)
                + """],"more":{"features":[1]}}"""
        );
        var result = await Import(Wards, [.. Encoding.UTF8.GetPreamble(), .. text]);
        Assert.Equal((21, 0), (result.Added, result.Problems.Count));
        Assert.Equal(
            5_001,
            await Look<int>("select max(st_npoints(boundary::geometry)) from area where level = 'ward'")
        );
    }

    [Fact]
    public async Task without_a_root_the_topmost_are_roots_themselves()
    {
        await Import(
            Wards with
            {
                Root = null,
                RootCode = null,
                TimeZone = "America/Port-au-Prince",
                CellMetres = 500,
            },
            Three
        );
        Assert.Equal(
            "901:500:America/Port-au-Prince 902:500:America/Port-au-Prince",
            await Look<string>(
                "select string_agg(code || ':' || cell_metres || ':' || time_zone, ' ' order by code) from area where root_id = id"
            )
        );
        Assert.Equal(3, (await Import(Wards with { Root = null, RootCode = null }, Three)).Unchanged);
    }

    [Fact]
    public async Task the_grid_cannot_change_under_requests()
    {
        await Import(Wards, Three);
        await this.GivenRequest(await NewPerson(), lon: 10.5, lat: 10.5);
        var refused = await Assert.ThrowsAsync<ImportException>(() =>
            Import(Wards with { CellMetres = 500 }, Three)
        );
        Assert.Contains("--cell", refused.Message);
    }

    private Task<AreaImportResult> Import(AreaImportOptions options, params string[] features) =>
        Import(
            options,
            Encoding.UTF8.GetBytes(
                $$"""{"type":"FeatureCollection","features":[{{string.Join(",\n", features)}}]}"""
            )
        );

    private async Task<AreaImportResult> Import(AreaImportOptions options, byte[] text)
    {
        using var file = new MemoryStream(text);
        return await new AreaImport(Settings, Clock, _ => { }).Run(file, options, CancellationToken.None);
    }

    private async Task<T> Row<T>(string sql, object? values = null)
    {
        await using var connection = await Open();
        return await connection.QuerySingleAsync<T>(sql, values);
    }

    private static string Ward(string code, string name, string parent, string geometry) =>
        $$$"""{"type":"Feature","properties":{"ma":"{{{code}}}","ten":"{{{name}}}","quan":{{{parent}}},"ten_quan":"Quận {{{parent}}}"},"geometry":{{{geometry}}}}""";

    private static string Ring(string positions) =>
        """{"type":"Polygon","coordinates":[[""" + positions + "]]}";

    private static string Box(double west, double south, double east, double north) =>
        Ring(
            FormattableString.Invariant(
                $"[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]"
            )
        );
}
