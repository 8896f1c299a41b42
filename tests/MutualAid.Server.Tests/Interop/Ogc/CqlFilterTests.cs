using System.Globalization;
using System.Text;
using Dapper;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>CQL2, as text and as JSON, against plain LINQ over the same rows.</summary>
public sealed class CqlFilterTests(OgcWorld world) : IClassFixture<OgcWorld>
{
    private const string Box = "BBOX(105.85,21.0,105.9,21.03)";

    // A filter in text, the same in JSON where that is written otherwise than the text's tree, and what it means.
    private static readonly (string Text, string? Json, Func<Row, bool> Means)[] Filters =
    [
        (
            "category = 'food'",
            """{"op":"=","args":[{"property":"category"},"food"]}""",
            row => row.Category == "food"
        ),
        ("'food' = category", null, row => row.Category == "food"),
        ("\"category\" = 'food'", null, row => row.Category == "food"),
        (
            "category <> 'food'",
            """{"op":"<>","args":[{"property":"category"},"food"]}""",
            row => row.Category != "food"
        ),
        ("category > 'medicine'", null, row => string.CompareOrdinal(row.Category, "medicine") > 0),
        ("quantity > 3", """{"op":">","args":[{"property":"quantity"},3]}""", row => row.Quantity > 3),
        (
            "quantity >= 3 AND quantity <= 6",
            """{"op":"and","args":[{"op":">=","args":[{"property":"quantity"},3]},{"op":"<=","args":[{"property":"quantity"},6]}]}""",
            row => row.Quantity is >= 3 and <= 6
        ),
        ("quantity < 2.5", """{"op":"<","args":[{"property":"quantity"},2.5]}""", row => row.Quantity < 2.5),
        ("quantity = 4.0", null, row => row.Quantity == 4),
        ("quantity < 3e0", null, row => row.Quantity < 3),
        ("quantity > -1", """{"op":">","args":[{"property":"quantity"},-1]}""", _ => true),
        ("quantity > 99999999999", null, _ => false),
        ("category = 'food' OR category = 'other' AND quantity > 100", null, row => row.Category == "food"),
        (
            "(category = 'food' OR category = 'other') AND quantity > 4",
            null,
            row => row.Category is "food" or "other" && row.Quantity > 4
        ),
        (
            "NOT category = 'food'",
            """{"op":"not","args":[{"op":"=","args":[{"property":"category"},"food"]}]}""",
            row => row.Category != "food"
        ),
        (
            "NOT (category = 'food' OR quantity > 2)",
            null,
            row => !(row.Category == "food" || row.Quantity > 2)
        ),
        ("NOT NOT category = 'food'", null, row => row.Category == "food"),
        ("verified = true", """{"op":"=","args":[{"property":"verified"},true]}""", row => row.Verified),
        ("verified", """{"property":"verified"}""", row => row.Verified),
        ("NOT verified AND TRUE", null, row => !row.Verified),
        ("verified <> FALSE OR false", null, row => row.Verified),
        // null: neither a comparison with it nor its opposite holds
        ("people IS NULL", """{"op":"isNull","args":[{"property":"people"}]}""", row => row.People is null),
        (
            "people IS NOT NULL",
            """{"op":"not","args":[{"op":"isNull","args":[{"property":"people"}]}]}""",
            row => row.People is not null
        ),
        (
            "people <> 4",
            """{"op":"<>","args":[{"property":"people"},4]}""",
            row => row.People is not null && row.People != 4
        ),
        ("NOT people = 4", null, row => row.People is not null && row.People != 4),
        ("NOT (people > 4)", null, row => row.People <= 4),
        (
            "NOT (publicNote LIKE '%gao%')",
            null,
            row => row.Note is not null && !row.Note.Contains("gao", StringComparison.Ordinal)
        ),
        ("people = 4 OR publicNote IS NULL", null, row => row.People == 4 || row.Note is null),
        // text
        (
            "publicNote LIKE '%gạo%'",
            """{"op":"like","args":[{"property":"publicNote"},"%gạo%"]}""",
            row => row.Note?.Contains("gạo", StringComparison.Ordinal) == true
        ),
        (
            "publicNote LIKE 'can%'",
            null,
            row => row.Note?.StartsWith("can", StringComparison.Ordinal) == true
        ),
        ("publicNote LIKE '_an gao'", null, row => row.Note == "can gao"),
        (
            "publicNote NOT LIKE '%gạo%'",
            null,
            row => row.Note?.Contains("gạo", StringComparison.Ordinal) == false
        ),
        (
            "publicNote LIKE '%100\\%'",
            """{"op":"like","args":[{"property":"publicNote"},"%100\\%"]}""",
            row => row.Note?.EndsWith("100%", StringComparison.Ordinal) == true
        ),
        (
            "publicNote LIKE '%ho\\_trẻ%'",
            null,
            row => row.Note?.Contains("ho_trẻ", StringComparison.Ordinal) == true
        ),
        (
            "CASEI(publicNote) LIKE CASEI('%gẠO%')",
            """{"op":"like","args":[{"op":"casei","args":[{"property":"publicNote"}]},{"op":"casei","args":["%gẠO%"]}]}""",
            row => row.Note?.ToLowerInvariant().Contains("gạo", StringComparison.Ordinal) == true
        ),
        (
            "publicNote ILIKE '%GẠO%'",
            null,
            row => row.Note?.ToLowerInvariant().Contains("gạo", StringComparison.Ordinal) == true
        ),
        (
            "ACCENTI(publicNote) LIKE ACCENTI('%gạo%')",
            """{"op":"like","args":[{"op":"accenti","args":[{"property":"publicNote"}]},{"op":"accenti","args":["%gạo%"]}]}""",
            row => Bare(row.Note)?.Contains("gao", StringComparison.Ordinal) == true
        ),
        (
            "CASEI(ACCENTI(publicNote)) LIKE CASEI(ACCENTI('%Gạo%'))",
            """{"op":"like","args":[{"op":"casei","args":[{"op":"accenti","args":[{"property":"publicNote"}]}]},{"op":"casei","args":[{"op":"accenti","args":["%Gạo%"]}]}]}""",
            row => Bare(row.Note)?.ToLowerInvariant().Contains("gao", StringComparison.Ordinal) == true
        ),
        (
            "ACCENTI(CASEI(publicNote)) LIKE 'duong%'",
            null,
            row => Bare(row.Note)?.ToLowerInvariant().StartsWith("duong", StringComparison.Ordinal) == true
        ),
        // the same letter typed in parts
        (
            "CASEI(publicNote) LIKE CASEI('%ga\u0323o%')",
            null,
            row => row.Note?.ToLowerInvariant().Contains("gạo", StringComparison.Ordinal) == true
        ),
        ("CASEI(publicNote) = CASEI('CAN GAO')", null, row => row.Note?.ToLowerInvariant() == "can gao"),
        (
            "publicNote = 'It''s O''Brien''s'",
            """{"op":"=","args":[{"property":"publicNote"},"It's O'Brien's"]}""",
            row => row.Note == "It's O'Brien's"
        ),
        ("publicNote = 'It\\'s O\\'Brien\\'s'", null, row => row.Note == "It's O'Brien's"),
        ("publicNote = ''' or true --'", null, _ => false),
        (
            "publicNote <> ''",
            """{"op":"<>","args":[{"property":"publicNote"},""]}""",
            row => row.Note is not null
        ),
        // lists and ranges
        (
            "category IN ('food', 'other')",
            """{"op":"in","args":[{"property":"category"},["food","other"]]}""",
            row => row.Category is "food" or "other"
        ),
        (
            "quantity NOT IN (1, 2, 3)",
            """{"op":"not","args":[{"op":"in","args":[{"property":"quantity"},[1,2,3]]}]}""",
            row => row.Quantity > 3
        ),
        (
            "CASEI(category) IN (CASEI('FOOD'), casei('Other'))",
            null,
            row => row.Category is "food" or "other"
        ),
        (
            "quantity BETWEEN 2 AND 5",
            """{"op":"between","args":[{"property":"quantity"},2,5]}""",
            row => row.Quantity is >= 2 and <= 5
        ),
        (
            "quantity NOT BETWEEN 2 AND 5 AND verified",
            null,
            row => row.Quantity is < 2 or > 5 && row.Verified
        ),
        // numbers
        (
            "quantity + 1 = 5",
            """{"op":"=","args":[{"op":"+","args":[{"property":"quantity"},1]},5]}""",
            row => row.Quantity == 4
        ),
        (
            "quantity * 2 - 1 > people",
            """{"op":">","args":[{"op":"-","args":[{"op":"*","args":[{"property":"quantity"},2]},1]},{"property":"people"}]}""",
            row => row.Quantity * 2 - 1 > row.People
        ),
        (
            "quantity / 2 = 1.5",
            """{"op":"=","args":[{"op":"/","args":[{"property":"quantity"},2]},1.5]}""",
            row => row.Quantity / 2.0 == 1.5
        ),
        (
            "quantity div 2 = 1",
            """{"op":"=","args":[{"op":"div","args":[{"property":"quantity"},2]},1]}""",
            row => row.Quantity / 2 == 1
        ),
        (
            "quantity % 2 = 0",
            """{"op":"=","args":[{"op":"%","args":[{"property":"quantity"},2]},0]}""",
            row => row.Quantity % 2 == 0
        ),
        (
            "quantity ^ 2 > 20",
            """{"op":">","args":[{"op":"^","args":[{"property":"quantity"},2]},20]}""",
            row => row.Quantity * row.Quantity > 20
        ),
        ("-quantity < -4", null, row => -row.Quantity < -4),
        ("(quantity + people) * 2 > 20", null, row => (row.Quantity + row.People) * 2 > 20),
        (
            "unmet = quantity",
            """{"op":"=","args":[{"property":"unmet"},{"property":"quantity"}]}""",
            row => row.Unmet == row.Quantity
        ),
        ("people > quantity", null, row => row.People > row.Quantity),
        // places
        (
            $"S_INTERSECTS(geometry, {Box})",
            """{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[105.85,21.0,105.9,21.03]}]}""",
            row => row.In(105.85, 21.0, 105.9, 21.03)
        ),
        (
            "S_WITHIN(geometry, POLYGON((105.85 21, 105.9 21, 105.9 21.03, 105.85 21.03, 105.85 21)))",
            """{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[105.85,21],[105.9,21],[105.9,21.03],[105.85,21.03],[105.85,21]]]}]}""",
            row => row.In(105.85, 21.0, 105.9, 21.03)
        ),
        ($"S_CONTAINS({Box}, geometry)", null, row => row.In(105.85, 21.0, 105.9, 21.03)),
        (
            $"S_DISJOINT(geometry, {Box})",
            """{"op":"s_disjoint","args":[{"property":"geometry"},{"bbox":[105.85,21.0,105.9,21.03]}]}""",
            row => !row.In(105.85, 21.0, 105.9, 21.03)
        ),
        (
            $"INTERSECTS(geometry, {Box}) AND NOT verified",
            null,
            row => row.In(105.85, 21.0, 105.9, 21.03) && !row.Verified
        ),
        (
            "S_INTERSECTS(geometry, MULTIPOLYGON(((106 10, 107 10, 107 11, 106 11, 106 10)), ((105.85 21, 105.9 21, 105.9 21.03, 105.85 21.03, 105.85 21))))",
            """{"op":"s_intersects","args":[{"property":"geometry"},{"type":"MultiPolygon","coordinates":[[[[106,10],[107,10],[107,11],[106,11],[106,10]]],[[[105.85,21],[105.9,21],[105.9,21.03],[105.85,21.03],[105.85,21]]]]}]}""",
            row => row.In(105.85, 21.0, 105.9, 21.03) || row.In(106, 10, 107, 11)
        ),
        (
            "S_INTERSECTS(geometry, POLYGON((105 20, 106 20, 106 22, 105 22, 105 20), (105.85 21, 105.9 21, 105.9 21.03, 105.85 21.03, 105.85 21)))",
            null,
            row => row.In(105, 20, 106, 22) && !row.In(105.85, 21.0, 105.9, 21.03)
        ),
        (
            "S_EQUALS(geometry, POINT(0 0)) OR S_CROSSES(geometry, LINESTRING(0 0, 1 1)) OR S_TOUCHES(geometry, POINT(1 1)) OR S_OVERLAPS(geometry, MULTIPOINT((1 1), (2 2)))",
            null,
            _ => false
        ),
        (
            "S_INTERSECTS(geometry, BBOX(105.85,21.0,-9,105.9,21.03,9))",
            null,
            row => row.In(105.85, 21.0, 105.9, 21.03)
        ),
        // times
        (
            "createdAt > TIMESTAMP('{3}')",
            """{"op":">","args":[{"property":"createdAt"},{"timestamp":"{3}"}]}""",
            row => row.Number > 3
        ),
        ("createdAt >= '{3}'", null, row => row.Number >= 3),
        (
            "T_AFTER(createdAt, TIMESTAMP('{5}'))",
            """{"op":"t_after","args":[{"property":"createdAt"},{"timestamp":"{5}"}]}""",
            row => row.Number > 5
        ),
        ("T_BEFORE(createdAt, TIMESTAMP('{5}'))", null, row => row.Number < 5),
        ("T_EQUALS(createdAt, TIMESTAMP('{5}'))", null, row => row.Number == 5),
        (
            "T_DURING(createdAt, INTERVAL('{2}', '{8}'))",
            """{"op":"t_during","args":[{"property":"createdAt"},{"interval":["{2}","{8}"]}]}""",
            row => row.Number is > 2 and < 8
        ),
        ("T_INTERSECTS(createdAt, INTERVAL('{2}', '{8}'))", null, row => row.Number is >= 2 and <= 8),
        (
            "T_INTERSECTS(createdAt, INTERVAL('..', '{8}'))",
            """{"op":"t_intersects","args":[{"property":"createdAt"},{"interval":["..","{8}"]}]}""",
            row => row.Number <= 8
        ),
        ("T_DISJOINT(createdAt, INTERVAL('{2}', '..'))", null, row => row.Number < 2),
        ("T_AFTER(INTERVAL(createdAt, expiresAt), TIMESTAMP('{5}'))", null, row => row.Number > 5),
        (
            "T_CONTAINS(INTERVAL(createdAt, neededBy), TIMESTAMP('{9}'))",
            null,
            row =>
                row.NeededBy is { } by
                && row.Number < 9
                && by > row.At + TimeSpan.FromHours(7 * (9 - row.Number))
        ),
        ("T_STARTS(INTERVAL(createdAt, createdAt), INTERVAL('{4}', '..'))", null, row => row.Number == 4),
        (
            "T_MEETS(createdAt, INTERVAL('{4}', '..')) OR T_FINISHES(createdAt, INTERVAL('..', '{6}'))",
            null,
            row => row.Number is 4 or 6
        ),
        ("createdAt < DATE('2126-01-01') AND T_BEFORE(createdAt, DATE('2126-01-01'))", null, _ => true),
        ("neededBy IS NOT NULL AND neededBy > createdAt", null, row => row.NeededBy is not null),
    ];

    [Fact]
    public async Task every_filter_finds_in_text_and_in_json_what_linq_finds()
    {
        var rows = await Rows();
        var wrong = new StringBuilder();
        int asked = 0;
        foreach (var (text, json, means) in Filters)
        {
            var meant = rows.Where(means).Select(row => row.Id).ToArray();
            foreach (
                var (filter, language) in new[]
                {
                    (text, "cql2-text"),
                    (text, "cql-text"),
                    (json, "cql2-json"),
                }
            )
            {
                if (filter is null)
                    continue;
                string said = Times(filter, rows);
                using var answer = await world.Ask(
                    $"/collections/requests/items?filter-lang={language}&filter={Uri.EscapeDataString(said)}"
                );
                string body = await answer.Content.ReadAsStringAsync();
                var found = answer.IsSuccessStatusCode
                    ? OgcWorld.IdsOf(System.Text.Json.Nodes.JsonNode.Parse(body)!)
                    : null;
                asked++;
                if (found is null || !meant.SequenceEqual(found))
                    wrong.AppendLine(
                        CultureInfo.InvariantCulture,
                        $"{said}\n  meant {Numbers(rows, meant)}, found {(found is null ? body : Numbers(rows, found))}"
                    );
            }
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(asked > 180, $"{asked}");
    }

    [Theory]
    [InlineData("", "filter", "Say this")]
    [InlineData("category", "filter", "At character 1")]
    [InlineData("category =", "filter", "At character 11")]
    [InlineData("category = 'food", "filter", "At character 12")]
    [InlineData("= 'food'", "filter", "At character 1")]
    [InlineData("category = 'food' AND", "filter", "At character 22")]
    [InlineData("category = 'food' quantity", "filter", "At character 19: expected the end")]
    [InlineData("colour = 'red'", "filter", "no property colour")]
    [InlineData("phone = '1' OR category = 'food'", "filter", "no property phone")]
    [InlineData("category = 5", "filter", "At character 10")]
    [InlineData("quantity = 'many'", "filter", "types")]
    [InlineData("quantity LIKE '1%'", "filter", "types")]
    [InlineData("verified > true", "filter", "types")]
    [InlineData("id > 'x'", "filter", "not a right value")]
    [InlineData("id = '1'", "filter", "not a right value")]
    [InlineData("createdAt > 'yesterday'", "filter", "not a right value")]
    [InlineData("createdAt > TIMESTAMP('2026-02-30T00:00:00Z')", "filter", "not a right value")]
    [InlineData("createdAt > TIMESTAMP(quantity)", "filter", "expected")]
    [InlineData("quantity = 1e999", "filter", "not a right value")]
    [InlineData("publicNote LIKE 'x\\'", "filter", "")]
    [InlineData("upper(category) = 'FOOD'", "filter", "UPPER is not supported")]
    [InlineData("pg_sleep(5) IS NULL", "filter", "PG_SLEEP is not supported")]
    [InlineData("A_CONTAINS(category, ('a'))", "filter", "A_CONTAINS is not supported")]
    [InlineData("T_SOMETIMES(createdAt, createdAt)", "filter", "T_SOMETIMES is not supported")]
    [InlineData("S_NEAR(geometry, POINT(1 1))", "filter", "S_NEAR is not supported")]
    [InlineData("S_INTERSECTS(geometry)", "filter", "S_INTERSECTS: 2")]
    [InlineData("S_INTERSECTS(geometry, 5)", "filter", "types")]
    [InlineData("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0)))", "filter", "not a right geometry")]
    [InlineData("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 2 2)))", "filter", "not a right geometry")]
    [InlineData("S_INTERSECTS(geometry, LINESTRING(0 0))", "filter", "not a right geometry")]
    [InlineData("S_INTERSECTS(geometry, POINT(200 0))", "filter", "not a right geometry")]
    [InlineData("S_INTERSECTS(geometry, POINT(1))", "filter", "a number")]
    [InlineData("S_INTERSECTS(geometry, POINT(1 x))", "filter", "a number")]
    [InlineData("S_INTERSECTS(geometry, BBOX(1,2,3))", "filter", "BBOX")]
    [InlineData("S_INTERSECTS(geometry, BBOX(1,3,2,1))", "filter", "BBOX")]
    [InlineData("geometry = POINT(1 1)", "filter", "types")]
    [InlineData("quantity / 0 > 1", "filter", "reckoned")]
    [InlineData("quantity * 2000000000 > 1", "filter", "reckoned")]
    [InlineData("quantity IN ()", "filter", "expected")]
    [InlineData("quantity BETWEEN 1", "filter", "expected AND")]
    [InlineData("quantity NOT 5", "filter", "LIKE, BETWEEN or IN")]
    [InlineData("INTERVAL('2026-01-01','..')", "filter", "types")]
    [InlineData("category = 'food'; drop table request", "filter", "At character 18")]
    [InlineData("§", "filter", "At character 1")]
    [InlineData("{", "filter", "expected JSON", "cql2-json")]
    [InlineData("[]", "filter", "expected", "cql2-json")]
    [InlineData("{}", "filter", "expected", "cql2-json")]
    [InlineData("5", "filter", "types", "cql2-json")]
    [InlineData("{\"op\":\"=\"}", "filter", "args", "cql2-json")]
    [InlineData("{\"op\":\"=\",\"args\":[1]}", "filter", "/args", "cql2-json")]
    [InlineData("{\"op\":5,\"args\":[1]}", "filter", "/op", "cql2-json")]
    [InlineData("{\"op\":\"in\",\"args\":[{\"property\":\"quantity\"},5]}", "filter", "/args/1", "cql2-json")]
    [InlineData(
        "{\"op\":\"=\",\"args\":[{\"property\":\"colour\"},\"red\"]}",
        "filter",
        "no property colour",
        "cql2-json"
    )]
    [InlineData("{\"op\":\"near\",\"args\":[1,2]}", "filter", "NEAR is not supported", "cql2-json")]
    [InlineData(
        "{\"op\":\"s_intersects\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"Circle\",\"coordinates\":[1,2]}]}",
        "filter",
        "geometry",
        "cql2-json"
    )]
    [InlineData(
        "{\"op\":\"s_intersects\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"GeometryCollection\",\"geometries\":[5]}]}",
        "filter",
        "geometry",
        "cql2-json"
    )]
    [InlineData(
        "{\"op\":\"=\",\"args\":[{\"property\":\"category\"},\"\\ud800\"]}",
        "filter",
        "",
        "cql2-json"
    )]
    [InlineData(
        "{\"op\":\"=\",\"args\":[{\"property\":\"category\"},\"\\u0000\"]}",
        "filter",
        "U+0000",
        "cql2-json"
    )]
    [InlineData("{\"op\":\"and\",\"args\":[true]}", "filter", "and: 2", "cql2-json")]
    public async Task a_filter_that_is_none_is_refused_with_where_and_why(
        string filter,
        string field,
        string why,
        string language = "cql2-text"
    )
    {
        var problem = await world
            .Ask($"/collections/requests/items?filter-lang={language}&filter={Uri.EscapeDataString(filter)}")
            .IsProblem(400, "invalid");
        Assert.Contains(why, (string)problem["errors"]![field]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_too_deep_or_too_long_is_refused_and_costs_nothing()
    {
        string[] filters =
        [
            new string('(', 500) + "verified" + new string(')', 500),
            string.Concat(Enumerable.Repeat("NOT ", 500)) + "verified",
            "quantity = " + string.Join(" + ", Enumerable.Repeat("1", 500)),
            "quantity = " + new string('-', 400) + "1",
            string.Concat(Enumerable.Repeat("CASEI(", 300)) + "category" + new string(')', 300),
            string.Join(" OR ", Enumerable.Repeat("verified", 700))
                + string.Join(" OR ", Enumerable.Repeat(" OR verified", 1)),
        ];
        foreach (string filter in filters[..5])
            await world
                .Ask($"/collections/requests/items?filter={Uri.EscapeDataString(filter)}")
                .IsProblem(400, "invalid");
        // A long row of conditions is no deep one.
        Assert.NotEmpty(
            OgcWorld.IdsOf(
                await world.Get(
                    $"/collections/requests/items?filter={Uri.EscapeDataString(string.Join(" OR ", Enumerable.Repeat("verified", 300)))}"
                )
            )
        );
        string deep =
            string.Concat(Enumerable.Repeat("{\"op\":\"not\",\"args\":[", 90))
            + "true"
            + string.Concat(Enumerable.Repeat("]}", 90));
        await world
            .Ask($"/collections/requests/items?filter-lang=cql2-json&filter={Uri.EscapeDataString(deep)}")
            .IsProblem(400, "invalid");
    }

    private async Task<IReadOnlyList<Row>> Rows()
    {
        await using var connection = await world.Open();
        var rows = (
            await connection.QueryAsync<Row>(
                """
                select r.id, c.code as category, r.quantity, r.unmet, r.people, r.verified_at is not null as verified, r.public_note as note,
                       r.created_at as at, r.needed_by, st_x(r.public_place::geometry) as lon, st_y(r.public_place::geometry) as lat
                from request r join category c on c.id = r.category_id order by r.id
                """
            )
        ).ToList();
        for (int at = 0; at < rows.Count; at++)
            rows[at].Number = at;
        return rows;
    }

    // {3} in a filter is when the need number 3 was made.
    private static string Times(string filter, IReadOnlyList<Row> rows)
    {
        for (int at = 0; at < rows.Count; at++)
            filter = filter.Replace(
                $"{{{at}}}",
                rows[at].At.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            );
        return filter;
    }

    private static string Numbers(IReadOnlyList<Row> rows, Guid[] ids) =>
        string.Join(",", rows.Where(row => ids.Contains(row.Id)).Select(row => row.Number));

    private static string? Bare(string? text) =>
        text is null
            ? null
            : string.Concat(
                    text.Normalize(NormalizationForm.FormD)
                        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                )
                .Replace('đ', 'd')
                .Replace('Đ', 'D');

    private sealed class Row
    {
        public Guid Id { get; init; }
        public int Number { get; set; }
        public string Category { get; init; } = "";
        public int Quantity { get; init; }
        public int Unmet { get; init; }
        public int? People { get; init; }
        public bool Verified { get; init; }
        public string? Note { get; init; }
        public DateTime At { get; init; }
        public DateTime? NeededBy { get; init; }
        public double Lon { get; init; }
        public double Lat { get; init; }

        public bool In(double west, double south, double east, double north) =>
            Lon >= west && Lon <= east && Lat >= south && Lat <= north;
    }
}
